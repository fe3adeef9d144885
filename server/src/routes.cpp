#include "routes.hpp"

#include <chrono>
#include <utility>

#include "core/error.hpp"
#include "core/target.hpp"
#include "log.hpp"

namespace rowhouse::server {
namespace {

constexpr std::chrono::milliseconds poll_time{250};
constexpr std::chrono::milliseconds pause_after_loss{500};

}  // namespace

RouteTable::RouteTable(const std::vector<GatewayRoute>& routes) {
    for (const auto& route : routes) {
        try {
            router_.add(route.method, route.pattern, routes_.size());
            routes_.push_back({route.lane == "slow", route.body_limit, route.timeout});
        } catch (const core::Error& error) {
            log_event(Level::warning, "route left out", route.method + " " + route.pattern);
        }
    }
}

std::optional<RouteInfo> RouteTable::find(std::string_view method, std::string_view target) const {
    try {
        const auto segments = core::parse_target(target.substr(0, target.find('?'))).segments;
        const auto match = router_.find(method, segments);
        if (!match || !match->route) return std::nullopt;
        return routes_.at(*match->route);
    } catch (const core::Error&) {
        return std::nullopt;  // the database words the refusal of a malformed target
    }
}

std::shared_ptr<const RouteTable> RouteBook::table() const {
    const std::lock_guard lock(mutex_);
    return table_;
}

void RouteBook::replace(std::shared_ptr<const RouteTable> table) {
    const std::lock_guard lock(mutex_);
    table_.swap(table);
}

RouteWatcher::RouteWatcher(RouteBook& book, const std::string& connection_string) : book_(book) {
    thread_ = std::thread([this, connection_string] { watch(Session(connection_string)); });
}

RouteWatcher::~RouteWatcher() {
    stopping_ = true;
    thread_.join();
}

void RouteWatcher::watch(Session session) {
    bool was_lost = false;
    while (!stopping_) {
        try {
            session.listen_for_routes();
            load(session);
            was_lost = false;
            follow(session);
        } catch (const DatabaseError& error) {
            if (!std::exchange(was_lost, true))
                log_event(Level::warning, "routes not watched", error.what());
            std::this_thread::sleep_for(pause_after_loss);
        }
    }
}

void RouteWatcher::follow(Session& session) {
    while (!stopping_)
        if (session.routes_changed(poll_time)) load(session);
}

void RouteWatcher::load(Session& session) {
    const auto routes = session.gateway_routes();
    book_.replace(std::make_shared<RouteTable>(routes));
    log_event(Level::info, "routes loaded", std::to_string(routes.size()));
}

}  // namespace rowhouse::server
