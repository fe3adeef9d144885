#pragma once

#include <optional>
#include <string_view>

#include "outcome.hpp"

namespace rowhouse::server {

/// The answer in what `rowhouse.handle()` returns, as PostgreSQL sends a record in binary form
/// (record_send in src/backend/utils/adt/rowtypes.c): one value instead of a column for each part
/// spares both sides a third of their work on an answer.
/// @return nothing when it is not what handle() returns
[[nodiscard]] std::optional<Answer> read_answer(std::string_view record);

}  // namespace rowhouse::server
