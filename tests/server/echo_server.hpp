#pragma once

#include <atomic>
#include <cstddef>

#include "http/server.hpp"

namespace rowhouse::server::test {

/// Answers each request with itself, later and out of order, as the database would.
/// `/wait/<milliseconds>` takes that long, to a tenth of a second; `/big/<bytes>` answers that
/// much; `/peer` answers the client's address.
class EchoServer {
public:
    static constexpr std::size_t limit = 100'000;

    explicit EchoServer(const http::Options& options = {});
    ~EchoServer() { server_.stop(); }
    EchoServer(const EchoServer&) = delete;
    EchoServer& operator=(const EchoServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    [[nodiscard]] http::Server& server() { return server_; }
    [[nodiscard]] std::size_t handled() const { return handled_; }

private:
    std::atomic<std::size_t> handled_{0};
    http::Server server_;
};

}  // namespace rowhouse::server::test
