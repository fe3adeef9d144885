#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "http/message.hpp"

namespace rowhouse::server {

/// What the database is asked.
struct Call {
    std::string method;
    std::string target;
    std::string headers;
    std::string body;
    std::string client;
};

/// What it answers.
struct Answer {
    http::Response response;
    std::string route;  ///< template such as `/contacts/:id`; empty when none matched
    std::string tenant_id;
    std::string user_id;
    std::string session_id;
};

/// A state of one part of the system.
struct Check {
    std::string name;
    bool is_ok;
    std::string detail;
};

/// A route as far as the gateway may know it.
struct GatewayRoute {
    std::string method;
    std::string pattern;
    std::string lane;
    std::size_t body_limit;
};

/// How a statement failed.
class DatabaseError : public std::runtime_error {
public:
    enum class Kind {
        unavailable,  ///< no connection; whether the statement ran is not known
        conflict,     ///< rolled back as a whole, may be tried again
        failed        ///< the database answered with an error
    };

    DatabaseError(Kind kind, const std::string& message)
        : std::runtime_error(message), kind_(kind) {}
    [[nodiscard]] Kind kind() const { return kind_; }

private:
    Kind kind_;
};

/// One connection, for one thread. Connects at first use and again after a loss, each attempt at
/// least a pause after the last that failed.
class Session {
public:
    explicit Session(std::string connection_string);
    ~Session();
    Session(Session&&) noexcept;
    Session& operator=(Session&&) = delete;

    /// Every statement throws DatabaseError and nothing else.
    [[nodiscard]] Answer handle(const Call& call);
    [[nodiscard]] std::vector<Check> health();
    [[nodiscard]] std::vector<GatewayRoute> gateway_routes();
    [[nodiscard]] std::vector<std::string> production_findings();

    /// Begins to listen for changed routes; a lost connection ends it.
    void listen_for_routes();
    /// Waits at most `limit` for a change of the routes.
    [[nodiscard]] bool routes_changed(std::chrono::milliseconds limit);

    [[nodiscard]] bool is_connected() const;

private:
    struct State;
    template <typename Statement>
    auto run(Statement statement);

    std::unique_ptr<State> state_;
};

}  // namespace rowhouse::server
