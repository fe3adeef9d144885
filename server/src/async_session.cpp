#include "async_session.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "answer_record.hpp"

namespace rowhouse::server {
namespace {

using Kind = Failure::Kind;
using std::chrono::seconds;

constexpr seconds connect_limit{5};

constexpr const char* handle_name = "handle";
constexpr const char* handle_statement = "select rowhouse.handle($1, $2, $3, $4, $5)";
constexpr const char* health_statement = "select name, ok, detail from rowhouse.health()";

/// Notices would go to standard error, whatever they hold.
void ignore_notice(void*, const PGresult*) {}

std::string_view text_of(const PGresult* result, int row, int column) {
    return {PQgetvalue(result, row, column),
            static_cast<std::size_t>(PQgetlength(result, row, column))};
}

std::string string_of(const PGresult* result, int row, int column) {
    return std::string(text_of(result, row, column));
}

std::string_view sqlstate_of(const PGresult* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state == nullptr ? "" : state;
}

/// What a new connection cures: the server ends the session (57P0x), may not write (25006), or no
/// longer has the prepared statement as it was (26000, 0A000).
bool ends_session(std::string_view sqlstate) {
    return sqlstate.starts_with("57P0") || sqlstate == "25006" || sqlstate == "26000" ||
           sqlstate == "0A000";
}

Failure failure_of(const PGresult* result) {
    const auto sqlstate = sqlstate_of(result);
    const auto kind = sqlstate == "40001" || sqlstate == "40P01" ? Kind::conflict
                      : ends_session(sqlstate)                   ? Kind::unavailable
                                                                 : Kind::failed;
    return {kind, PQresultErrorMessage(result)};
}

Outcome answer_of(const PGresult* result) {
    if (PQntuples(result) == 1 && PQfformat(result, 0) == 1)
        if (auto answer = read_answer(text_of(result, 0, 0))) return std::move(*answer);
    return Failure{Kind::failed, "rowhouse.handle() gave no answer"};
}

Outcome checks_of(const PGresult* result) {
    std::vector<Check> checks;
    for (int row = 0; row < PQntuples(result); ++row)
        checks.push_back(
            {string_of(result, row, 0), text_of(result, row, 1) == "t", string_of(result, row, 2)});
    return checks;
}

Outcome outcome_of(const PGresult* result, Statement statement) {
    if (PQresultStatus(result) != PGRES_TUPLES_OK) return failure_of(result);
    return statement == Statement::health ? checks_of(result) : answer_of(result);
}

/// Sends the parameters as they are, by their length, so that a NUL cuts none short.
int send_handle(PGconn* connection, const Exchange& exchange) {
    const auto& request = exchange.request;
    const std::array<std::string_view, 5> texts{request.method, request.target, request.headers,
                                                request.body, exchange.client};
    constexpr int binary = 1;
    constexpr std::array<int, 5> formats{binary, binary, binary, binary, binary};
    std::array<const char*, 5> values{};
    std::array<int, 5> lengths{};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        values[i] = texts[i].data() == nullptr ? "" : texts[i].data();
        lengths[i] = static_cast<int>(texts[i].size());
    }
    return PQsendQueryPrepared(connection, handle_name, 5, values.data(), lengths.data(),
                               formats.data(), binary);
}

}  // namespace

AsyncSession::~AsyncSession() {
    disconnect();
}

void AsyncSession::connect(const std::string& connection_string) {
    connection_.reset(PQconnectStart(connection_string.c_str()));
    if (!connection_ || PQstatus(connection_.get()) == CONNECTION_BAD)
        return lose(connection_ ? PQerrorMessage(connection_.get()) : "out of memory");
    PQsetNoticeReceiver(connection_.get(), ignore_notice, nullptr);
    state_ = State::connecting;
    since_ = http::Clock::now();
    watch_socket(true);
}

void AsyncSession::advance_connection() {
    const auto progress = PQconnectPoll(connection_.get());
    if (progress == PGRES_POLLING_FAILED) return lose(PQerrorMessage(connection_.get()));
    // It may have gone on to another address, and so to another socket.
    watch_socket(progress == PGRES_POLLING_WRITING);
    if (progress == PGRES_POLLING_OK) begin_preparing();
}

/// Watches a descriptor of our own for the socket: libpq closes its own at any time, and the number
/// may be a client's by then.
void AsyncSession::watch_socket(bool writable) {
    forget_socket();
    watched_ = ::fcntl(PQsocket(connection_.get()), F_DUPFD_CLOEXEC, 0);
    if (watched_ < 0) throw std::system_error(errno, std::generic_category(), "cannot watch");
    watches_write_ = writable;
    loop_.watch(watched_, *this, writable);
}

void AsyncSession::forget_socket() {
    if (watched_ < 0) return;
    loop_.forget(watched_);
    ::close(std::exchange(watched_, -1));
}

void AsyncSession::begin_preparing() {
    state_ = State::preparing;
    auto* connection = connection_.get();
    if (PQsetnonblocking(connection, 1) != 0 ||
        PQsendPrepare(connection, handle_name, handle_statement, 0, nullptr) == 0)
        return lose(PQerrorMessage(connection));
    flush();
}

void AsyncSession::send(std::unique_ptr<Exchange> exchange) {
    exchange_ = std::move(exchange);
    state_ = State::busy;
    since_ = http::Clock::now();
    const bool is_sent = exchange_->statement == Statement::handle
                             ? send_handle(connection_.get(), *exchange_) != 0
                             : PQsendQueryParams(connection_.get(), health_statement, 0, nullptr,
                                                 nullptr, nullptr, nullptr, 0) != 0;
    if (!is_sent) return lose(PQerrorMessage(connection_.get()));
    flush();
}

void AsyncSession::flush() {
    const int left = PQflush(connection_.get());
    if (left < 0) return lose(PQerrorMessage(connection_.get()));
    if ((left > 0) == watches_write_) return;
    watches_write_ = left > 0;
    loop_.watch(watched_, *this, watches_write_);
}

void AsyncSession::on_ready() {
    if (state_ == State::connecting) return advance_connection();
    read_input();
    if (watches_write_ && !is_away()) flush();
}

void AsyncSession::read_input() {
    auto* connection = connection_.get();
    if (PQconsumeInput(connection) == 0) return lose(PQerrorMessage(connection));
    while (PQisBusy(connection) == 0) {
        auto* result = PQgetResult(connection);
        if (result == nullptr) break;
        result_.reset(result);
    }
    if (PQstatus(connection) == CONNECTION_BAD) return lose(PQerrorMessage(connection));
    if (result_ && PQisBusy(connection) == 0) finish();
}

/// The statement has ended and the server waits for the next.
void AsyncSession::finish() {
    const auto result = std::exchange(result_, {nullptr, PQclear});
    if (state_ == State::preparing) {
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
            return lose(PQresultErrorMessage(result.get()));
        state_ = State::idle;
        return owner_.on_connected(*this);
    }
    if (state_ != State::busy) return;
    auto outcome = outcome_of(result.get(), exchange_->statement);
    state_ = State::idle;
    const auto* failure = std::get_if<Failure>(&outcome);
    if (failure != nullptr && failure->kind == Kind::unavailable) disconnect();
    owner_.on_outcome(*this, std::move(exchange_), std::move(outcome));
}

void AsyncSession::on_tick() {
    const bool is_connecting = state_ == State::connecting || state_ == State::preparing;
    if (is_connecting && time_in_state() > connect_limit) lose("no connection in time");
}

bool AsyncSession::is_overdue() const {
    return state_ == State::busy && time_in_state() > exchange_->time_limit;
}

AsyncSession::Abandoned AsyncSession::abandon() {
    Abandoned abandoned{{PQgetCancel(connection_.get()), PQfreeCancel}, std::move(exchange_)};
    disconnect();
    return abandoned;
}

void AsyncSession::lose(const std::string& message) {
    Failure lost{Kind::unavailable, message};  // libpq's own memory ends with the connection
    disconnect();
    if (!exchange_) return owner_.on_lost(*this, lost.message);
    owner_.on_outcome(*this, std::exchange(exchange_, nullptr), std::move(lost));
}

void AsyncSession::disconnect() {
    forget_socket();
    watches_write_ = false;
    result_.reset();
    connection_.reset();
    state_ = State::away;
}

}  // namespace rowhouse::server
