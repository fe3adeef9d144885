#pragma once

#include <string>
#include <string_view>

namespace rowhouse::core {

/// How one request is named in every log line, answer and audit row.
struct Trace {
    std::string request_id;  ///< 8 to 64 characters of `[A-Za-z0-9._-]`
    std::string trace_id;    ///< 32 lower-case hexadecimal digits, not all zero
};

/// Whether `text` may stand as a request id.
[[nodiscard]] bool is_request_id(std::string_view text) noexcept;

/// Whether `text` may stand as a trace id (W3C Trace Context §3.2.2.3).
[[nodiscard]] bool is_trace_id(std::string_view text) noexcept;

/// Names a request from the values of its headers `X-Request-ID`, `X-Trace-Id` and `traceparent`
/// (each empty when absent). The `traceparent` wins; what is missing or malformed is made anew.
[[nodiscard]] Trace resolve_trace(std::string_view request_id, std::string_view trace_id,
                                  std::string_view traceparent);

}  // namespace rowhouse::core
