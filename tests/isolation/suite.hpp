#pragma once

#include "asker.hpp"
#include "world.hpp"

namespace rowhouse::test {

/// What the tests of this program share, made when first asked for.
[[nodiscard]] World& world();
[[nodiscard]] Asker& asker();

/// Makes a test of every operation that is registered now.
void register_matrix();

}  // namespace rowhouse::test
