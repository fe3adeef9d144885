#pragma once

#include "core/bytes.hpp"

namespace rowhouse::core {

/// Base32 in upper case without padding (RFC 4648 §6), as authenticators want their secrets.
[[nodiscard]] std::string to_base32(ByteView bytes);

/// The bytes of canonical base32 in upper case without padding; nothing for any other text.
[[nodiscard]] std::optional<Bytes> from_base32(std::string_view text);

}  // namespace rowhouse::core
