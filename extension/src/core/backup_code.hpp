#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::core {

/// A code that stands in once for a lost authenticator: 80 random bits in lower-case base32, as
/// `xxxx-xxxx-xxxx-xxxx`.
[[nodiscard]] std::string make_backup_code();

/// The sixteen letters of a code however it was typed: in either case, with any blanks and
/// hyphens. Nothing for a text that cannot be one.
[[nodiscard]] std::optional<std::string> normal_backup_code(std::string_view typed);

}  // namespace rowhouse::core
