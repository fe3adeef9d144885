#pragma once

#include <string_view>

namespace rowhouse::core {

/// The types that an endpoint's parameter may have, and what a client writes for them.
enum class ValueType {
    text,         ///< any storable text
    boolean,      ///< `true` or `false`
    int4,         ///< decimal digits, 32 bits
    int8,         ///< decimal digits, 64 bits
    numeric,      ///< a JSON number (RFC 8259 §6) of at most 100 characters
    date,         ///< `2026-01-31` (RFC 3339 full-date)
    timestamptz,  ///< `2026-01-31T09:00:00.5Z` (RFC 3339 date-time)
    uuid,         ///< canonical text form
    inet,         ///< an IPv4 or IPv6 address, with an optional prefix length
    json,         ///< any JSON value; never in a path or query
    enumeration,  ///< one of the labels, which the caller checks
};

/// Whether PostgreSQL's input function for that type will take `text` as what the client meant.
/// PostgreSQL 15 cannot try an input without raising, so everything is checked here before.
[[nodiscard]] bool is_value(ValueType type, std::string_view text) noexcept;

/// What the client should have written, to end a sentence: "must be …".
[[nodiscard]] std::string_view describe(ValueType type) noexcept;

}  // namespace rowhouse::core
