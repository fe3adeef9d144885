#include "config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <numeric>

#include "client_address.hpp"
#include "worker/message.hpp"

namespace rowhouse::server {
namespace {

/// Stores a value, or says what is wrong with it.
using Store = std::string (*)(Config&, const std::string&);

struct Setting {
    const char* name;
    const char* fallback;
    const char* meaning;
    Store store;
};

template <std::string Config::*member>
std::string store_text(Config& config, const std::string& value) {
    config.*member = value;
    return {};
}

std::optional<unsigned long> parse_number(const std::string& value) {
    unsigned long number = 0;
    const char* end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, number);
    return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

template <typename Assign>
std::string store_between(const std::string& value, unsigned long least, unsigned long most,
                          Assign assign) {
    const auto number = parse_number(value);
    if (!number || *number < least || *number > most)
        return "must be a whole number from " + std::to_string(least) + " to " +
               std::to_string(most);
    assign(*number);
    return {};
}

template <std::size_t Config::*member, unsigned long least, unsigned long most>
std::string store_size(Config& config, const std::string& value) {
    return store_between(value, least, most, [&](unsigned long n) { config.*member = n; });
}

template <std::uint16_t Config::*member>
std::string store_port(Config& config, const std::string& value) {
    return store_between(value, 0, 65535,
                         [&](unsigned long n) { config.*member = static_cast<std::uint16_t>(n); });
}

template <std::chrono::seconds Config::*member>
std::string store_seconds(Config& config, const std::string& value) {
    return store_between(value, 1, 3600,
                         [&](unsigned long n) { config.*member = std::chrono::seconds(n); });
}

std::string store_mode(Config& config, const std::string& value) {
    if (value != "development" && value != "production") return "must be development or production";
    config.is_production = value == "production";
    return {};
}

std::string store_log_level(Config& config, const std::string& value) {
    constexpr std::array<const char*, 4> levels{"debug", "info", "warning", "error"};
    if (std::find(levels.begin(), levels.end(), value) == levels.end())
        return "must be debug, info, warning or error";
    config.log_level = value;
    return {};
}

std::string store_proxy_protocol(Config& config, const std::string& value) {
    if (value != "on" && value != "off") return "must be on or off";
    config.proxy_protocol = value == "on";
    return {};
}

std::string store_smtp_url(Config& config, const std::string& value) {
    const bool is_smtp = value.starts_with("smtp://") || value.starts_with("smtps://");
    if (!value.empty() && !is_smtp) return "must begin with smtp:// or smtps://";
    if (value.find('@') != std::string::npos)
        return "must not hold a user or password: they have settings of their own";
    config.smtp_url = value;
    return {};
}

std::string store_mail_from(Config& config, const std::string& value) {
    if (!Mailbox::parse(value)) return "must be an address, or a name and an address in <>";
    config.mail_from = value;
    return {};
}

std::string store_proxies(Config& config, const std::string& value) {
    std::size_t start = 0;
    while (start < value.size()) {
        const auto end = std::min(value.find(',', start), value.size());
        const auto item = value.substr(start, end - start);
        if (!Network::parse(item)) return "must be addresses or networks separated by commas";
        config.trusted_proxies.push_back(item);
        start = end + 1;
    }
    return {};
}

constexpr std::array<Setting, 32> settings{{
    {"ROWHOUSE_ENV", "development",
     "development, or production: refuses to start while anything is unsafe", store_mode},
    {"ROWHOUSE_HOST", "127.0.0.1", "address that serves HTTP", store_text<&Config::host>},
    {"ROWHOUSE_PORT", "8080", "port that serves HTTP; 0 lets the system choose",
     store_port<&Config::port>},
    {"ROWHOUSE_DATABASE_URL", "",
     "where the gateway role logs in, as a PostgreSQL URI or keywords, without a password",
     store_text<&Config::database_url>},
    {"ROWHOUSE_DATABASE_PASSWORD_FILE", "", "file whose first line is the gateway's password",
     store_text<&Config::database_password_file>},
    {"ROWHOUSE_ADMIN_URL", "", "where `rowhoused migrate` logs in as a superuser",
     store_text<&Config::admin_url>},
    {"ROWHOUSE_SOURCE_DIR", ".", "folder that holds sql/ and policies/ for `rowhoused migrate`",
     store_text<&Config::source_dir>},
    {"ROWHOUSE_WORKER_DATABASE_URL", "",
     "where the worker role logs in for `rowhoused worker`, without a password",
     store_text<&Config::worker_url>},
    {"ROWHOUSE_WORKER_PASSWORD_FILE", "", "file whose first line is the worker's password",
     store_text<&Config::worker_password_file>},
    {"ROWHOUSE_SMTP_URL", "",
     "mail server, smtp://host:port or smtps://host; without it mails become files",
     store_smtp_url},
    {"ROWHOUSE_SMTP_USER", "", "who logs in to the mail server; nobody when empty",
     store_text<&Config::smtp_user>},
    {"ROWHOUSE_SMTP_PASSWORD_FILE", "",
     "file whose first line is that user's password; it is sent over TLS alone",
     store_text<&Config::smtp_password_file>},
    {"ROWHOUSE_SMTP_CA_FILE", "",
     "file of certificates that vouch for the mail server; the system's when empty",
     store_text<&Config::smtp_ca_file>},
    {"ROWHOUSE_MAIL_FROM", "Rowhouse <rowhouse@localhost>", "sender of all mails", store_mail_from},
    {"ROWHOUSE_MAIL_DIR", "",
     "folder for mails as .eml files while there is no mail server; make run has one of its own",
     store_text<&Config::mail_dir>},
    {"ROWHOUSE_HTTP_THREADS", "1",
     "threads that speak HTTP; one serves some 20 000 requests a second",
     store_size<&Config::http_threads, 1, 64>},
    {"ROWHOUSE_DATABASE_CONNECTIONS", "8",
     "database connections for ordinary routes, shared out among the HTTP threads",
     store_size<&Config::database_connections, 1, 256>},
    {"ROWHOUSE_SLOW_CONNECTIONS", "2", "the same for expensive routes such as login",
     store_size<&Config::slow_connections, 1, 64>},
    {"ROWHOUSE_QUEUE_LIMIT", "1024",
     "requests that may wait for a database connection, for each kind of route",
     store_size<&Config::queue_limit, 1, 1000000>},
    {"ROWHOUSE_IN_FLIGHT_LIMIT", "64", "unfinished requests that one credential may have",
     store_size<&Config::in_flight_limit, 1, 100000>},
    {"ROWHOUSE_MAX_CONNECTIONS", "4096", "open client connections",
     store_size<&Config::max_connections, 1, 1000000>},
    {"ROWHOUSE_HEADER_TIMEOUT", "10", "seconds in which the headers of a request must arrive",
     store_seconds<&Config::header_timeout>},
    {"ROWHOUSE_BODY_TIMEOUT", "20", "seconds in which each 64 KiB of a body must arrive",
     store_seconds<&Config::body_timeout>},
    {"ROWHOUSE_IDLE_TIMEOUT", "60", "seconds that a connection may stay open between requests",
     store_seconds<&Config::idle_timeout>},
    {"ROWHOUSE_WRITE_TIMEOUT", "20", "seconds that a client may take none of its answer",
     store_seconds<&Config::write_timeout>},
    {"ROWHOUSE_DRAIN_SECONDS", "25", "seconds that unfinished requests get when the server stops",
     store_seconds<&Config::drain_time>},
    {"ROWHOUSE_BODY_LIMIT", "1048576", "largest body in bytes for a request that no route matches",
     store_size<&Config::body_limit, 0, 1073741824>},
    {"ROWHOUSE_METRICS_HOST", "127.0.0.1", "address that serves Prometheus metrics",
     store_text<&Config::metrics_host>},
    {"ROWHOUSE_METRICS_PORT", "9464", "port that serves Prometheus metrics; 0 turns them off",
     store_port<&Config::metrics_port>},
    {"ROWHOUSE_TRUSTED_PROXIES", "",
     "addresses or networks, separated by commas, whose X-Forwarded-For is believed",
     store_proxies},
    {"ROWHOUSE_PROXY_PROTOCOL", "off",
     "on: connections from the trusted proxies begin with a PROXY header, version 1 or 2",
     store_proxy_protocol},
    {"ROWHOUSE_LOG_LEVEL", "info", "debug, info, warning or error", store_log_level},
}};

std::string join_lines(const std::vector<std::string>& lines) {
    return std::accumulate(lines.begin(), lines.end(), std::string{},
                           [](std::string text, const std::string& line) {
                               return std::move(text) + (text.empty() ? "" : "\n") + line;
                           });
}

}  // namespace

ConfigError::ConfigError(std::vector<std::string> findings)
    : std::runtime_error(join_lines(findings)), findings_(std::move(findings)) {}

Config load_config(const Environment& environment) {
    Config config;
    std::vector<std::string> findings;
    for (const auto& setting : settings) {
        const auto wrong =
            setting.store(config, environment(setting.name).value_or(setting.fallback));
        if (!wrong.empty()) findings.push_back(std::string(setting.name) + " " + wrong);
    }
    if (!findings.empty()) throw ConfigError(std::move(findings));
    return config;
}

std::optional<std::string> process_environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::string render_example() {
    std::string text = "# Settings of rowhoused, made by `rowhoused config`.\n";
    for (const auto& [name, fallback, meaning, store] : settings)
        text += std::string("\n# ") + meaning + "\n" + name + "=" + fallback + "\n";
    return text;
}

}  // namespace rowhouse::server
