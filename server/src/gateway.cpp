#include "gateway.hpp"

#include <algorithm>
#include <utility>

#include "health.hpp"
#include "http/response_text.hpp"
#include "log.hpp"
#include "problems.hpp"

namespace rowhouse::server {
namespace {

using Clock = http::Clock;
using std::chrono::milliseconds;

constexpr std::size_t health_queue = 16;

/// The database ends what takes too long by itself; past this it does not answer at all.
constexpr milliseconds margin{2000};
constexpr milliseconds unmatched_timeout{5000};
constexpr milliseconds health_timeout{3000};

std::int64_t micros(Clock::duration duration) {
    return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

bool is_read(const std::string& method) {
    return method == "GET" || method == "HEAD";
}

const http::Refusal& refusal_of(Failure::Kind kind) {
    switch (kind) {
        case Failure::Kind::conflict: return transaction_conflict;
        case Failure::Kind::waited: return queue_full;
        case Failure::Kind::away:
        case Failure::Kind::unavailable: return database_unavailable;
        case Failure::Kind::overdue: return timed_out;
        case Failure::Kind::abandoned: return client_gone;
        case Failure::Kind::failed: break;
    }
    return internal_error;
}

std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find('\n'));
}

/// What befalls thousands at once, a full queue or a lost database, is told once where it is
/// noticed; each request has its own line in the log anyway.
bool deserves_a_line(Failure::Kind kind) {
    return kind != Failure::Kind::abandoned && kind != Failure::Kind::away &&
           kind != Failure::Kind::waited;
}

bool is_answer(const http::Response& response) {
    return response.status >= 200 && response.status <= 599 &&
           http::is_header_block(response.headers);
}

/// A worker's share; a single statement never has the last connection for its credential alone.
LaneLimits limits_of(const Config& config, std::size_t connections) {
    const auto workers = config.http_threads;
    const auto share = std::max<std::size_t>(1, connections / workers);
    return {share, std::max<std::size_t>(1, config.queue_limit / workers),
            std::max<std::size_t>(1, share / 2)};
}

}  // namespace

GatewayShared::GatewayShared(const Config& settings, std::string connection_string)
    : config(settings),
      database(std::move(connection_string)),
      in_flight(settings.in_flight_limit),
      client_address(settings.trusted_proxies) {}

Gateway::Gateway(GatewayShared& shared, http::Loop& loop)
    : shared_(shared),
      loop_(loop),
      fast_({loop, *this, shared.canceller, shared.fast}, shared.database,
            limits_of(shared.config, shared.config.database_connections)),
      slow_({loop, *this, shared.canceller, shared.slow}, shared.database,
            limits_of(shared.config, shared.config.slow_connections)),
      health_({loop, *this, shared.canceller, shared.health}, shared.database,
              {1, health_queue, 1}) {}

std::size_t Gateway::body_limit(std::string_view method, std::string_view target) const {
    const auto route = shared_.routes.table()->find(method, target);
    return route ? route->body_limit : shared_.config.body_limit;
}

void Gateway::handle(http::Request&& request, const http::Ticket& ticket) {
    auto exchange = std::make_unique<Exchange>();
    exchange->request = std::move(request);
    exchange->ticket = ticket;
    exchange->started = Clock::now();
    auto& taken = exchange->request;
    exchange->trace = trace_of(taken.headers);
    exchange->client = shared_.client_address.find(taken.peer, taken.headers);
    if (is_liveness(taken)) return finish(*exchange, {render_liveness(), "/healthz", {}, {}, {}});
    if (shared_.stopping) return fail(*exchange, shutting_down);
    auto& lane = choose_lane(*exchange);
    if (exchange->statement == Statement::handle) {
        const auto credential = InFlight::key_of(taken.headers);
        if (!shared_.in_flight.enter(credential)) return fail(*exchange, too_many_in_flight);
        exchange->credential = credential;
        taken.headers = with_trace(taken.headers, exchange->trace);
    }
    submit(lane, std::move(exchange));
}

/// Which connections serve the request, and for how long.
Lane& Gateway::choose_lane(Exchange& exchange) {
    const auto& request = exchange.request;
    if (is_readiness(request)) {
        exchange.statement = Statement::health;
        exchange.time_limit = health_timeout;
        return health_;
    }
    const auto route = shared_.routes.table()->find(request.method, request.target);
    exchange.time_limit = (route ? route->timeout : unmatched_timeout) + margin;
    return route && route->is_slow ? slow_ : fast_;
}

void Gateway::submit(Lane& lane, std::unique_ptr<Exchange> exchange) {
    if (lane.submit(exchange)) return;
    shared_.metrics.count_rejection(lane.name());
    fail(*exchange, queue_full);
}

http::Response Gateway::refuse(const http::Refusal& refusal, const http::Request& request) {
    Exchange exchange;
    exchange.started = Clock::now();
    exchange.trace = trace_of(request.headers);
    exchange.request.method = request.method;
    exchange.request.received = exchange.started;
    exchange.client = shared_.client_address.find(request.peer, request.headers);
    Answer answer{render_failure(refusal, exchange.trace), "refused", {}, {}, {}};
    record(exchange, answer, answer.response.body.size());
    answer.response.headers += trace_headers(exchange.trace);
    return std::move(answer.response);
}

void Gateway::on_tick() {
    log_.flush();
    for (auto* lane : {&fast_, &slow_, &health_}) {
        lane->on_tick();
        if (!shared_.stopping) continue;
        for (const auto& exchange : lane->clear()) fail(*exchange, shutting_down);
    }
}

void Gateway::on_fault(const std::exception& fault) {
    log_event(Level::error, "a worker failed", fault.what());
}

void Gateway::on_outcome(std::unique_ptr<Exchange> exchange, Outcome&& outcome) {
    exchange->us_db = micros(Clock::now() - exchange->started);
    if (exchange->statement == Statement::health) {
        auto response = render_readiness(checks_of(std::move(outcome)));
        return finish(*exchange, {std::move(response), "/readyz", {}, {}, {}});
    }
    if (auto* answer = std::get_if<Answer>(&outcome))
        return finish_answer(*exchange, std::move(*answer));
    if (const auto* failure = std::get_if<Failure>(&outcome))
        on_failure(std::move(exchange), *failure);
}

void Gateway::finish_answer(Exchange& exchange, Answer&& answer) {
    if (!is_answer(answer.response)) {
        log_event(Level::error, "the database gave an answer that is no HTTP answer",
                  exchange.trace.request_id);
        return fail(exchange, internal_error);
    }
    if (answer.route.empty()) answer.route = "unmatched";
    finish(exchange, std::move(answer));
}

/// A conflict has undone everything. After a lost connection nobody knows, and only what changes
/// nothing may be asked twice.
void Gateway::on_failure(std::unique_ptr<Exchange> exchange, const Failure& failure) {
    const bool is_over = std::exchange(exchange->is_retry, true) || shared_.stopping;
    auto& lane = choose_lane(*exchange);
    if (!is_over && failure.kind == Failure::Kind::conflict)
        return lane.try_again(std::move(exchange));
    if (!is_over && failure.kind == Failure::Kind::unavailable && is_read(exchange->request.method))
        return submit(lane, std::move(exchange));
    if (failure.kind == Failure::Kind::waited) shared_.metrics.count_rejection(lane.name());
    if (deserves_a_line(failure.kind))
        log_event(Level::error, "database failure", first_line(failure.message));
    fail(*exchange, refusal_of(failure.kind));
}

void Gateway::fail(Exchange& exchange, const http::Refusal& failure) {
    finish(exchange, {render_failure(failure, exchange.trace), "refused", {}, {}, {}});
}

void Gateway::finish(Exchange& exchange, Answer&& answer) {
    shared_.in_flight.leave(std::exchange(exchange.credential, std::nullopt));
    const auto bytes = answer.response.body.size();
    answer.response.headers += trace_headers(exchange.trace);
    loop_.complete(exchange.ticket, std::move(answer.response));
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
    shared_.metrics.count_request(entry);
    log_.add(entry);
}

}  // namespace rowhouse::server
