#pragma once

#include <cstdint>
#include <string>

namespace rowhouse::core {

/// Appends a moment as RFC 3339 in UTC (`2026-01-31T09:00:00.5+00:00`), byte for byte as
/// PostgreSQL's to_json() writes a timestamptz: fractions without trailing zeros, years before
/// our era with ` BC`, the ends of time as `infinity` and `-infinity`.
/// @param microseconds since 2000, as PostgreSQL counts
void append_timestamp(std::string& text, std::int64_t microseconds);

}  // namespace rowhouse::core
