#pragma once

#include <optional>
#include <string_view>

#include "core/bytes.hpp"

namespace rowhouse::core {

/// Bytes of a key for `seal` and `open`.
inline constexpr std::size_t seal_key_size = 32;

/// Encrypts `plain` so that only `open` with the same key and context can read it:
/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) with a random nonce.
/// @param key 32 bytes.
/// @param context what the secret belongs to; authenticated, not stored.
/// @return version (1 byte), nonce (24), ciphertext and tag (16).
/// @throws Error `internal_error` for a key of another size.
[[nodiscard]] Bytes seal(ByteView plain, ByteView key, std::string_view context);

/// The bytes that were sealed; nothing when the key or context is another one or a bit changed.
/// @throws Error `internal_error` for a key of another size.
[[nodiscard]] std::optional<Bytes> open(ByteView sealed, ByteView key, std::string_view context);

/// The root key in the text of a key file: 64 hexadecimal digits, white space around them.
[[nodiscard]] std::optional<Bytes> parse_root_key(std::string_view file_text);

}  // namespace rowhouse::core
