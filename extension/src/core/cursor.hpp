#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::core {

/// The opaque text that points behind the last row of a page: the base64url of its keys, each
/// ended by a newline. Keys that hold a newline do not make good keys and are refused.
/// @throws Error `internal_error` for such a key.
[[nodiscard]] std::string render_cursor(const std::vector<std::string>& keys);

/// The keys of a cursor; nothing for a text that is none.
[[nodiscard]] std::optional<std::vector<std::string>> parse_cursor(std::string_view cursor);

}  // namespace rowhouse::core
