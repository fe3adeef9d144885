#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowhouse::core {

/// The target of a request in origin form (RFC 9112 §3.2.1), taken apart and percent-decoded.
struct Target {
    std::vector<std::string> segments;  ///< of the path, without the leading slash
    std::vector<std::pair<std::string, std::string>> query;
};

/// Takes `/path?name=value&…` apart. A plus sign in the query is a blank, as forms send it.
/// @throws Error `malformed_request` when it does not begin with a slash, an escape is not two
///         hexadecimal digits, or a decoded part is not storable text.
[[nodiscard]] Target parse_target(std::string_view target);

}  // namespace rowhouse::core
