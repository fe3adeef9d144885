#include "log.hpp"

#include <spdlog/async.h>               // async_logger, init_thread_pool
#include <spdlog/sinks/stdout_sinks.h>  // stdout_sink_mt
#include <spdlog/spdlog.h>              // register_logger, flush_every, shutdown

#include <array>
#include <chrono>
#include <ctime>
#include <memory>

#include "core/json.hpp"

namespace rowhouse::server {
namespace {

constexpr std::size_t queue_size = 16384;

/// Requests' lines that are written together.
constexpr std::size_t batch_size = 32 * 1024;

std::shared_ptr<spdlog::async_logger>& logger() {
    static std::shared_ptr<spdlog::async_logger> instance;
    return instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warning: return spdlog::level::warn;
        case Level::error: break;
    }
    return spdlog::level::err;
}

std::string_view name_of(Level level) {
    constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
    return names[static_cast<std::size_t>(level)];
}

/// The date and time of day, made once a second for each thread.
std::string_view text_of_second(std::time_t second) {
    thread_local std::time_t made = -1;
    thread_local std::array<char, 32> text{};
    if (second != made) {
        std::tm parts{};
        gmtime_r(&second, &parts);
        std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
        made = second;
    }
    return text.data();
}

/// RFC 3339, UTC, microseconds.
std::string now_text() {
    const auto now = std::chrono::system_clock::now();
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count() %
        1'000'000;
    return fmt::format("{}.{:06}Z", text_of_second(std::chrono::system_clock::to_time_t(now)),
                       micros);
}

std::string begin_line(Level level, std::string_view message) {
    std::string line = "{";
    core::append_json_member(line, "time", now_text());
    core::append_json_member(line, "level", name_of(level));
    core::append_json_member(line, "msg", message);
    return line;
}

void append_number(std::string& line, std::string_view name, std::int64_t value) {
    line.append(",\"").append(name).append("\":").append(std::to_string(value));
}

void write_line(Level level, std::string line) {
    line += '}';
    logger()->log(to_spdlog(level), spdlog::string_view_t(line));
}

bool is_wanted(Level level) {
    return logger() && logger()->should_log(to_spdlog(level));
}

}  // namespace

void start_log(std::string_view least_level) {
    spdlog::init_thread_pool(queue_size, 1);
    auto made = std::make_shared<spdlog::async_logger>(
        "rowhouse", std::make_shared<spdlog::sinks::stdout_sink_mt>(), spdlog::thread_pool(),
        spdlog::async_overflow_policy::overrun_oldest);
    made->set_pattern("%v");
    made->set_level(spdlog::level::from_str(std::string(least_level)));
    made->flush_on(spdlog::level::warn);
    logger() = std::move(made);
    spdlog::register_logger(logger());
    spdlog::flush_every(std::chrono::seconds(1));
}

void stop_log() {
    logger().reset();
    spdlog::shutdown();
}

void log_event(Level level, std::string_view message, std::string_view detail) {
    if (!is_wanted(level)) return;
    auto line = begin_line(level, message);
    if (!detail.empty()) core::append_json_member(line, "detail", detail);
    write_line(level, std::move(line));
}

namespace {

std::string line_of(Level level, const RequestRecord& record) {
    auto line = begin_line(level, "request");
    const auto add = [&line](std::string_view name, const std::string& value) {
        if (!value.empty()) core::append_json_member(line, name, value);
    };
    add("request_id", record.request_id);
    add("trace_id", record.trace_id);
    add("tenant", record.tenant);
    add("user", record.user);
    add("session", record.session);
    add("method", record.method);
    add("route", record.route);
    append_number(line, "status", record.status);
    append_number(line, "us_queue", record.us_queue);
    append_number(line, "us_db", record.us_db);
    append_number(line, "us_total", record.us_total);
    append_number(line, "bytes", static_cast<std::int64_t>(record.bytes));
    add("client", record.client);
    return line + '}';
}

}  // namespace

void RequestLog::add(const RequestRecord& record) {
    const auto level = record.status >= 500 ? Level::error : Level::info;
    if (!is_wanted(level)) return;
    if (!lines_.empty()) lines_ += '\n';
    lines_ += line_of(level, record);
    if (level == Level::error || lines_.size() > batch_size) flush();
}

void RequestLog::flush() {
    if (!lines_.empty() && logger()) logger()->log(spdlog::level::err, lines_);
    lines_.clear();
}

}  // namespace rowhouse::server
