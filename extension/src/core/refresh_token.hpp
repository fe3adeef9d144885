#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/uuid.hpp"

namespace rowhouse::core {

/// What a refresh token stands for: one generation of one session.
struct RefreshToken {
    Uuid session{};
    std::uint32_t generation = 0;
};

/// The token of that generation, always the same text for the same key, so that it can be derived
/// again: `rh_rt_` and the base64url of version (1 byte), session (16), generation (4, big
/// endian) and a keyed BLAKE2b-256 of these.
/// @param key 32 bytes.
/// @throws Error `internal_error` for a key of another size.
[[nodiscard]] std::string render_refresh_token(const RefreshToken& token, ByteView key);

/// The session and generation of a genuine token; nothing for any other text.
/// @throws Error `internal_error` for a key of another size.
[[nodiscard]] std::optional<RefreshToken> parse_refresh_token(std::string_view text, ByteView key);

}  // namespace rowhouse::core
