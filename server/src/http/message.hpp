#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rowhouse::server::http {

using Clock = std::chrono::steady_clock;

/// Names the place, within one worker, where one answer belongs. Plain data: it may outlive its
/// connection, and an answer whose connection is gone is dropped.
struct Ticket {
    int fd = -1;
    std::uint64_t generation = 0;  ///< tells apart two connections that had the same fd
    std::uint64_t sequence = 0;    ///< of the request within its connection
};

/// How a client is doing, as far as its socket tells.
struct Presence {
    bool is_gone = false;        ///< the connection has ended
    bool has_shut_down = false;  ///< it sends nothing more; it may still read, or be gone unnoticed
};

/// A whole request, checked and unchanged but for its headers' spelling.
struct Request {
    std::string method;
    std::string target;   ///< raw: printable ASCII that begins with `/`, nothing decoded
    std::string headers;  ///< `name: value\r\n` lines, lower-case names, no hop-by-hop header
    std::string body;     ///< chunked framing taken off
    std::string peer;     ///< the other end's address, without port
    Clock::time_point received{};
    std::shared_ptr<const Presence> presence;  ///< of the client, also after its connection's end
};

/// An answer. The transport adds the security headers, Date, Content-Length and Connection.
struct Response {
    int status = 500;
    std::string headers;  ///< `Name: value\r\n` lines
    std::string body;
};

/// Why the transport will not take a request.
struct Refusal {
    int status = 400;
    std::string_view code;
    std::string_view title;
    std::string_view detail;
};

}  // namespace rowhouse::server::http
