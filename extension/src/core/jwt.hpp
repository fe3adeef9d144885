#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/uuid.hpp"

namespace rowhouse::core {

/// What an access token says (RFC 7519 §4); times in seconds since 1970.
struct Claims {
    std::string issuer;
    std::string audience;
    Uuid user{};
    Uuid tenant{};
    Uuid session{};
    std::int64_t issued_at = 0;
    std::int64_t expires_at = 0;
};

/// What a token must say to be accepted.
struct ClaimRules {
    std::string issuer;
    std::string audience;
    std::int64_t now = 0;
};

/// No token lives longer than this many seconds, whatever it says.
inline constexpr std::int64_t longest_token_life = 24 * 60 * 60;

/// A fresh Ed25519 pair (RFC 8032).
struct SigningKey {
    Bytes public_key;  ///< 32 bytes
    Bytes secret_key;  ///< 64 bytes
};
[[nodiscard]] SigningKey make_signing_key();

/// A compact JWS (RFC 7515) with `alg` EdDSA (RFC 8037).
/// @param secret_key 64 bytes, as `make_signing_key` gives.
[[nodiscard]] std::string sign_jwt(const Claims& claims, std::string_view key_id,
                                   ByteView secret_key);

/// Finds the public key (32 bytes) of a key id; nothing for an unknown or retired one.
using FindPublicKey = std::function<std::optional<Bytes>(std::string_view key_id)>;

/// Checks the times of a token that is right in all else.
/// @throws Error `token_expired` when its time is over, `token_invalid` when it makes no sense.
void check_times(const Claims& claims, std::int64_t now);

/// The claims of a token whose algorithm, key id, signature, issuer, audience and times are right.
/// @param key_id if not null, is given the id of the key that signed it.
/// @throws Error `token_expired` when only its time is over, `token_invalid` for all else.
[[nodiscard]] Claims verify_jwt(std::string_view token, const FindPublicKey& find_key,
                                const ClaimRules& rules, std::string* key_id = nullptr);

/// A public key as a member of a JWK set (RFC 7517, RFC 8037 §2), JSON text.
[[nodiscard]] std::string render_jwk(std::string_view key_id, ByteView public_key);

}  // namespace rowhouse::core
