#pragma once

#include <cstddef>
#include <string_view>

#include "http/message.hpp"

namespace rowhouse::server::http {

/// What stands behind the transport. Every member is called on a worker thread, from several at
/// once, and must not block.
class Application {
public:
    virtual ~Application() = default;

    /// The largest body that this request may carry, in bytes.
    [[nodiscard]] virtual std::size_t body_limit(std::string_view method,
                                                 std::string_view target) const = 0;

    /// Takes a request over. Its answer goes to `Server::complete` with the ticket, once, from any
    /// thread, at any time.
    virtual void handle(Request&& request, const Ticket& ticket) = 0;

    /// Words the answer to a request that the transport refused; the connection closes after it.
    /// `request` holds what was understood before the refusal, possibly nothing.
    [[nodiscard]] virtual Response refuse(const Refusal& refusal, const Request& request) = 0;
};

}  // namespace rowhouse::server::http
