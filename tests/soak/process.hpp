#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

namespace rowhouse::test {

/// What a process holds now, as /proc tells.
struct Usage {
    std::size_t resident_bytes = 0;
    std::size_t descriptors = 0;
    std::chrono::milliseconds processor{};
};

[[nodiscard]] Usage usage_of(pid_t process);

/// The same once its descriptors have not changed for a second: its pools have connected.
[[nodiscard]] Usage settled_usage_of(pid_t process);

/// The server of this run.
[[nodiscard]] pid_t server_process();

/// Share of one processor that a process takes in the next second.
[[nodiscard]] double processor_share(pid_t process);

/// Looks at a process every second, until it is destroyed.
class Watch {
public:
    explicit Watch(pid_t process);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// Ends the watching and gives what was seen.
    const std::vector<Usage>& stop();

private:
    std::atomic<bool> is_over_ = false;
    std::vector<Usage> seen_;
    std::thread thread_;
};

/// The mean of the resident bytes in a part of what was seen, from and to as shares of it.
[[nodiscard]] double mean_resident(const std::vector<Usage>& seen, double from, double to);

}  // namespace rowhouse::test
