#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::server {

/// Everything that can be set, parsed and checked.
struct Config {
    bool is_production = false;
    std::string host;
    std::uint16_t port = 0;
    std::string database_url;
    std::string database_password_file;
    std::string admin_url;
    std::string source_dir;
    std::string worker_url;
    std::string worker_password_file;
    std::string smtp_url;
    std::string smtp_user;
    std::string smtp_password_file;
    std::string smtp_ca_file;
    std::string mail_from;
    std::string mail_dir;
    std::size_t http_threads = 0;
    std::size_t database_connections = 0;
    std::size_t slow_connections = 0;
    std::size_t queue_limit = 0;
    std::size_t in_flight_limit = 0;
    std::size_t max_connections = 0;
    std::chrono::seconds header_timeout{};
    std::chrono::seconds body_timeout{};
    std::chrono::seconds idle_timeout{};
    std::chrono::seconds write_timeout{};
    std::chrono::seconds drain_time{};
    std::size_t body_limit = 0;
    std::string metrics_host;
    std::uint16_t metrics_port = 0;
    std::vector<std::string> trusted_proxies;
    bool proxy_protocol = false;
    std::string log_level;
};

/// Every setting that is wrong, a sentence each.
class ConfigError : public std::runtime_error {
public:
    explicit ConfigError(std::vector<std::string> findings);
    [[nodiscard]] const std::vector<std::string>& findings() const { return findings_; }

private:
    std::vector<std::string> findings_;
};

/// Gives the value of an environment variable, or nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// Reads the settings. @throws ConfigError naming all that are wrong, not the first only.
[[nodiscard]] Config load_config(const Environment& environment);

/// The environment of this process.
[[nodiscard]] std::optional<std::string> process_environment(const char* name);

/// The text of `.env.example`: each setting with its default and its meaning.
[[nodiscard]] std::string render_example();

}  // namespace rowhouse::server
