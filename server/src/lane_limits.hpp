#pragma once

#include <atomic>
#include <cstddef>
#include <string>

namespace rowhouse::server {

/// How a kind of lane is doing, over all workers. Written by each worker, read by anybody.
struct LaneGauges {
    std::string name;
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> busy{0};
    std::atomic<std::size_t> queued{0};
};

/// What a lane may take.
struct LaneLimits {
    std::size_t connections = 1;
    std::size_t queue = 1;
    /// Statements of one credential that may run at a time, so that one client whose statements
    /// wait for a lock cannot stop the others.
    std::size_t per_credential = 1;
};

}  // namespace rowhouse::server
