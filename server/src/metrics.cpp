#include "metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace rowhouse::server {
namespace {

const prometheus::Histogram::BucketBoundaries buckets{
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

/// Clients choose methods freely, and each label value takes memory for good.
std::string known_method(const std::string& method) {
    constexpr std::array<std::string_view, 7> known{"GET",   "HEAD",   "POST",   "PUT",
                                                    "PATCH", "DELETE", "OPTIONS"};
    return std::find(known.begin(), known.end(), method) == known.end() ? "other" : method;
}

/// The gauges of one scrape.
class Sampler : public prometheus::Collectable {
public:
    explicit Sampler(std::function<std::vector<Sample>()> samples) : samples_(std::move(samples)) {}

    std::vector<prometheus::MetricFamily> Collect() const override {
        std::map<std::string, prometheus::MetricFamily> families;
        for (const auto& sample : samples_()) {
            auto& family = families[sample.name];
            family.name = sample.name;
            family.type = prometheus::MetricType::Gauge;
            auto& metric = family.metric.emplace_back();
            metric.gauge.value = sample.value;
            for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
        }
        std::vector<prometheus::MetricFamily> result;
        for (auto& [name, family] : families) result.push_back(std::move(family));
        return result;
    }

private:
    std::function<std::vector<Sample>()> samples_;
};

}  // namespace

struct Metrics::State {
    struct Series {
        prometheus::Counter* requests;
        prometheus::Histogram* duration;
        prometheus::Histogram* database;
    };

    std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
    prometheus::Family<prometheus::Counter>& requests =
        prometheus::BuildCounter()
            .Name("rowhouse_http_requests_total")
            .Help("Requests by method, route and status class.")
            .Register(*registry);
    prometheus::Family<prometheus::Histogram>& duration =
        prometheus::BuildHistogram()
            .Name("rowhouse_http_request_duration_seconds")
            .Help("Time from the whole request to its answer.")
            .Register(*registry);
    prometheus::Family<prometheus::Histogram>& database =
        prometheus::BuildHistogram()
            .Name("rowhouse_http_database_seconds")
            .Help("Time that a request spent in the database.")
            .Register(*registry);
    prometheus::Family<prometheus::Counter>& rejections =
        prometheus::BuildCounter()
            .Name("rowhouse_queue_rejections_total")
            .Help("Requests turned away because the queue was full.")
            .Register(*registry);
    std::shared_mutex mutex;
    std::unordered_map<std::string, Series> series;

    Series find(const RequestRecord& record);
    Series make(const std::string& method, const std::string& route, const std::string& status);
};

Metrics::State::Series Metrics::State::make(const std::string& method, const std::string& route,
                                            const std::string& status) {
    const prometheus::Labels timed{{"method", method}, {"route", route}};
    auto counted = timed;
    counted.emplace("status", status);
    return {&requests.Add(counted), &duration.Add(timed, buckets), &database.Add(timed, buckets)};
}

Metrics::State::Series Metrics::State::find(const RequestRecord& record) {
    const auto method = known_method(record.method);
    const auto status = std::to_string(record.status / 100) + "xx";
    const auto name = method + ' ' + status + ' ' + record.route;
    {
        const std::shared_lock lock(mutex);
        const auto known = series.find(name);
        if (known != series.end()) return known->second;
    }
    const std::unique_lock lock(mutex);
    return series.try_emplace(name, make(method, record.route, status)).first->second;
}

Metrics::Metrics() : state_(std::make_unique<State>()) {}

Metrics::~Metrics() = default;

void Metrics::count_request(const RequestRecord& record) {
    const auto series = state_->find(record);
    series.requests->Increment();
    series.duration->Observe(static_cast<double>(record.us_total) / 1e6);
    if (record.us_db > 0) series.database->Observe(static_cast<double>(record.us_db) / 1e6);
}

void Metrics::count_rejection(const std::string& lane) {
    state_->rejections.Add({{"lane", lane}}).Increment();
}

struct MetricsEndpoint::State {
    State(const std::string& address, std::function<std::vector<Sample>()> samples)
        : sampler(std::make_shared<Sampler>(std::move(samples))), exposer(address, 1) {}

    std::shared_ptr<Sampler> sampler;
    prometheus::Exposer exposer;
};

MetricsEndpoint::MetricsEndpoint(const Metrics& metrics, const std::string& address,
                                 std::function<std::vector<Sample>()> samples) {
    try {
        state_ = std::make_unique<State>(address, std::move(samples));
    } catch (const std::exception&) {
        // The library's own words name neither the address nor the cause.
        throw std::runtime_error("cannot serve metrics on " + address);
    }
    state_->exposer.RegisterCollectable(metrics.state_->registry);
    state_->exposer.RegisterCollectable(state_->sampler);
}

MetricsEndpoint::~MetricsEndpoint() = default;

}  // namespace rowhouse::server
