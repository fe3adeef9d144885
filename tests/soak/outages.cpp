#include "outages.hpp"

#include <algorithm>

namespace rowhouse::test {

void Outages::begin(const std::string& name) {
    const std::lock_guard lock(mutex_);
    windows_.push_back({name, Clock::now(), Clock::time_point::max()});
}

void Outages::end() {
    const std::lock_guard lock(mutex_);
    windows_.back().to = Clock::now();
}

bool Outages::met(Clock::time_point sent, Clock::time_point ended) const {
    const std::lock_guard lock(mutex_);
    return std::any_of(windows_.begin(), windows_.end(),
                       [=](const Window& w) { return sent <= w.to && ended >= w.from; });
}

std::string Outages::summary() const {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const auto& window : windows_) {
        const auto length =
            std::chrono::duration_cast<std::chrono::milliseconds>(window.to - window.from);
        text +=
            (text.empty() ? "" : ", ") + window.name + " " + std::to_string(length.count()) + " ms";
    }
    return text;
}

}  // namespace rowhouse::test
