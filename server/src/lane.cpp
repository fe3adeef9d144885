#include "lane.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

#include "log.hpp"

namespace rowhouse::server {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{50};
constexpr milliseconds longest_pause{250};

/// A client that has shut its side down may still read. One that has closed looks the same, so a
/// read that takes longer than this is not continued for it.
constexpr milliseconds patience_after_shutdown{1000};

milliseconds jitter() {
    thread_local std::minstd_rand random{std::random_device{}()};
    return milliseconds(5 + random() % 200);
}

bool is_read(const Exchange& exchange) {
    return exchange.request.method == "GET" || exchange.request.method == "HEAD";
}

/// Writes end as they began: half of a write is never wanted.
bool is_abandoned(const Exchange& exchange) {
    const auto& presence = exchange.request.presence;
    if (!presence || !is_read(exchange)) return false;
    return presence->is_gone || (presence->has_shut_down &&
                                 http::Clock::now() - exchange.started > patience_after_shutdown);
}

/// Why what waits need not begin any more. Whoever asks again in vain while it waits would else
/// have it done for every attempt, and so keep the queue from ever becoming short again.
std::optional<Failure> reason_to_drop(const Exchange& exchange) {
    const auto& [is_gone, has_shut_down] = *exchange.request.presence;
    const auto waited = http::Clock::now() - exchange.request.received;
    if (is_gone || (has_shut_down && waited > patience_after_shutdown))
        return Failure{Failure::Kind::abandoned, "the client has gone"};
    if (waited > exchange.time_limit) return Failure{Failure::Kind::waited, "waited too long"};
    return std::nullopt;
}

Failure away() {
    return {Failure::Kind::away, "the database is not reachable"};
}

}  // namespace

Lane::Lane(const Surroundings& surroundings, std::string connection_string,
           const LaneLimits& limits)
    : loop_(surroundings.loop),
      client_(surroundings.client),
      canceller_(surroundings.canceller),
      gauges_(surroundings.gauges),
      connection_string_(std::move(connection_string)),
      limits_(limits),
      pause_(first_pause) {
    for (std::size_t i = 0; i < limits_.connections; ++i)
        sessions_.push_back(std::make_unique<AsyncSession>(loop_, *this));
    gauges_.connections += limits_.connections;
}

Lane::~Lane() = default;

bool Lane::submit(std::unique_ptr<Exchange>& exchange) {
    if (queue_.size() >= limits_.queue) return false;
    if (is_cut_off()) connect();
    if (is_cut_off()) {
        client_.on_outcome(std::move(exchange), away());
        return true;
    }
    queue_.push_back(std::move(exchange));
    ++gauges_.queued;
    dispatch();
    return true;
}

void Lane::try_again(std::unique_ptr<Exchange> exchange) {
    delayed_.push_back({http::Clock::now() + jitter(), std::move(exchange)});
}

void Lane::resume_delayed() {
    const auto is_early = [now = http::Clock::now()](const Delayed& d) { return d.due > now; };
    const auto due = std::stable_partition(delayed_.begin(), delayed_.end(), is_early);
    std::vector<Delayed> resumed(std::make_move_iterator(due),
                                 std::make_move_iterator(delayed_.end()));
    delayed_.erase(due, delayed_.end());
    for (auto& [when, exchange] : resumed) {
        queue_.push_front(std::move(exchange));
        ++gauges_.queued;
    }
    dispatch();
}

void Lane::on_tick() {
    for (const auto& session : sessions_) {
        session->on_tick();
        if (session->is_overdue())
            abandon(*session, {Failure::Kind::overdue, "no answer in time"});
        else if (session->exchange() != nullptr && is_abandoned(*session->exchange()))
            abandon(*session, {Failure::Kind::abandoned, "the client has gone"});
    }
    connect();
    resume_delayed();
    drop_stale();
}

void Lane::drop_stale() {
    std::vector<std::pair<std::unique_ptr<Exchange>, Failure>> dropped;
    for (auto& exchange : std::exchange(queue_, {})) {
        if (auto reason = reason_to_drop(*exchange))
            dropped.emplace_back(std::move(exchange), std::move(*reason));
        else
            queue_.push_back(std::move(exchange));
    }
    gauges_.queued -= dropped.size();
    for (auto& [exchange, reason] : dropped)
        client_.on_outcome(std::move(exchange), std::move(reason));
}

std::vector<std::unique_ptr<Exchange>> Lane::clear() {
    std::vector<std::unique_ptr<Exchange>> cleared(std::make_move_iterator(queue_.begin()),
                                                   std::make_move_iterator(queue_.end()));
    for (auto& delayed : delayed_) cleared.push_back(std::move(delayed.exchange));
    gauges_.queued -= queue_.size();
    queue_.clear();
    delayed_.clear();
    return cleared;
}

bool Lane::is_cut_off() const {
    return std::all_of(sessions_.begin(), sessions_.end(),
                       [](const auto& session) { return session->is_away(); });
}

/// Connects what is away, unless the last attempt failed a moment ago.
void Lane::connect() {
    for (const auto& session : sessions_)
        if (session->is_away() && http::Clock::now() >= next_attempt_)
            session->connect(connection_string_);
}

void Lane::on_connected(AsyncSession&) {
    pause_ = first_pause;
    dispatch();
}

void Lane::on_lost(AsyncSession&, const std::string& message) {
    if (pause_ == first_pause) log_event(Level::warning, "database connection lost", message);
    next_attempt_ = http::Clock::now() + pause_;
    pause_ = std::min(pause_ * 2, longest_pause);
    if (is_cut_off()) fail_waiting();
}

void Lane::fail_waiting() {
    auto waiting = std::exchange(queue_, {});
    gauges_.queued -= waiting.size();
    for (auto& exchange : waiting) client_.on_outcome(std::move(exchange), away());
}

void Lane::on_outcome(AsyncSession&, std::unique_ptr<Exchange> exchange, Outcome&& outcome) {
    count_out(*exchange);
    // First the next statement, so that the database works while the answer is written.
    dispatch();
    client_.on_outcome(std::move(exchange), std::move(outcome));
}

void Lane::dispatch() {
    for (const auto& session : sessions_) {
        if (!session->is_idle()) continue;
        auto next = take_next();
        if (!next) return;
        start(*session, std::move(next));
    }
}

void Lane::start(AsyncSession& session, std::unique_ptr<Exchange> exchange) {
    if (exchange->credential) ++running_[*exchange->credential];
    ++gauges_.busy;
    if (!exchange->is_retry) exchange->started = http::Clock::now();
    session.send(std::move(exchange));
}

bool Lane::may_run(const Exchange& exchange) const {
    if (!exchange.credential) return true;
    const auto running = running_.find(*exchange.credential);
    return running == running_.end() || running->second < limits_.per_credential;
}

/// The first that waits and may run.
std::unique_ptr<Exchange> Lane::take_next() {
    const auto next = std::find_if(queue_.begin(), queue_.end(),
                                   [this](const auto& waiting) { return may_run(*waiting); });
    if (next == queue_.end()) return nullptr;
    auto exchange = std::move(*next);
    queue_.erase(next);
    --gauges_.queued;
    return exchange;
}

void Lane::count_out(const Exchange& exchange) {
    --gauges_.busy;
    if (!exchange.credential) return;
    const auto running = running_.find(*exchange.credential);
    if (--running->second == 0) running_.erase(running);
}

void Lane::abandon(AsyncSession& session, Failure reason) {
    auto [order, exchange] = session.abandon();
    canceller_.cancel(std::move(order));
    count_out(*exchange);
    client_.on_outcome(std::move(exchange), std::move(reason));
}

}  // namespace rowhouse::server
