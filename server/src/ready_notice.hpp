#pragma once

#include <string_view>

namespace rowhouse::server {

/// Tells the service manager of a change of state (sd_notify(3)), when there is one that asks.
void send_notice(std::string_view state);

}  // namespace rowhouse::server
