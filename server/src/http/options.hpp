#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace rowhouse::server::http {

inline constexpr std::size_t header_limit = 16 * 1024;
inline constexpr std::size_t target_limit = 8 * 1024;

/// How the transport behaves; every duration is a deadline of one phase of a connection.
struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0 lets the system choose
    std::size_t workers = 2;
    std::size_t max_connections = 4096;  ///< fewer when the system lends too few descriptors
    std::size_t other_descriptors = 64;  ///< that the process needs besides its clients'
    std::size_t pipeline_limit = 16;     ///< requests of one connection that wait for their answer
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds body_timeout{20'000};  ///< for each 64 KiB of a body
    std::chrono::milliseconds idle_timeout{60'000};
    std::chrono::milliseconds write_timeout{20'000};  ///< without any progress
    std::chrono::milliseconds linger_timeout{1'000};
    /// How long a connection must have been silent to be closed when the server ends: a request
    /// that crosses with the close would be lost.
    std::chrono::milliseconds farewell_time{1'000};
    /// Whether connections from this address begin with a PROXY header; empty: none do.
    std::function<bool(const std::string& address)> speaks_proxy;
};

}  // namespace rowhouse::server::http
