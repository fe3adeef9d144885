#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace rowhouse::core {

/// The members of a JSON object whose values are strings and integers, as a token's parts are.
using FlatObject = std::map<std::string, std::variant<std::string, std::int64_t>, std::less<>>;

/// Reads such an object, strictly: nothing for nested values, fractions, `\u` escapes, a member
/// that stands twice, anything behind the object, or a text that is not storable.
[[nodiscard]] std::optional<FlatObject> parse_flat_json(std::string_view text);

}  // namespace rowhouse::core
