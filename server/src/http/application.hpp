#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <string_view>

#include "http/loop.hpp"
#include "http/message.hpp"

namespace rowhouse::server::http {

/// What stands behind the transport. Each worker has one of its own and calls it on its thread
/// alone; no member may block.
class Application {
public:
    virtual ~Application() = default;

    /// The largest body that this request may carry, in bytes.
    [[nodiscard]] virtual std::size_t body_limit(std::string_view method,
                                                 std::string_view target) const = 0;

    /// Takes a request over. Its answer goes to `Loop::complete` with the ticket, once, at any
    /// time, within this call too.
    virtual void handle(Request&& request, const Ticket& ticket) = 0;

    /// Words the answer to a request that the transport refused; the connection closes after it.
    /// `request` holds what was understood before the refusal, possibly nothing.
    [[nodiscard]] virtual Response refuse(const Refusal& refusal, const Request& request) = 0;

    /// A tenth of a second has passed.
    virtual void on_tick() = 0;

    /// Something failed that should not have, outside of any single connection.
    virtual void on_fault(const std::exception& fault) = 0;
};

/// Makes the application of one worker, on that worker's thread, before its first request.
using MakeApplication = std::function<std::unique_ptr<Application>(Loop&)>;

}  // namespace rowhouse::server::http
