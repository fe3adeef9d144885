#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace rowhouse::test {

using Clock = std::chrono::steady_clock;

/// How long answers took.
class Latencies {
public:
    void add(Clock::duration duration);
    void add(const Latencies& other);

    [[nodiscard]] std::size_t count() const { return millis_.size(); }
    /// In milliseconds; 0 when there are none.
    [[nodiscard]] double percentile(double percent) const;
    /// Count, p50, p95, p99 and the longest, for people.
    [[nodiscard]] std::string summary() const;

private:
    std::vector<float> millis_;
};

}  // namespace rowhouse::test
