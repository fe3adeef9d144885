#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/trace.hpp"
#include "http/message.hpp"
#include "in_flight.hpp"
#include "outcome.hpp"

namespace rowhouse::server {

/// One request on its way through the gateway.
struct Exchange {
    http::Request request;  ///< its headers name the trace
    http::Ticket ticket;
    core::Trace trace;
    std::string client;
    std::optional<InFlight::Key> credential;  ///< counted in; to be counted out
    Statement statement = Statement::handle;
    std::chrono::milliseconds time_limit{};  ///< the database has for one attempt
    http::Clock::time_point started{};       ///< left the queue
    std::int64_t us_db = 0;
    bool is_retry = false;  ///< the first attempt came to nothing
};

}  // namespace rowhouse::server
