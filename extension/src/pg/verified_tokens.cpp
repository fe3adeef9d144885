#include "pg/verified_tokens.hpp"

#include "pg/settings.hpp"
#include "pg/shared_cache.hpp"

namespace rowhouse::pg {
namespace {

/// A verified token as it lies in shared memory.
struct Known {
    core::Uuid user, tenant, session;
    std::int64_t issued_at, expires_at;
    std::array<char, 24> key_id;
};

SharedCache<Known> cache;

/// Names the token together with what it was held against.
std::string named(std::string_view token) {
    std::string text(token);
    return text.append("\n").append(settings.jwt_issuer).append("\n").append(settings.jwt_audience);
}

}  // namespace

void request_verified_tokens() {
    cache.request("rowhouse verified tokens");
}

std::optional<VerifiedToken> recall_token(std::string_view token) {
    const auto known = cache.recall(named(token));
    if (!known) return std::nullopt;
    VerifiedToken verified;
    verified.key_id = known->key_id.data();
    verified.claims.user = known->user;
    verified.claims.tenant = known->tenant;
    verified.claims.session = known->session;
    verified.claims.issued_at = known->issued_at;
    verified.claims.expires_at = known->expires_at;
    return verified;
}

void remember_token(std::string_view token, const VerifiedToken& verified) {
    const auto& claims = verified.claims;
    Known known{};
    if (verified.key_id.size() >= known.key_id.size()) return;
    known.user = claims.user;
    known.tenant = claims.tenant;
    known.session = claims.session;
    known.issued_at = claims.issued_at;
    known.expires_at = claims.expires_at;
    std::copy(verified.key_id.begin(), verified.key_id.end(), known.key_id.begin());
    cache.remember(named(token), known);
}

}  // namespace rowhouse::pg
