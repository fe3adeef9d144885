#pragma once

#include <string>
#include <string_view>

namespace rowhouse::core {

/// Appends `text` to `json` as a JSON string (RFC 8259 §7), byte for byte as PostgreSQL's to_json()
/// writes it. `text` is UTF-8.
void append_json_string(std::string& json, std::string_view text);

/// Appends `"name":"value"`, after a comma when `json` does not end in an opening bracket.
void append_json_member(std::string& json, std::string_view name, std::string_view value);

/// How many members the objects within a valid JSON text have in all, repeated ones counted each.
[[nodiscard]] std::size_t count_json_members(std::string_view json) noexcept;

}  // namespace rowhouse::core
