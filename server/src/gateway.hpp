#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "client_address.hpp"
#include "config.hpp"
#include "core/trace.hpp"
#include "database.hpp"
#include "http/application.hpp"
#include "in_flight.hpp"
#include "lane.hpp"
#include "metrics.hpp"
#include "routes.hpp"

namespace rowhouse::server {

/// One request on its way through the gateway.
struct Exchange {
    http::Request request;
    http::Ticket ticket;
    core::Trace trace;
    std::string client;
    std::optional<InFlight::Key> credential;  ///< counted in; to be counted out
    http::Clock::time_point started{};        ///< left the queue
    std::int64_t us_db = 0;
};

/// Where the requests for the database go.
struct Lanes {
    Lane& fast;
    Lane& slow;
    Lane& health;
};

/// Takes requests from the transport to the database and answers back.
class Gateway : public http::Application {
public:
    using Complete = std::function<void(const http::Ticket&, http::Response&&)>;

    Gateway(const Config& config, const RouteBook& routes, const Lanes& lanes, Metrics& metrics);

    /// Where answers go; set before the first request.
    void on_answer(Complete complete) { complete_ = std::move(complete); }

    [[nodiscard]] std::size_t body_limit(std::string_view method,
                                         std::string_view target) const override;
    void handle(http::Request&& request, const http::Ticket& ticket) override;
    [[nodiscard]] http::Response refuse(const http::Refusal& refusal,
                                        const http::Request& request) override;

    /// For the jobs, on a lane's thread.
    void answer_from_database(Exchange& exchange, Session& session);
    void answer_readiness(Exchange& exchange, Session& session);
    void fail(Exchange& exchange, const http::Refusal& failure);

private:
    void submit(Lane& lane, std::unique_ptr<Job> job, Exchange& exchange);
    Answer ask(const Call& call, Session& session) const;
    void finish(Exchange& exchange, Answer&& answer);
    void record(const Exchange& exchange, const Answer& answer, std::size_t bytes);

    std::size_t default_body_limit_;
    const RouteBook& routes_;
    Lanes lanes_;
    Metrics& metrics_;
    ClientAddress client_address_;
    InFlight in_flight_;
    Complete complete_;
};

}  // namespace rowhouse::server
