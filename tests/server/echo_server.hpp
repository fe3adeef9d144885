#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "http/server.hpp"

namespace rowhouse::server::test {

/// Answers each request with itself, from other threads and out of order, as the database would.
/// `/wait/<milliseconds>` takes that long; `/big/<bytes>` answers that much.
class EchoServer : public http::Application {
public:
    static constexpr std::size_t limit = 100'000;

    explicit EchoServer(const http::Options& options = {});
    ~EchoServer() override;

    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    [[nodiscard]] http::Server& server() { return server_; }
    [[nodiscard]] std::size_t handled() const { return handled_; }

    [[nodiscard]] std::size_t body_limit(std::string_view method,
                                         std::string_view target) const override;
    void handle(http::Request&& request, const http::Ticket& ticket) override;
    [[nodiscard]] http::Response refuse(const http::Refusal& refusal,
                                        const http::Request& request) override;

private:
    void work();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::pair<http::Request, http::Ticket>> queue_;
    bool stopping_ = false;
    std::atomic<std::size_t> handled_{0};
    http::Server server_;
    std::vector<std::thread> threads_;
};

}  // namespace rowhouse::server::test
