#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "log.hpp"

namespace rowhouse::server {

/// A value that is read when Prometheus asks.
struct Sample {
    std::string name;
    std::vector<std::pair<std::string, std::string>> labels;
    double value;
};

/// Counts and times requests.
class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// Counts a request by method, route template and status. From any thread.
    void count_request(const RequestRecord& record);

    /// Counts a request that a full queue turned away. From any thread.
    void count_rejection(const std::string& lane);

private:
    friend class MetricsEndpoint;
    struct State;
    std::unique_ptr<State> state_;
};

/// Serves metrics as Prometheus text for as long as it lives.
class MetricsEndpoint {
public:
    /// @param address such as `127.0.0.1:9464`. @throws std::exception when it cannot be had.
    /// @param samples gives the gauges; called on every scrape.
    MetricsEndpoint(const Metrics& metrics, const std::string& address,
                    std::function<std::vector<Sample>()> samples);
    ~MetricsEndpoint();
    MetricsEndpoint(const MetricsEndpoint&) = delete;
    MetricsEndpoint& operator=(const MetricsEndpoint&) = delete;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rowhouse::server
