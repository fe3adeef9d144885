#pragma once

#include "http/message.hpp"

namespace rowhouse::server::http {

/// A 400 whose detail says what is malformed.
[[nodiscard]] constexpr Refusal malformed(std::string_view detail) {
    return {400, "malformed_request", "Malformed request", detail};
}

inline constexpr Refusal request_timeout{
    408, "request_timeout", "Request timeout",
    "The request did not arrive in time. Send it again on a new connection."};
inline constexpr Refusal content_too_large{
    413, "content_too_large", "Content too large",
    "The body is larger than this route accepts. Send less, or in parts."};
inline constexpr Refusal uri_too_long{414, "uri_too_long", "URI too long",
                                      "The request target is longer than 8 KiB. Shorten it."};
inline constexpr Refusal expectation_failed{
    417, "expectation_failed", "Expectation failed",
    "The only expectation that can be met is 100-continue."};
inline constexpr Refusal headers_too_large{
    431, "headers_too_large", "Request header fields too large",
    "The request line and headers are larger than 16 KiB. Send fewer or shorter headers."};

}  // namespace rowhouse::server::http
