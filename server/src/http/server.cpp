#include "http/server.hpp"

#include <pistache/listener.h>  // Pistache::Tcp::Listener

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "http/shared.hpp"
#include "http/worker.hpp"

namespace rowhouse::server::http {
namespace {

constexpr int backlog = 1024;

constexpr std::size_t fewest_clients = 8;

/// Takes as many descriptors as the system lends.
std::size_t raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<std::size_t>(limit.rlim_cur);
}

/// The accept thread would spin without descriptors, so that clients must never take the last.
std::size_t affordable_connections(const Options& options) {
    const auto descriptors = raise_descriptor_limit();
    if (descriptors < options.other_descriptors + fewest_clients)
        throw std::runtime_error("the limit of " + std::to_string(descriptors) +
                                 " open files is too low: raise it (ulimit -n) to " +
                                 std::to_string(options.other_descriptors + fewest_clients) +
                                 ", or lower the numbers of database connections");
    return std::min(options.max_connections, descriptors - options.other_descriptors);
}

bool is_listening(int fd, std::uint16_t port) {
    int accepts = 0;
    socklen_t size = sizeof accepts;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) != 0 || accepts == 0)
        return false;
    sockaddr_storage address{};
    size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
    // The port stands at the same place in both families.
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port) == port;
}

/// Pistache keeps its listening socket private.
int find_listening_fd(std::uint16_t port) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        const int fd = std::stoi(entry.path().filename().string());
        if (is_listening(fd, port)) return fd;
    }
    throw std::runtime_error("the listening socket was not found");
}

std::string bracketed(const std::string& host) {
    const bool is_bare_ipv6 = host.find(':') != std::string::npos && host.front() != '[';
    return is_bare_ipv6 ? '[' + host + ']' : host;
}

/// Clients that the kernel has let in and Pistache has not fetched.
bool has_waiting_clients(int listening_fd) {
    tcp_info info{};
    socklen_t size = sizeof info;
    return ::getsockopt(listening_fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
           info.tcpi_unacked > 0;  // of a listening socket: how many wait
}

}  // namespace

struct Server::State {
    State(const Options& options, MakeApplication make_application)
        : shared{options, std::move(make_application), 0, false} {}

    Shared shared;
    std::unique_ptr<Pistache::Tcp::Listener> listener;
    std::uint16_t port = 0;
    int listening_fd = -1;
};

Server::Server(const Options& options, MakeApplication make_application)
    : state_(std::make_unique<State>(options, std::move(make_application))) {}

Server::~Server() {
    stop();
}

void Server::start() {
    auto& shared = state_->shared;
    auto& options = shared.options;
    options.max_connections = affordable_connections(options);
    auto listener = std::make_unique<Pistache::Tcp::Listener>();
    using Pistache::Tcp::Options;
    const Pistache::Flags<Options> flags(Options::NoDelay | Options::ReuseAddr |
                                         Options::CloseOnExec);
    listener->init(options.workers, flags, "http", backlog);
    listener->setTransportFactory(
        [&shared] { return std::make_shared<Worker>(shared, std::make_shared<PeerHandler>()); });
    try {
        listener->bind(Pistache::Address(bracketed(options.host), Pistache::Port(options.port)));
    } catch (const std::exception& error) {
        throw std::runtime_error("cannot listen on " + options.host + " port " +
                                 std::to_string(options.port) + ": " + error.what());
    }
    state_->port = listener->getPort();
    state_->listening_fd = find_listening_fd(state_->port);
    listener->runThreaded();
    state_->listener = std::move(listener);
}

std::uint16_t Server::port() const {
    return state_->port;
}

std::size_t Server::connections() const {
    return state_->shared.connections;
}

/// The kernel resets whoever waits when the listening ends, so it ends while nobody does. A client
/// that Pistache has fetched is unknown to us until its worker's next round: none is left when
/// there has been none for some rounds.
bool Server::drain(std::chrono::milliseconds limit) {
    constexpr std::chrono::milliseconds step(5);
    constexpr std::chrono::milliseconds settling(300);
    const auto start = Clock::now();
    const auto deadline = start + limit;
    state_->shared.draining = true;
    while (has_waiting_clients(state_->listening_fd) && Clock::now() < start + settling)
        std::this_thread::yield();
    stop_listening();
    auto last_seen = Clock::now();
    while (Clock::now() < deadline && Clock::now() < last_seen + settling) {
        if (state_->shared.connections > 0) last_seen = Clock::now();
        std::this_thread::sleep_for(step);
    }
    return state_->shared.connections == 0;
}

/// Pistache cannot stop accepting: an unconnected socket takes the listening one's place, which
/// ends the listening at once and never becomes readable.
void Server::stop_listening() {
    const int idle_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::dup2(idle_socket, state_->listening_fd);
    ::close(idle_socket);
}

void Server::stop() {
    if (!state_->listener) return;
    state_->listener->shutdown();
    state_->listener.reset();
}

}  // namespace rowhouse::server::http
