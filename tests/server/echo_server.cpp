#include "echo_server.hpp"

#include <chrono>
#include <cstdlib>

namespace rowhouse::server::test {
namespace {

constexpr int thread_count = 4;

unsigned long number_after(const std::string& target, std::string_view prefix) {
    return target.starts_with(prefix) ? std::strtoul(target.c_str() + prefix.size(), nullptr, 10)
                                      : 0;
}

}  // namespace

EchoServer::EchoServer(const http::Options& options) : server_(options, *this) {
    server_.start();
    for (int i = 0; i < thread_count; ++i) threads_.emplace_back([this] { work(); });
}

EchoServer::~EchoServer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
    server_.stop();
}

std::size_t EchoServer::body_limit(std::string_view, std::string_view) const {
    return limit;
}

void EchoServer::handle(http::Request&& request, const http::Ticket& ticket) {
    {
        const std::lock_guard lock(mutex_);
        queue_.emplace_back(std::move(request), ticket);
    }
    wake_.notify_one();
}

http::Response EchoServer::refuse(const http::Refusal& refusal, const http::Request&) {
    return {refusal.status, "Content-Type: text/plain\r\n", std::string(refusal.code)};
}

void EchoServer::work() {
    for (;;) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        const auto [request, ticket] = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        std::this_thread::sleep_for(
            std::chrono::milliseconds(number_after(request.target, "/wait/")));
        std::string body(number_after(request.target, "/big/"), 'x');
        body += request.method + ' ' + request.target + '\n';
        body += request.headers + '\n' + request.body;
        ++handled_;
        server_.complete(ticket, {200, "Content-Type: text/plain\r\n", std::move(body)});
    }
}

}  // namespace rowhouse::server::test
