#pragma once

#include <string>
#include <string_view>

#include "core/trace.hpp"
#include "http/message.hpp"

namespace rowhouse::server {

inline constexpr http::Refusal queue_full{503, "queue_full", "Server busy",
                                          "Too many requests are waiting. Try again in a moment."};
inline constexpr http::Refusal database_unavailable{
    503, "database_unavailable", "Database unavailable",
    "The database cannot be reached. Try again in a moment."};
inline constexpr http::Refusal too_many_in_flight{
    503, "too_many_in_flight", "Too many requests in flight",
    "This credential has too many unfinished requests. Wait for some to end."};
inline constexpr http::Refusal shutting_down{503, "shutting_down", "Server shutting down",
                                             "The server is stopping. Try again in a moment."};
inline constexpr http::Refusal transaction_conflict{
    503, "transaction_conflict", "Transaction conflict",
    "Other requests changed the same data at the same time, twice. Nothing was done; try again."};
inline constexpr http::Refusal timed_out{
    503, "timed_out", "The request took too long",
    "The database did not answer in time. Of a write nobody knows whether it happened."};
/// For the log: hardly anybody is there to read it.
inline constexpr http::Refusal client_gone{499, "client_gone", "Client gone",
                                           "The client closed the connection."};
inline constexpr http::Refusal internal_error{
    500, "internal_error", "Internal error",
    "Something failed on the server. Report the request id if it happens again."};

/// The answer that names a failure (RFC 9457), without `trace_headers`. A 503 says when to come
/// back.
[[nodiscard]] http::Response render_failure(const http::Refusal& failure, const core::Trace& trace);

/// The lines that every answer carries.
[[nodiscard]] std::string trace_headers(const core::Trace& trace);

/// Names a request by its headers.
[[nodiscard]] core::Trace trace_of(std::string_view headers);

/// `headers` with the trace in place of what the client sent.
[[nodiscard]] std::string with_trace(std::string_view headers, const core::Trace& trace);

}  // namespace rowhouse::server
