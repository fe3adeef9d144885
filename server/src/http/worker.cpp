#include "http/worker.hpp"

#include <pistache/peer.h>  // Pistache::Tcp::Peer

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <system_error>
#include <utility>

namespace rowhouse::server::http {
namespace {

using Pistache::Polling::Mode;
using Pistache::Polling::NotifyOn;
using Pistache::Polling::Tag;

constexpr long tick_nanoseconds = 100'000'000;

int checked(int fd, const char* what) {
    if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
    return fd;
}

int make_ticking_timer() {
    const int fd = checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC),
                           "cannot make a timer");
    const itimerspec every{{0, tick_nanoseconds}, {0, tick_nanoseconds}};
    ::timerfd_settime(fd, 0, &every, nullptr);
    return fd;
}

/// Empties an eventfd or timerfd; whether it had been signalled does not matter.
void clear(int fd) {
    std::uint64_t ignored = 0;
    [[maybe_unused]] const auto size = ::read(fd, &ignored, sizeof ignored);
}

}  // namespace

Worker::Worker(Shared& shared, const std::shared_ptr<Pistache::Tcp::Handler>& handler)
    : Transport(handler), shared_(shared) {}

/// Runs after the loop's thread has ended, and its epoll with it.
Worker::~Worker() {
    watchers_.clear();
    application_.reset();
    for (const auto& [fd, client] : clients_) ::close(fd);
    shared_.connections -= clients_.size();
    if (wake_fd_ >= 0) ::close(wake_fd_);
    if (timer_fd_ >= 0) ::close(timer_fd_);
}

std::shared_ptr<Pistache::Aio::Handler> Worker::clone() const {
    return std::make_shared<Worker>(shared_, std::make_shared<PeerHandler>());
}

void Worker::registerPoller(Pistache::Polling::Epoll& poller) {
    Transport::registerPoller(poller);
    wake_fd_ = checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "cannot make an eventfd");
    timer_fd_ = make_ticking_timer();
    const Pistache::Flags<NotifyOn> read(NotifyOn::Read);
    poller.addFd(wake_fd_, read, Tag(static_cast<std::uint64_t>(wake_fd_)));
    poller.addFd(timer_fd_, read, Tag(static_cast<std::uint64_t>(timer_fd_)));
}

void Worker::onReady(const Pistache::Aio::FdSet& fds) {
    // An exception that escapes here would end the process.
    try {
        if (!application_) application_ = shared_.make_application(*this);
        serve(fds);
        deliver();
    } catch (const std::exception& fault) {
        if (application_) application_->on_fault(fault);
    }
    bury();
}

void Worker::serve(const Pistache::Aio::FdSet& fds) {
    std::vector<Pistache::Polling::Event> rest;
    bool ticked = false;
    for (const auto& entry : fds) {
        const int fd = static_cast<int>(entry.getTag().value());
        if (tell(fd)) continue;
        if (fd == timer_fd_) {
            ticked = true;
        } else if (fd == wake_fd_) {
            clear(wake_fd_);
        } else {
            rest.emplace_back(entry.getTag());
            rest.back().flags.setFlag(NotifyOn::Read);
        }
    }
    if (!rest.empty()) Transport::onReady(Pistache::Aio::FdSet(std::move(rest)));
    if (ticked) sweep();
}

/// Tells whoever the descriptor belongs to, unless that is Pistache or the worker itself.
bool Worker::tell(int fd) {
    const auto client = clients_.find(fd);
    if (client != clients_.end()) {
        touch(fd, client->second, [](Connection& c) { c.on_ready(); });
        return true;
    }
    const auto watcher = watchers_.find(fd);
    if (watcher == watchers_.end()) return false;
    watcher->second->on_ready();
    return true;
}

/// Lets a connection act, then does what it asks for. Its failure is its own end only.
template <typename Action>
void Worker::touch(int fd, Client& client, Action action) {
    auto& connection = *client.connection;
    if (connection.finished()) return;
    try {
        action(connection);
        if (!connection.finished()) {
            rearm(fd, client);
            return;
        }
    } catch (const std::exception&) {
        connection.abort();
    }
    finished_.push_back(fd);
}

/// EPOLL_CTL_MOD looks at the socket again, so no edge can be lost between send and here.
void Worker::rearm(int fd, Client& client) {
    const auto& connection = *client.connection;
    const bool adds_write = connection.wants_write() && !client.watches_write;
    if (!adds_write && !connection.wants_again()) return;
    client.watches_write = client.watches_write || adds_write;
    auto interest = NotifyOn::Read | NotifyOn::Shutdown;
    if (client.watches_write) interest = interest | NotifyOn::Write;
    reactor()->modifyFd(key(), fd, interest, Mode::Edge);
}

void Worker::open(const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
    const int fd = peer->fd();
    const Ticket ticket{fd, peer->getID(), 0};
    auto connection =
        std::make_unique<Connection>(shared_, *application_, ticket, peer->address().host());
    const bool is_over = ++shared_.connections > shared_.options.max_connections;
    clients_[fd] = {peer, std::move(connection), false};
    if (!is_over) return;
    // Pistache registers the fd right after this, so it may not be closed yet.
    clients_[fd].connection->abort();
    finished_.push_back(fd);
}

void Worker::watch(int fd, Watcher& watcher, bool writable) {
    const auto interest =
        writable ? NotifyOn::Read | NotifyOn::Write : Pistache::Flags<NotifyOn>(NotifyOn::Read);
    const auto [place, is_new] = watchers_.insert_or_assign(fd, &watcher);
    if (is_new)
        reactor()->registerFd(key(), fd, interest, Mode::Level);
    else
        reactor()->modifyFd(key(), fd, interest, Mode::Level);
}

void Worker::forget(int fd) {
    if (watchers_.erase(fd) > 0) reactor()->removeFd(key(), fd);
}

/// Answers wait for the end of the round: whoever completes one may be within a connection.
void Worker::complete(const Ticket& ticket, Response&& response) {
    completions_.push_back({ticket, std::move(response)});
}

/// Answers that come meanwhile wait for the next round, or a client that pipelines without end
/// what is answered at once would have the worker for itself.
void Worker::deliver() {
    std::vector<Completion> taken;
    taken.swap(completions_);
    for (const auto& [ticket, response] : taken) {
        const auto client = clients_.find(ticket.fd);
        // The fd may have been closed and given to another client meanwhile.
        if (client == clients_.end() ||
            client->second.connection->generation() != ticket.generation)
            continue;
        touch(ticket.fd, client->second, [&ticket = ticket, &response = response](Connection& c) {
            c.on_answer(ticket.sequence, response);
        });
    }
    if (completions_.empty()) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto size = ::write(wake_fd_, &one, sizeof one);
}

void Worker::sweep() {
    clear(timer_fd_);
    application_->on_tick();
    for (auto& [fd, client] : clients_) touch(fd, client, [](Connection& c) { c.on_tick(); });
}

void Worker::bury() {
    for (const int fd : finished_) {
        const auto client = clients_.find(fd);
        if (client == clients_.end()) continue;
        const auto peer = client->second.peer;  // removePeer drops the one it holds
        clients_.erase(client);
        --shared_.connections;
        try {
            removePeer(peer);
        } catch (const std::exception&) {
            ::close(fd);  // Pistache did not know the peer: the fd is still ours to close
        }
    }
    finished_.clear();
}

void PeerHandler::onInput(const char*, size_t, const std::shared_ptr<Pistache::Tcp::Peer>&) {
    // Never called: Worker::onReady reads by itself.
}

void PeerHandler::onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
    static_cast<Worker*>(transport())->open(peer);
}

}  // namespace rowhouse::server::http
