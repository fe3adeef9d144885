#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "outcome.hpp"

namespace rowhouse::server {

/// A route as far as the gateway may know it.
struct GatewayRoute {
    std::string method;
    std::string pattern;
    std::string lane;
    std::size_t body_limit;
    std::chrono::milliseconds timeout;
};

/// How a statement outside of requests failed.
class DatabaseError : public std::runtime_error {
public:
    DatabaseError(Failure::Kind kind, const std::string& message)
        : std::runtime_error(message), kind_(kind) {}
    [[nodiscard]] Failure::Kind kind() const { return kind_; }

private:
    Failure::Kind kind_;
};

/// One connection for what is asked outside of requests; every member waits for the database.
/// Connects at first use and again after a loss, each attempt at least a pause after the last that
/// failed.
class Session {
public:
    explicit Session(std::string connection_string);
    ~Session();
    Session(Session&&) noexcept;
    Session& operator=(Session&&) = delete;

    /// Every statement throws DatabaseError and nothing else.
    [[nodiscard]] std::vector<GatewayRoute> gateway_routes();
    [[nodiscard]] std::vector<std::string> production_findings();

    /// Begins to listen for changed routes; a lost connection ends it.
    void listen_for_routes();
    /// Waits at most `limit` for a change of the routes.
    [[nodiscard]] bool routes_changed(std::chrono::milliseconds limit);

private:
    struct State;
    template <typename Question>
    auto run(Question question);

    std::unique_ptr<State> state_;
};

}  // namespace rowhouse::server
