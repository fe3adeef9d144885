#pragma once

#include <string_view>
#include <vector>

#include "database.hpp"
#include "http/message.hpp"

namespace rowhouse::server {

/// Whether this request asks for liveness, which is answered without the database.
[[nodiscard]] bool is_liveness(const http::Request& request);

/// Whether this request asks for readiness.
[[nodiscard]] bool is_readiness(const http::Request& request);

[[nodiscard]] http::Response render_liveness();

/// 200 when every check is well, 503 otherwise, with the state of each.
[[nodiscard]] http::Response render_readiness(const std::vector<Check>& checks);

/// Asks the database how it is; an unreachable one is a check that failed.
[[nodiscard]] std::vector<Check> check_health(Session& session);

}  // namespace rowhouse::server
