#include "latency.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace rowhouse::test {

void Latencies::add(Clock::duration duration) {
    millis_.push_back(std::chrono::duration<float, std::milli>(duration).count());
}

void Latencies::add(const Latencies& other) {
    millis_.insert(millis_.end(), other.millis_.begin(), other.millis_.end());
}

double Latencies::percentile(double percent) const {
    if (millis_.empty()) return 0;
    auto sorted = millis_;
    const auto last = static_cast<double>(sorted.size() - 1);
    const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(last * percent / 100);
    std::nth_element(sorted.begin(), place, sorted.end());
    return *place;
}

std::string Latencies::summary() const {
    std::array<char, 128> text{};
    std::snprintf(text.data(), text.size(),
                  "%zu answers, p50 %.1f, p95 %.1f, p99 %.1f, max %.1f ms", count(), percentile(50),
                  percentile(95), percentile(99), percentile(100));
    return text.data();
}

}  // namespace rowhouse::test
