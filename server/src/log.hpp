#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rowhouse::server {

enum class Level { debug, info, warning, error };

/// What is told of one request. Never a body, query, token, cookie or password.
struct RequestRecord {
    std::string request_id;
    std::string trace_id;
    std::string tenant;
    std::string user;
    std::string session;
    std::string method;
    std::string route;
    std::string client;
    int status = 0;
    std::int64_t us_queue = 0;
    std::int64_t us_db = 0;
    std::int64_t us_total = 0;
    std::size_t bytes = 0;
};

/// Opens the log: a JSON line per entry on standard output, written by a thread of its own. When
/// the reader is too slow the oldest lines are lost, so that no request waits for a log.
void start_log(std::string_view least_level);

/// Writes what is left and closes the log.
void stop_log();

/// Logs something that is no request; `detail` may be empty.
void log_event(Level level, std::string_view message, std::string_view detail = {});

/// The ends of requests, of one thread. They are collected and written together, since each waking
/// of the log's thread costs as much as a query; an error is written at once.
class RequestLog {
public:
    ~RequestLog() { flush(); }

    /// Logs the end of a request: at `error` when its status is 5xx.
    void add(const RequestRecord& record);

    /// Writes what was collected. Call it several times a second.
    void flush();

private:
    std::string lines_;
};

}  // namespace rowhouse::server
