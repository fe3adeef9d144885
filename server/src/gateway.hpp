#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "client_address.hpp"
#include "config.hpp"
#include "exchange.hpp"
#include "http/application.hpp"
#include "lane.hpp"
#include "metrics.hpp"
#include "routes.hpp"

namespace rowhouse::server {

/// What the gateways of all workers have in common.
struct GatewayShared {
    GatewayShared(const Config& settings, std::string connection_string);

    const Config& config;
    std::string database;  ///< the connection string, which may hold a password
    RouteBook routes;
    Metrics metrics;
    InFlight in_flight;
    ClientAddress client_address;
    Canceller canceller;
    LaneGauges fast{"fast", 0, 0, 0};
    LaneGauges slow{"slow", 0, 0, 0};
    LaneGauges health{"health", 0, 0, 0};
    std::atomic<bool> stopping{false};  ///< what has not begun is refused
};

/// Takes one worker's requests to the database and the answers back.
class Gateway : public http::Application, private Lane::Client {
public:
    Gateway(GatewayShared& shared, http::Loop& loop);

    [[nodiscard]] std::size_t body_limit(std::string_view method,
                                         std::string_view target) const override;
    void handle(http::Request&& request, const http::Ticket& ticket) override;
    [[nodiscard]] http::Response refuse(const http::Refusal& refusal,
                                        const http::Request& request) override;
    void on_tick() override;
    void on_fault(const std::exception& fault) override;

private:
    void on_outcome(std::unique_ptr<Exchange> exchange, Outcome&& outcome) override;
    Lane& choose_lane(Exchange& exchange);
    void submit(Lane& lane, std::unique_ptr<Exchange> exchange);
    void finish_answer(Exchange& exchange, Answer&& answer);
    void on_failure(std::unique_ptr<Exchange> exchange, const Failure& failure);
    void fail(Exchange& exchange, const http::Refusal& failure);
    void finish(Exchange& exchange, Answer&& answer);
    void record(const Exchange& exchange, const Answer& answer, std::size_t bytes);

    GatewayShared& shared_;
    http::Loop& loop_;
    RequestLog log_;
    Lane fast_;
    Lane slow_;
    Lane health_;
};

}  // namespace rowhouse::server
