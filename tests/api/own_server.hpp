#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace rowhouse::test {

using Settings = std::map<std::string, std::string>;

/// A rowhoused of the test's own, on a free port, before the cluster of this run.
class OwnServer {
public:
    /// @param settings environment variables over the usual ones
    /// @param open_files how many descriptors it may have; 0: as many as this process
    /// @throws std::runtime_error with what it said when it does not begin to listen
    explicit OwnServer(const Settings& settings = {}, unsigned open_files = 0);
    ~OwnServer();
    OwnServer(const OwnServer&) = delete;
    OwnServer& operator=(const OwnServer&) = delete;

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] pid_t process() const { return process_; }

    /// Asks it to stop.
    void terminate() const;
    /// Its exit status; nothing while it runs on after the limit.
    std::optional<int> status_within(std::chrono::milliseconds limit);

private:
    void start(const Settings& settings, unsigned open_files);
    [[nodiscard]] std::string said() const;
    void find_port();

    pid_t process_ = -1;
    std::string log_;
    std::uint16_t port_ = 0;
};

}  // namespace rowhouse::test
