#pragma once

#include <optional>
#include <string_view>

#include "core/jwt.hpp"

namespace rowhouse::pg {

/// Asks for the shared memory of the tokens; called once, at preload.
void request_verified_tokens();

/// A token whose signature and claims were found right.
struct VerifiedToken {
    std::string key_id;
    core::Claims claims;  ///< without issuer and audience, which are the configured ones
};

/// What all backends remember: that exactly this token was genuine, for the issuer and audience
/// configured now. It saves the signature check, nothing else: time, key and session are to be
/// checked at every request. Tokens are kept as a keyed hash, the key is new at every start.
[[nodiscard]] std::optional<VerifiedToken> recall_token(std::string_view token);
void remember_token(std::string_view token, const VerifiedToken& verified);

}  // namespace rowhouse::pg
