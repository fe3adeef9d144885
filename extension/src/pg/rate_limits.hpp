#pragma once

#include "core/rate_limit.hpp"

namespace rowhouse::pg {

/// Asks for the shared memory of the counters; called once, at preload.
void request_rate_limits();

/// Counts a request of a subject in the memory that all backends share, unless it is one too many.
[[nodiscard]] core::RateVerdict charge(std::string_view subject, const core::RateRule& rule);

/// Whether this is the first time in this minute of the clock that something is said of a subject.
/// When the memory is full, it may be so more than once.
[[nodiscard]] bool is_first_in_minute(std::string_view subject);

}  // namespace rowhouse::pg
