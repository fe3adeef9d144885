#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rowhouse::test {

using Settings = std::map<std::string, std::string>;

/// A program that the test has started; it is killed with this.
class OwnProcess {
public:
    /// @param command the program, by its whole path, and its arguments
    /// @param settings environment variables over those of the test
    /// @param open_files how many descriptors it may have; 0: as many as this process
    OwnProcess(const std::vector<std::string>& command, const Settings& settings,
               unsigned open_files = 0);
    ~OwnProcess();
    OwnProcess(const OwnProcess&) = delete;
    OwnProcess& operator=(const OwnProcess&) = delete;

    [[nodiscard]] pid_t id() const { return id_; }
    /// All that it wrote.
    [[nodiscard]] std::string said() const;
    /// Asks it to stop.
    void terminate() const;
    /// Ends it in the middle of whatever it does.
    void kill();
    /// Its exit status; nothing while it runs on after the limit.
    std::optional<int> status_within(std::chrono::milliseconds limit);

private:
    pid_t id_ = -1;
    std::string log_;
};

}  // namespace rowhouse::test
