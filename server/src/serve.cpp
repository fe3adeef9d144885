#include "serve.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "connection_string.hpp"
#include "core/bytes.hpp"
#include "gateway.hpp"
#include "http/server.hpp"
#include "log.hpp"
#include "metrics.hpp"
#include "production.hpp"
#include "ready_notice.hpp"
#include "routes.hpp"
#include "stop_signals.hpp"

namespace rowhouse::server {
namespace {

/// For the refusals of what has not begun when the drain ends.
constexpr std::chrono::milliseconds last_words{500};

/// A database connection is two: libpq's and the one that the loop watches. The rest is for epolls,
/// the listening, logs, metrics, and cancelling.
std::size_t other_descriptors(const Config& config) {
    constexpr std::size_t own = 24;
    return own + 2 * (config.database_connections + config.slow_connections) +
           6 * config.http_threads;
}

http::Options options_of(const Config& config, const ClientAddress& addresses) {
    http::Options options;
    options.host = config.host;
    options.port = config.port;
    options.workers = config.http_threads;
    options.max_connections = config.max_connections;
    options.other_descriptors = other_descriptors(config);
    options.header_timeout = config.header_timeout;
    options.body_timeout = config.body_timeout;
    options.idle_timeout = config.idle_timeout;
    options.write_timeout = config.write_timeout;
    if (config.proxy_protocol)
        options.speaks_proxy = [&addresses](const std::string& peer) {
            return addresses.is_trusted(peer);
        };
    return options;
}

void append_samples(std::vector<Sample>& samples, const LaneGauges& lane) {
    const auto append = [&](const char* name, std::size_t value) {
        samples.push_back({name, {{"lane", lane.name}}, static_cast<double>(value)});
    };
    append("rowhouse_pool_connections", lane.connections);
    append("rowhouse_pool_busy", lane.busy);
    append("rowhouse_queue_length", lane.queued);
}

std::vector<Sample> samples_of(const GatewayShared& shared, const http::Server& server) {
    std::vector<Sample> samples;
    for (const auto* lane : {&shared.fast, &shared.slow, &shared.health})
        append_samples(samples, *lane);
    samples.push_back({"rowhouse_http_connections", {}, static_cast<double>(server.connections())});
    return samples;
}

std::string address_of(const std::string& host, std::uint16_t port) {
    const bool is_ipv6 = host.find(':') != std::string::npos && host.front() != '[';
    return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

/// Serves until a signal comes, then lets what has begun end.
void serve_until_signal(http::Server& server, GatewayShared& shared, const sigset_t& signals) {
    server.start();
    log_event(Level::info, "listening", address_of(shared.config.host, server.port()));
    send_notice("READY=1");

    int signal = 0;
    sigwait(&signals, &signal);
    send_notice("STOPPING=1");
    log_event(Level::info, "draining");
    const bool is_drained = server.drain(shared.config.drain_time);
    shared.stopping = true;
    if (!is_drained) server.drain(last_words);
    server.stop();
    log_event(Level::info, "stopped", is_drained ? "" : "some connections were cut");
}

/// Everything between the log's start and its end.
void run(const Config& config, const std::string& database, const sigset_t& signals) {
    GatewayShared shared(config, database);
    const RouteWatcher watcher(shared.routes, database);
    http::Server server(options_of(config, shared.client_address), [&shared](http::Loop& loop) {
        return std::make_unique<Gateway>(shared, loop);
    });
    std::unique_ptr<MetricsEndpoint> endpoint;
    if (config.metrics_port != 0)
        endpoint = std::make_unique<MetricsEndpoint>(
            shared.metrics, address_of(config.metrics_host, config.metrics_port),
            [&] { return samples_of(shared, server); });
    serve_until_signal(server, shared, signals);
}

bool refuses_production(const Config& config, const std::string& database) {
    if (!config.is_production) return false;
    const auto findings = production_findings(config, database);
    for (const auto& finding : findings) std::fprintf(stderr, "rowhoused: %s\n", finding.c_str());
    return !findings.empty();
}

}  // namespace

int serve(const Config& config) {
    core::start_crypto();
    try {
        const auto database =
            complete_connection_string(config.database_url, config.database_password_file);
        if (refuses_production(config, database)) return 1;
        const auto signals = hold_stop_signals();  // before any other thread begins
        start_log(config.log_level);
        run(config, database, signals);
        stop_log();
        return 0;
    } catch (const std::exception& error) {
        stop_log();
        std::fprintf(stderr, "rowhoused: %s\n", error.what());
        return 1;
    }
}

}  // namespace rowhouse::server
