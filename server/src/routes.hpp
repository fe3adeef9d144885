#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/router.hpp"
#include "database.hpp"

namespace rowhouse::server {

/// What the gateway knows of a route.
struct RouteInfo {
    bool is_slow = false;
    std::size_t body_limit = 0;
    std::chrono::milliseconds timeout{};
};

/// One state of the registry; never changes once made.
class RouteTable {
public:
    /// A route that the router refuses (a repeated one) is left out: the database decides anyway.
    explicit RouteTable(const std::vector<GatewayRoute>& routes);

    /// The route of a request; nothing when none matches or the target is malformed.
    [[nodiscard]] std::optional<RouteInfo> find(std::string_view method,
                                                std::string_view target) const;

private:
    core::Router router_;
    std::vector<RouteInfo> routes_;
};

/// The present table, for any number of readers.
class RouteBook {
public:
    RouteBook() : table_(std::make_shared<RouteTable>(std::vector<GatewayRoute>{})) {}

    [[nodiscard]] std::shared_ptr<const RouteTable> table() const;
    void replace(std::shared_ptr<const RouteTable> table);

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const RouteTable> table_;
};

/// Keeps a RouteBook equal to the database's registry, in a thread with its own connection.
class RouteWatcher {
public:
    RouteWatcher(RouteBook& book, const std::string& connection_string);
    ~RouteWatcher();
    RouteWatcher(const RouteWatcher&) = delete;
    RouteWatcher& operator=(const RouteWatcher&) = delete;

private:
    void watch(Session session);
    void follow(Session& session);
    void load(Session& session);

    RouteBook& book_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace rowhouse::server
