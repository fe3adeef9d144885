#pragma once

#include <functional>

#include "core/bytes.hpp"

namespace rowhouse::core {

/// HMAC-SHA1 (RFC 2104) of a message: 20 bytes. libsodium has none, so the caller brings it.
using HmacSha1 = std::function<Bytes(ByteView key, ByteView message)>;

/// The code of one counter, six digits (RFC 4226).
/// @throws Error `internal_error` when the HMAC has another size.
[[nodiscard]] std::string hotp(ByteView secret, std::uint64_t counter, const HmacSha1& hmac);

/// Seconds that a code of an authenticator is shown (RFC 6238).
inline constexpr std::int64_t totp_period = 30;

/// The step whose code this is: of the present one and its two neighbours, as clocks differ, the
/// latest that fits and comes after `after_step`, so that no code is good twice. Nothing when none
/// does. All three are compared, in constant time. Blanks in the code are ignored.
/// @param present_step  seconds since 1970, divided by the period
[[nodiscard]] std::optional<std::int64_t> totp_step(ByteView secret, std::string_view code,
                                                    std::int64_t present_step,
                                                    std::int64_t after_step, const HmacSha1& hmac);

/// What an authenticator reads from a QR code: `otpauth://totp/…`, percent-encoded (RFC 3986).
/// @param secret  in base32
[[nodiscard]] std::string totp_uri(std::string_view issuer, std::string_view account,
                                   std::string_view secret);

}  // namespace rowhouse::core
