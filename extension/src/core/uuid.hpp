#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::core {

/// A UUID in network byte order, as PostgreSQL stores it.
using Uuid = std::array<std::uint8_t, 16>;

/// The canonical text form, 36 characters.
[[nodiscard]] std::string to_text(const Uuid& uuid);

/// The same at the end of `text`.
void append_uuid(std::string& text, const Uuid& uuid);

/// The UUID that `text` names in canonical form (either case); nothing for any other text.
[[nodiscard]] std::optional<Uuid> parse_uuid(std::string_view text) noexcept;

/// A version 7 UUID (RFC 9562 §5.7) for a moment in microseconds since 1970: 48 bits of
/// milliseconds, 12 bits of the fraction (method 3), 62 random bits. Sorts by time of making.
[[nodiscard]] Uuid make_uuid_v7(std::int64_t unix_microseconds);

}  // namespace rowhouse::core
