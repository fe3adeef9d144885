#pragma once

#include <cstdint>
#include <string>

#include "own_process.hpp"

namespace rowhouse::test {

/// A rowhoused of the test's own, on a free port, before the cluster of this run.
class OwnServer {
public:
    /// @param settings environment variables over the usual ones
    /// @param open_files how many descriptors it may have; 0: as many as this process
    /// @throws std::runtime_error with what it said when it does not begin to listen
    explicit OwnServer(const Settings& settings = {}, unsigned open_files = 0);

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] pid_t process() const { return process_.id(); }

    /// Asks it to stop.
    void terminate() const { process_.terminate(); }
    /// Its exit status; nothing while it runs on after the limit.
    std::optional<int> status_within(std::chrono::milliseconds limit) {
        return process_.status_within(limit);
    }

private:
    void find_port();

    OwnProcess process_;
    std::uint16_t port_ = 0;
};

}  // namespace rowhouse::test
