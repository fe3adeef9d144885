#pragma once

#include <csignal>

namespace rowhouse::server {

/// Blocks the signals that ask the program to stop, for this thread and all that it starts, and
/// returns them; those that would end it by mistake are ignored. Call it before any other thread
/// begins.
[[nodiscard]] sigset_t hold_stop_signals();

}  // namespace rowhouse::server
