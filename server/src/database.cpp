#include "database.hpp"

#include <pqxx/connection>
#include <pqxx/errorhandler>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/notification>
#include <pqxx/result>

#include <poll.h>

#include <algorithm>
#include <utility>

namespace rowhouse::server {
namespace {

using Kind = Failure::Kind;
using std::chrono::milliseconds;

constexpr milliseconds first_pause{50};
constexpr milliseconds longest_pause{1000};

constexpr const char* routes_statement =
    "select method, pattern, lane, body_limit, timeout_ms from rowhouse.gateway_routes()";
constexpr const char* findings_statement = "select * from rowhouse.production_findings()";
constexpr const char* routes_channel = "rowhouse_routes";

std::string text_of(const pqxx::field& field) {
    return {field.c_str(), field.size()};
}

/// Whether an idle connection has something to read: then the server has ended it.
bool is_stale(const pqxx::connection& connection) {
    pollfd socket{connection.sock(), POLLIN | POLLRDHUP, 0};
    return !connection.is_open() || ::poll(&socket, 1, 0) != 0;
}

class RoutesListener : public pqxx::notification_receiver {
public:
    explicit RoutesListener(pqxx::connection& connection)
        : notification_receiver(connection, routes_channel) {}
    void operator()(const std::string&, int) override { changed = true; }

    bool changed = false;
};

}  // namespace

struct Session::State {
    std::string connection_string;
    std::unique_ptr<pqxx::connection> connection;
    // Notices would go to standard error, whatever they hold. Both end before the connection.
    std::unique_ptr<pqxx::quiet_errorhandler> silence;
    std::unique_ptr<RoutesListener> listener;
    http::Clock::time_point next_attempt{};
    milliseconds pause = first_pause;

    void disconnect() {
        listener.reset();
        silence.reset();
        connection.reset();
    }

    void connect() {
        if (connection && listener == nullptr && is_stale(*connection)) disconnect();
        if (connection) return;
        if (http::Clock::now() < next_attempt)
            throw DatabaseError(Kind::unavailable, "the database is not reachable");
        try {
            auto fresh = std::make_unique<pqxx::connection>(connection_string);
            silence = std::make_unique<pqxx::quiet_errorhandler>(*fresh);
            connection = std::move(fresh);
            pause = first_pause;
        } catch (const std::exception& error) {
            next_attempt = http::Clock::now() + pause;
            pause = std::min(pause * 2, longest_pause);
            throw DatabaseError(Kind::unavailable, error.what());
        }
    }
};

Session::Session(std::string connection_string) : state_(std::make_unique<State>()) {
    state_->connection_string = std::move(connection_string);
}

Session::~Session() = default;
Session::Session(Session&&) noexcept = default;

/// Asks one question and turns libpqxx's many failures into two. It reconnects on its own terms: a
/// connection on which something failed is thrown away instead.
template <typename Question>
auto Session::run(Question question) {
    state_->connect();
    try {
        pqxx::nontransaction work(*state_->connection);
        return question(work);
    } catch (const std::exception& error) {
        const bool is_lost = !state_->connection->is_open();
        state_->disconnect();
        throw DatabaseError(is_lost ? Kind::unavailable : Kind::failed, error.what());
    }
}

std::vector<GatewayRoute> Session::gateway_routes() {
    return run([](pqxx::nontransaction& work) {
        std::vector<GatewayRoute> routes;
        for (const auto& row : work.exec(routes_statement))
            routes.push_back({text_of(row[0]), text_of(row[1]), text_of(row[2]),
                              row[3].as<std::size_t>(), milliseconds(row[4].as<int>())});
        return routes;
    });
}

std::vector<std::string> Session::production_findings() {
    return run([](pqxx::nontransaction& work) {
        std::vector<std::string> findings;
        for (const auto& row : work.exec(findings_statement)) findings.push_back(text_of(row[0]));
        return findings;
    });
}

void Session::listen_for_routes() {
    state_->connect();
    try {
        state_->listener = std::make_unique<RoutesListener>(*state_->connection);
    } catch (const std::exception& error) {
        state_->disconnect();
        throw DatabaseError(Kind::unavailable, error.what());
    }
}

bool Session::routes_changed(milliseconds limit) {
    try {
        state_->connection->await_notification(0, limit.count() * 1000);
        const bool has_changed = std::exchange(state_->listener->changed, false);
        if (!state_->connection->is_open())
            throw pqxx::broken_connection("the listening connection was lost");
        return has_changed;
    } catch (const std::exception& error) {
        state_->disconnect();
        throw DatabaseError(Kind::unavailable, error.what());
    }
}

}  // namespace rowhouse::server
