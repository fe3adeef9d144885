#include "client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace rowhouse::server::test {
namespace {

constexpr timeval patience{5, 0};

std::size_t content_length(std::string_view head) {
    constexpr std::string_view name = "\r\nContent-Length: ";
    const auto at = head.find(name);
    return at == std::string_view::npos ? 0
                                        : std::strtoul(head.data() + at + name.size(), nullptr, 10);
}

}  // namespace

bool Reply::has_line(std::string_view line) const {
    return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

std::string get(const std::string& target, const std::string& headers) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}

Client::Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect");
}

Client::~Client() {
    if (fd_ >= 0) ::close(fd_);
}

Client::Client(Client&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), input_(std::move(other.input_)) {}

void Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size <= 0) return;  // what the server thinks of it is what counts
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
}

void Client::send_slowly(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        send(bytes.substr(i, 1));
        ::usleep(300);
    }
}

void Client::shut_down() {
    ::shutdown(fd_, SHUT_WR);
}

void Client::abort() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(fd_, -1));
}

bool Client::fill() {
    std::array<char, 65536> buffer;
    const auto size = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    input_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
}

std::optional<Reply> Client::read_reply(bool has_body) {
    std::size_t end = 0;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos)
        if (!fill()) return std::nullopt;
    Reply reply;
    reply.head = input_.substr(0, end + 2);
    reply.status = std::atoi(reply.head.c_str() + 9);
    const auto size = has_body ? content_length(reply.head) : 0;
    while (input_.size() < end + 4 + size)
        if (!fill()) return std::nullopt;
    reply.body = input_.substr(end + 4, size);
    input_.erase(0, end + 4 + size);
    return reply;
}

bool Client::is_closed_within(std::chrono::milliseconds limit) {
    return wait_for_end(limit) != End::none;
}

bool Client::is_ended_within(std::chrono::milliseconds limit) {
    return wait_for_end(limit) == End::orderly;
}

Client::End Client::wait_for_end(std::chrono::milliseconds limit) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
    const timeval time{
        seconds.count(),
        std::chrono::duration_cast<std::chrono::microseconds>(limit - seconds).count()};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    char byte = 0;
    const auto size = ::recv(fd_, &byte, 1, 0);
    if (size == 0 && input_.empty()) return End::orderly;
    return size < 0 && errno == ECONNRESET ? End::reset : End::none;
}

}  // namespace rowhouse::server::test
