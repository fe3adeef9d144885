#pragma once

#include <pistache/tcp.h>        // Pistache::Tcp::Handler
#include <pistache/transport.h>  // Pistache::Tcp::Transport

#include <memory>
#include <unordered_map>
#include <vector>

#include "http/connection.hpp"
#include "http/loop.hpp"
#include "http/shared.hpp"

namespace rowhouse::server::http {

/// One event loop of Pistache. We take its threads, its epoll and its accepted peers; reading,
/// writing and closing are ours, because Pistache 0.0.5 finds the receiver of an answer by fd
/// alone and so gives answers to whoever got the fd next.
class Worker : public Pistache::Tcp::Transport, public Loop {
public:
    Worker(Shared& shared, const std::shared_ptr<Pistache::Tcp::Handler>& handler);
    ~Worker() override;

    void registerPoller(Pistache::Polling::Epoll& poller) override;
    void onReady(const Pistache::Aio::FdSet& fds) override;
    std::shared_ptr<Pistache::Aio::Handler> clone() const override;

    /// Begins a connection. On the worker's thread.
    void open(const std::shared_ptr<Pistache::Tcp::Peer>& peer);

    void watch(int fd, Watcher& watcher, bool writable) override;
    void forget(int fd) override;
    void complete(const Ticket& ticket, Response&& response) override;

private:
    struct Completion {
        Ticket ticket;
        Response response;
    };
    struct Client {
        std::shared_ptr<Pistache::Tcp::Peer> peer;
        std::unique_ptr<Connection> connection;
        bool watches_write = false;
    };

    void serve(const Pistache::Aio::FdSet& fds);
    bool tell(int fd);
    void deliver();
    void sweep();
    template <typename Action>
    void touch(int fd, Client& client, Action action);
    void rearm(int fd, Client& client);
    void bury();

    Shared& shared_;
    int wake_fd_ = -1;
    int timer_fd_ = -1;
    std::unordered_map<int, Client> clients_;
    std::unordered_map<int, Watcher*> watchers_;
    std::vector<Completion> completions_;
    std::vector<int> finished_;  ///< closed at the end of a round, so no fd changes hands within it
    std::unique_ptr<Application> application_;  ///< ends before what it watches and completes
};

/// Tells the worker of new peers; Pistache wants a handler for that.
class PeerHandler : public Pistache::Tcp::Handler {
public:
    PROTOTYPE_OF(Pistache::Tcp::Handler, PeerHandler)

    void onInput(const char* buffer, size_t size,
                 const std::shared_ptr<Pistache::Tcp::Peer>& peer) override;
    void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override;
};

}  // namespace rowhouse::server::http
