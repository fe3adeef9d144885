#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "async_session.hpp"
#include "canceller.hpp"
#include "exchange.hpp"
#include "lane_limits.hpp"

namespace rowhouse::server {

/// A few database connections of one worker behind a bounded queue. They heal by themselves: a
/// lost one connects again, at growing intervals while the database is away, during which requests
/// are refused at once.
class Lane : public AsyncSession::Owner {
public:
    /// Takes what has ended.
    class Client {
    public:
        virtual ~Client() = default;
        virtual void on_outcome(std::unique_ptr<Exchange> exchange, Outcome&& outcome) = 0;
    };

    /// What a lane works with; everything outlives it.
    struct Surroundings {
        http::Loop& loop;
        Client& client;
        Canceller& canceller;
        LaneGauges& gauges;
    };

    Lane(const Surroundings& surroundings, std::string connection_string, const LaneLimits& limits);
    ~Lane() override;
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    /// Takes the exchange, unless the queue is full: then it stays the caller's. Its outcome may
    /// come within this call.
    [[nodiscard]] bool submit(std::unique_ptr<Exchange>& exchange);

    /// Takes an exchange whose statement was rolled back, for another attempt after a random pause:
    /// two that collided shall not collide again.
    void try_again(std::unique_ptr<Exchange> exchange);

    /// Mends connections, enforces time limits and cancels what nobody waits for.
    void on_tick();

    /// Gives back what has not begun, to be refused.
    [[nodiscard]] std::vector<std::unique_ptr<Exchange>> clear();

    [[nodiscard]] const std::string& name() const { return gauges_.name; }

private:
    struct Delayed {
        http::Clock::time_point due;
        std::unique_ptr<Exchange> exchange;
    };

    void on_connected(AsyncSession& session) override;
    void on_outcome(AsyncSession& session, std::unique_ptr<Exchange> exchange,
                    Outcome&& outcome) override;
    void on_lost(AsyncSession& session, const std::string& message) override;

    void connect();
    void dispatch();
    void start(AsyncSession& session, std::unique_ptr<Exchange> exchange);
    [[nodiscard]] std::unique_ptr<Exchange> take_next();
    [[nodiscard]] bool may_run(const Exchange& exchange) const;
    void count_out(const Exchange& exchange);
    void resume_delayed();
    void drop_stale();
    void abandon(AsyncSession& session, Failure reason);
    void fail_waiting();
    [[nodiscard]] bool is_cut_off() const;

    http::Loop& loop_;
    Client& client_;
    Canceller& canceller_;
    LaneGauges& gauges_;
    std::string connection_string_;
    LaneLimits limits_;
    std::deque<std::unique_ptr<Exchange>> queue_;
    std::vector<Delayed> delayed_;
    std::unordered_map<InFlight::Key, std::size_t> running_;
    http::Clock::time_point next_attempt_{};
    std::chrono::milliseconds pause_;
    std::vector<std::unique_ptr<AsyncSession>> sessions_;  ///< end first: they call back
};

}  // namespace rowhouse::server
