#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "http/application.hpp"
#include "http/message.hpp"
#include "http/options.hpp"

namespace rowhouse::server::http {

/// An HTTP/1.1 server. Its threads inherit the signal mask of the thread that starts it.
class Server {
public:
    /// @param application must live until `stop` has returned.
    Server(const Options& options, Application& application);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Binds and serves. @throws std::exception when the address cannot be had.
    void start();

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::size_t connections() const;

    /// Gives the answer to a request. From any thread, between `start` and `stop`.
    void complete(const Ticket& ticket, Response&& response);

    /// Accepts no more clients, ends the idle ones and waits for the rest to finish.
    /// @return whether all were done in time.
    bool drain(std::chrono::milliseconds limit);

    /// Ends every thread and connection. Nothing may call `complete` any more.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rowhouse::server::http
