#include "raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace rowhouse::test {
namespace {

constexpr timeval patience{5, 0};

Reply parse_head(std::string_view head) {
    Reply reply;
    reply.status = std::atoi(std::string(head.substr(9, 3)).c_str());
    while (!head.empty()) {
        const auto end = std::min(head.find("\r\n"), head.size());
        add_header(reply.headers, head.substr(0, end));
        head.remove_prefix(std::min(end + 2, head.size()));
    }
    return reply;
}

}  // namespace

RawClient::RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(fd_);
        throw std::runtime_error("cannot connect");
    }
}

RawClient::~RawClient() {
    if (fd_ >= 0) ::close(fd_);
}

void RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size <= 0) return;  // what the server thinks of it is what counts
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
}

void RawClient::shut_down() {
    ::shutdown(fd_, SHUT_WR);
}

void RawClient::abort() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(fd_, -1));
}

bool RawClient::fill() {
    std::array<char, 65536> buffer;
    const auto size = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    input_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
}

std::optional<Reply> RawClient::read_reply(bool has_body) {
    std::size_t end = 0;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos)
        if (!fill()) return std::nullopt;
    auto reply = parse_head(std::string_view(input_).substr(0, end));
    const auto length = reply.header("content-length");
    const std::size_t size = has_body && !length.empty() ? std::stoul(length) : 0;
    while (input_.size() < end + 4 + size)
        if (!fill()) return std::nullopt;
    reply.body = input_.substr(end + 4, size);
    input_.erase(0, end + 4 + size);
    return reply;
}

void RawClient::read_some(std::size_t size) {
    if (input_.empty() && !fill()) return;
    input_.erase(0, size);
}

std::string raw_request(std::string_view method, std::string_view path,
                        std::string_view header_lines, std::string_view body) {
    std::string text(method);
    text.append(" ").append(target_of(path)).append(" HTTP/1.1\r\nHost: localhost\r\n");
    text.append(header_lines);
    if (!body.empty())
        text.append("Content-Type: application/json\r\nContent-Length: ")
            .append(std::to_string(body.size()))
            .append("\r\n");
    return text.append("\r\n").append(body);
}

std::optional<Reply> exchange(std::string_view bytes) {
    RawClient client;
    client.send(bytes);
    return client.read_reply();
}

}  // namespace rowhouse::test
