#pragma once

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>

#include "exchange.hpp"
#include "http/loop.hpp"
#include "outcome.hpp"

namespace rowhouse::server {

/// One connection for the statements of requests. It never waits: the loop tells it when the
/// database has said something, and it tells its owner. libpq and not libpqxx, which can only
/// wait, so that each connection would need a thread and each request four switches between
/// threads; docs/benchmarks.md has the measurement.
class AsyncSession : private http::Loop::Watcher {
public:
    /// Hears what becomes of the session, from within `on_tick`, `connect`, `send` or the loop.
    class Owner {
    public:
        virtual ~Owner() = default;
        /// It has connected: the next statement may be sent.
        virtual void on_connected(AsyncSession& session) = 0;
        /// What was sent has ended. The session is idle again, or away when it was lost.
        virtual void on_outcome(AsyncSession& session, std::unique_ptr<Exchange> exchange,
                                Outcome&& outcome) = 0;
        /// The connection was lost, or not had, while nothing was sent.
        virtual void on_lost(AsyncSession& session, const std::string& message) = 0;
    };

    AsyncSession(http::Loop& loop, Owner& owner) : loop_(loop), owner_(owner) {}
    ~AsyncSession() override;
    AsyncSession(const AsyncSession&) = delete;
    AsyncSession& operator=(const AsyncSession&) = delete;

    /// Begins to connect, when away. A host name is looked up at once, which may block: addresses
    /// and sockets do not.
    void connect(const std::string& connection_string);

    /// Sends the exchange's statement, when idle, and keeps the exchange until its outcome.
    void send(std::unique_ptr<Exchange> exchange);

    /// Ends an attempt to connect that takes too long.
    void on_tick();

    /// Gives up what was sent, and the connection with it.
    /// @return what asks the server to cancel the statement, and the exchange.
    struct Abandoned {
        std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel;
        std::unique_ptr<Exchange> exchange;
    };
    Abandoned abandon();

    [[nodiscard]] bool is_away() const { return state_ == State::away; }
    [[nodiscard]] bool is_idle() const { return state_ == State::idle; }
    /// Whether what was sent takes longer than its exchange allows.
    [[nodiscard]] bool is_overdue() const;
    /// What was sent and has not ended; null otherwise.
    [[nodiscard]] const Exchange* exchange() const { return exchange_.get(); }

private:
    enum class State { away, connecting, preparing, idle, busy };

    void on_ready() override;
    void advance_connection();
    void watch_socket(bool writable);
    void forget_socket();
    void begin_preparing();
    void read_input();
    void finish();
    void flush();
    void lose(const std::string& message);
    void disconnect();
    [[nodiscard]] http::Clock::duration time_in_state() const {
        return http::Clock::now() - since_;
    }

    http::Loop& loop_;
    Owner& owner_;
    State state_ = State::away;
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_{nullptr, PQfinish};
    std::unique_ptr<PGresult, decltype(&PQclear)> result_{nullptr, PQclear};
    std::unique_ptr<Exchange> exchange_;
    http::Clock::time_point since_{};  ///< the present state
    int watched_ = -1;
    bool watches_write_ = false;
};

}  // namespace rowhouse::server
