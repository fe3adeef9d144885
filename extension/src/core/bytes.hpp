#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::core {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// Starts libsodium; every program that uses the core calls it once before anything else.
/// @throws Error `internal_error` when the random source is not usable.
void start_crypto();

/// The bytes of a text, not copied.
[[nodiscard]] ByteView as_bytes(std::string_view text) noexcept;

/// The text made of these bytes, not copied.
[[nodiscard]] std::string_view as_text(ByteView bytes) noexcept;

/// `size` bytes from the system's cryptographic random source.
[[nodiscard]] Bytes random_bytes(std::size_t size);

/// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(ByteView bytes);

/// The bytes of an even number of hexadecimal digits; nothing for any other text.
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view hex);

/// Base64url without padding (RFC 4648 §5).
[[nodiscard]] std::string to_base64url(ByteView bytes);

/// The bytes of canonical base64url without padding; nothing for any other text.
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text);

/// Whether both are equal, in a time that depends on their lengths alone.
[[nodiscard]] bool equal_in_constant_time(ByteView left, ByteView right) noexcept;

/// BLAKE2b-256 (RFC 7693) of `data`, keyed when `key` (16 to 64 bytes) is not empty.
/// @throws Error `internal_error` for a key of another size.
[[nodiscard]] Bytes blake2b(ByteView data, ByteView key = {});

}  // namespace rowhouse::core
