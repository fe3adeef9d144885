#include "gateway.hpp"

#include <random>
#include <thread>
#include <utility>

#include "health.hpp"
#include "http/response_text.hpp"
#include "log.hpp"
#include "problems.hpp"

namespace rowhouse::server {
namespace {

using Clock = http::Clock;

std::int64_t micros(Clock::duration duration) {
    return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

bool is_read(const std::string& method) {
    return method == "GET" || method == "HEAD";
}

/// So that two requests that collided do not collide again.
void pause_for_jitter() {
    thread_local std::minstd_rand random{std::random_device{}()};
    std::this_thread::sleep_for(std::chrono::milliseconds(1 + random() % 20));
}

/// A conflict has undone everything. After a lost connection nobody knows, and only what changes
/// nothing may be asked twice.
bool may_retry(const DatabaseError& error, const std::string& method) {
    switch (error.kind()) {
        case DatabaseError::Kind::conflict: return true;
        case DatabaseError::Kind::unavailable: return is_read(method);
        case DatabaseError::Kind::failed: break;
    }
    return false;
}

const http::Refusal& failure_of(DatabaseError::Kind kind) {
    switch (kind) {
        case DatabaseError::Kind::conflict: return transaction_conflict;
        case DatabaseError::Kind::unavailable: return database_unavailable;
        case DatabaseError::Kind::failed: break;
    }
    return internal_error;
}

std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find('\n'));
}

bool is_answer(const http::Response& response) {
    return response.status >= 200 && response.status <= 599 &&
           http::is_header_block(response.headers);
}

class ExchangeJob : public Job {
public:
    ExchangeJob(Gateway& gateway, Exchange&& exchange)
        : gateway_(gateway), exchange_(std::move(exchange)) {}

    void run(Session& session) override {
        try {
            act(session);
        } catch (const std::exception& error) {
            log_event(Level::error, "request failed", error.what());
            gateway_.fail(exchange_, internal_error);
        }
    }
    void cancel() override { gateway_.fail(exchange_, shutting_down); }
    Exchange& exchange() { return exchange_; }

protected:
    virtual void act(Session& session) = 0;

    Gateway& gateway_;
    Exchange exchange_;
};

class HandleJob : public ExchangeJob {
public:
    using ExchangeJob::ExchangeJob;
    void act(Session& session) override { gateway_.answer_from_database(exchange_, session); }
};

class ReadinessJob : public ExchangeJob {
public:
    using ExchangeJob::ExchangeJob;
    void act(Session& session) override { gateway_.answer_readiness(exchange_, session); }
};

}  // namespace

Gateway::Gateway(const Config& config, const RouteBook& routes, const Lanes& lanes,
                 Metrics& metrics)
    : default_body_limit_(config.body_limit),
      routes_(routes),
      lanes_(lanes),
      metrics_(metrics),
      client_address_(config.trusted_proxies),
      in_flight_(config.in_flight_limit) {}

std::size_t Gateway::body_limit(std::string_view method, std::string_view target) const {
    const auto route = routes_.table()->find(method, target);
    return route ? route->body_limit : default_body_limit_;
}

void Gateway::handle(http::Request&& request, const http::Ticket& ticket) {
    Exchange exchange{std::move(request), ticket, {}, {}, std::nullopt, Clock::now(), 0};
    const auto& taken = exchange.request;
    exchange.trace = trace_of(taken.headers);
    exchange.client = client_address_.find(taken.peer, taken.headers);
    if (is_liveness(taken)) return finish(exchange, {render_liveness(), "/healthz", {}, {}, {}});
    if (is_readiness(taken)) {
        auto job = std::make_unique<ReadinessJob>(*this, std::move(exchange));
        auto& own = job->exchange();
        return submit(lanes_.health, std::move(job), own);
    }
    const auto credential = InFlight::key_of(taken.headers);
    if (!in_flight_.enter(credential)) return fail(exchange, too_many_in_flight);
    exchange.credential = credential;
    const auto route = routes_.table()->find(taken.method, taken.target);
    auto& lane = route && route->is_slow ? lanes_.slow : lanes_.fast;
    auto job = std::make_unique<HandleJob>(*this, std::move(exchange));
    auto& own = job->exchange();
    submit(lane, std::move(job), own);
}

/// @param exchange the one within `job`, which stays alive here when the lane does not take it.
void Gateway::submit(Lane& lane, std::unique_ptr<Job> job, Exchange& exchange) {
    if (lane.submit(job)) return;
    metrics_.count_rejection(lane.name());
    fail(exchange, queue_full);
}

http::Response Gateway::refuse(const http::Refusal& refusal, const http::Request& request) {
    Exchange exchange{{}, {}, trace_of(request.headers), {}, std::nullopt, Clock::now(), 0};
    exchange.request.method = request.method;
    exchange.request.received = exchange.started;
    exchange.client = client_address_.find(request.peer, request.headers);
    Answer answer{render_failure(refusal, exchange.trace), "refused", {}, {}, {}};
    record(exchange, answer, answer.response.body.size());
    answer.response.headers += trace_headers(exchange.trace);
    return std::move(answer.response);
}

void Gateway::answer_from_database(Exchange& exchange, Session& session) {
    exchange.started = Clock::now();
    auto& request = exchange.request;
    // Nobody waits for the answer and nothing has begun.
    if (request.abandoned && *request.abandoned) return fail(exchange, client_gone);
    const Call call{request.method, request.target, with_trace(request.headers, exchange.trace),
                    std::move(request.body), exchange.client};
    try {
        auto answer = ask(call, session);
        exchange.us_db = micros(Clock::now() - exchange.started);
        if (!is_answer(answer.response)) {
            log_event(Level::error, "the database gave an answer that is no HTTP answer",
                      exchange.trace.request_id);
            return fail(exchange, internal_error);
        }
        if (answer.route.empty()) answer.route = "unmatched";
        finish(exchange, std::move(answer));
    } catch (const DatabaseError& error) {
        exchange.us_db = micros(Clock::now() - exchange.started);
        log_event(Level::error, "database failure", first_line(error.what()));
        fail(exchange, failure_of(error.kind()));
    }
}

Answer Gateway::ask(const Call& call, Session& session) const {
    try {
        return session.handle(call);
    } catch (const DatabaseError& error) {
        if (!may_retry(error, call.method)) throw;
        if (error.kind() == DatabaseError::Kind::conflict) pause_for_jitter();
    }
    return session.handle(call);
}

void Gateway::answer_readiness(Exchange& exchange, Session& session) {
    exchange.started = Clock::now();
    auto response = render_readiness(check_health(session));
    exchange.us_db = micros(Clock::now() - exchange.started);
    finish(exchange, {std::move(response), "/readyz", {}, {}, {}});
}

void Gateway::fail(Exchange& exchange, const http::Refusal& failure) {
    finish(exchange, {render_failure(failure, exchange.trace), "refused", {}, {}, {}});
}

void Gateway::finish(Exchange& exchange, Answer&& answer) {
    in_flight_.leave(std::exchange(exchange.credential, std::nullopt));
    const auto bytes = answer.response.body.size();
    answer.response.headers += trace_headers(exchange.trace);
    complete_(exchange.ticket, std::move(answer.response));
    record(exchange, answer, bytes);
}

void Gateway::record(const Exchange& exchange, const Answer& answer, std::size_t bytes) {
    const auto received = exchange.request.received;
    RequestRecord entry{exchange.trace.request_id,
                        exchange.trace.trace_id,
                        answer.tenant_id,
                        answer.user_id,
                        answer.session_id,
                        exchange.request.method,
                        answer.route,
                        exchange.client,
                        answer.response.status,
                        micros(exchange.started - received),
                        exchange.us_db,
                        micros(Clock::now() - received),
                        bytes};
    metrics_.count_request(entry);
    log_request(entry);
}

}  // namespace rowhouse::server
