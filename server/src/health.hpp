#pragma once

#include <string_view>
#include <vector>

#include "http/message.hpp"
#include "outcome.hpp"

namespace rowhouse::server {

/// Whether this request asks for liveness, which is answered without the database.
[[nodiscard]] bool is_liveness(const http::Request& request);

/// Whether this request asks for readiness.
[[nodiscard]] bool is_readiness(const http::Request& request);

[[nodiscard]] http::Response render_liveness();

/// 200 when every check is well, 503 otherwise, with the state of each.
[[nodiscard]] http::Response render_readiness(const std::vector<Check>& checks);

/// How the database is, by what came of asking it; one that cannot be asked is a check that failed.
[[nodiscard]] std::vector<Check> checks_of(Outcome&& outcome);

}  // namespace rowhouse::server
