#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "latency.hpp"

namespace rowhouse::test {

/// The windows in which refusals are expected: each begins before something is taken away and ends
/// when a request has been answered well again.
class Outages {
public:
    void begin(const std::string& name);
    void end();

    /// Whether something sent and ended at these times met a window.
    [[nodiscard]] bool met(Clock::time_point sent, Clock::time_point ended) const;

    /// Names and lengths, for people.
    [[nodiscard]] std::string summary() const;

private:
    struct Window {
        std::string name;
        Clock::time_point from;
        Clock::time_point to;
    };

    mutable std::mutex mutex_;
    std::vector<Window> windows_;
};

}  // namespace rowhouse::test
