#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::server::http {

/// What a proxy says of a connection before its first request (HAProxy, "The PROXY protocol",
/// versions 1 and 2).
struct ProxyHeader {
    enum class State {
        need_more,  ///< so far it may be one
        complete,
        malformed
    };
    State state = State::need_more;
    std::size_t size = 0;  ///< bytes of the whole header, when complete
    /// The client's address; empty when the proxy speaks for itself, as a health check does.
    std::string source;
};

/// Reads the header at the front of what a connection has sent.
[[nodiscard]] ProxyHeader read_proxy_header(std::string_view bytes);

}  // namespace rowhouse::server::http
