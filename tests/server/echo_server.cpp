#include "echo_server.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace rowhouse::server::test {
namespace {

unsigned long number_after(const std::string& target, std::string_view prefix) {
    return target.starts_with(prefix) ? std::strtoul(target.c_str() + prefix.size(), nullptr, 10)
                                      : 0;
}

http::Response echo_of(const http::Request& request) {
    if (request.target == "/peer") return {200, "", request.peer};
    std::string body(number_after(request.target, "/big/"), 'x');
    body += request.method + ' ' + request.target + '\n';
    body += request.headers + '\n' + request.body;
    return {200, "Content-Type: text/plain\r\n", std::move(body)};
}

/// The echo of one worker. It is woken by a descriptor of its own, as by a database's.
class Echo : public http::Application, public http::Loop::Watcher {
public:
    Echo(http::Loop& loop, std::atomic<std::size_t>& handled)
        : loop_(loop), handled_(handled), fd_(::eventfd(0, EFD_NONBLOCK)) {
        loop_.watch(fd_, *this, false);
    }
    ~Echo() override {
        loop_.forget(fd_);
        ::close(fd_);
    }

    std::size_t body_limit(std::string_view, std::string_view) const override {
        return EchoServer::limit;
    }

    void handle(http::Request&& request, const http::Ticket& ticket) override {
        const auto wait = std::chrono::milliseconds(number_after(request.target, "/wait/"));
        waiting_.push_back({http::Clock::now() + wait, std::move(request), ticket});
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto size = ::write(fd_, &one, sizeof one);
    }

    http::Response refuse(const http::Refusal& refusal, const http::Request&) override {
        return {refusal.status, "Content-Type: text/plain\r\n", std::string(refusal.code)};
    }

    void on_ready() override {
        std::uint64_t ignored = 0;
        [[maybe_unused]] const auto size = ::read(fd_, &ignored, sizeof ignored);
        answer_due();
    }

    void on_tick() override { answer_due(); }

    void on_fault(const std::exception& fault) override {
        std::fprintf(stderr, "a worker failed: %s\n", fault.what());
        std::abort();
    }

private:
    struct Waiting {
        http::Clock::time_point due;
        http::Request request;
        http::Ticket ticket;
    };

    /// The last first, so that order is the transport's own work.
    void answer_due() {
        for (std::size_t i = waiting_.size(); i-- > 0;) {
            if (waiting_[i].due > http::Clock::now()) continue;
            ++handled_;
            loop_.complete(waiting_[i].ticket, echo_of(waiting_[i].request));
            waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }

    http::Loop& loop_;
    std::atomic<std::size_t>& handled_;
    int fd_;
    std::vector<Waiting> waiting_;
};

}  // namespace

EchoServer::EchoServer(const http::Options& options)
    : server_(options,
              [this](http::Loop& loop) { return std::make_unique<Echo>(loop, handled_); }) {
    server_.start();
}

}  // namespace rowhouse::server::test
