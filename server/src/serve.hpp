#pragma once

#include "config.hpp"

namespace rowhouse::server {

/// `rowhoused serve`: serves until SIGTERM or SIGINT, then lets begun requests finish.
/// @return the exit status.
int serve(const Config& config);

}  // namespace rowhouse::server
