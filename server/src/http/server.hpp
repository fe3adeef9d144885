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
    /// @param make_application is called once for each worker.
    Server(const Options& options, MakeApplication make_application);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Binds and serves. @throws std::exception when the address cannot be had.
    void start();

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::size_t connections() const;

    /// Accepts no more clients, ends the idle ones and waits for the rest to finish.
    /// @return whether all were done in time.
    bool drain(std::chrono::milliseconds limit);

    /// Ends every thread, connection and application.
    void stop();

private:
    void stop_listening();

    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rowhouse::server::http
