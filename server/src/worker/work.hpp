#pragma once

#include "config.hpp"

namespace rowhouse::server {

/// `rowhoused worker`: sends the mails that requests have left in the database, one after the
/// other, until SIGTERM or SIGINT; the one in hand is finished first. Returns the exit status.
///
/// Any number may run beside each other. Each mail is sent once, but again when a worker is killed
/// between sending it and saying so; both then carry the same Message-ID.
int work(const Config& config);

}  // namespace rowhouse::server
