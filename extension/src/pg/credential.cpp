#include "pg/credential.hpp"

#include "core/jwt.hpp"
#include "pg/datum.hpp"
#include "pg/key_reader.hpp"
#include "pg/key_ring.hpp"
#include "pg/roles.hpp"
#include "pg/settings.hpp"
#include "pg/verified_tokens.hpp"

namespace rowhouse::pg {
namespace {

/// The token of `Authorization: Bearer …`; empty when the header is absent.
std::string_view bearer_token(const Request& request) {
    constexpr std::string_view scheme = "bearer ";
    const auto header = request.headers.find("authorization");
    if (header.empty()) return {};
    if (header.size() <= scheme.size() ||
        pg_strncasecmp(header.data(), scheme.data(), scheme.size()) != 0)
        throw core::Error(401, "credential_invalid", "send the credential as a bearer token");
    return header.substr(scheme.size());
}

std::optional<core::Bytes> find_public_key(std::string_view id) {
    const auto* key = find_key("jwt", id);
    if (key == nullptr) return std::nullopt;
    return key->public_key;
}

/// The claims of a token, by its signature or by memory of having checked it.
core::Claims verify(std::string_view token) {
    const std::int64_t now = (GetCurrentTimestamp() + microseconds_to_unix) / 1000000;
    const auto recalled = recall_token(token);
    if (recalled && find_key("jwt", recalled->key_id) != nullptr) {
        core::check_times(recalled->claims, now);
        return recalled->claims;
    }
    VerifiedToken verified;
    const core::ClaimRules rules{settings.jwt_issuer, settings.jwt_audience, now};
    verified.claims = core::verify_jwt(token, find_public_key, rules, &verified.key_id);
    remember_token(token, verified);
    return verified.claims;
}

/// Asks the application about the session of a genuine token.
Principal read_session(const Registry& registry, const core::Claims& claims) {
    static std::map<std::string, Statement, std::less<>> statements;
    const auto found = registry.authenticators.find("session");
    if (found == registry.authenticators.end())
        throw core::Error(500, "internal_error", "no authenticator is registered for sessions");
    const auto& function = found->second;
    auto [place, is_new] = statements.try_emplace(
        function, "select refusal, permissions, denial from " + function + "($1, $2, $3)",
        std::vector<Oid>{UUIDOID, UUIDOID, UUIDOID});
    const AsRole system(Role::system);
    const auto rows = place->second.run(
        {uuid_datum(claims.session), uuid_datum(claims.user), uuid_datum(claims.tenant)},
        Access::read_only);
    if (rows == 0) throw core::Error(401, "token_invalid", "the session does not exist");
    const Row row(0);
    if (const auto refusal = row.text(1))
        throw core::Error(401, *refusal, "the session has ended: log in again");
    Principal principal;
    principal.credential = "session";
    principal.tenant = claims.tenant;
    principal.user = claims.user;
    principal.session = claims.session;
    principal.permissions = row.text_or_empty(2);
    principal.denial = row.text_or_empty(3);
    return principal;
}

}  // namespace

core::Context Principal::context(const core::Trace& trace) const {
    core::Context context;
    context.tenant = tenant;
    context.user = user;
    context.session = session;
    context.key = key;
    context.instance = instance;
    context.credential = credential;
    context.request_id = trace.request_id;
    context.trace_id = trace.trace_id;
    context.permissions = permissions;
    return context;
}

std::string Principal::rate_subject() const {
    if (user) return "user " + core::to_text(*user);
    return "key " + core::to_text(key.value());
}

Principal authenticate(const Registry& registry, const Request& request) {
    const auto token = bearer_token(request);
    if (token.empty()) return {};
    if (token.starts_with("rh_")) return read_key(registry, request, token);
    return read_session(registry, verify(token));
}

}  // namespace rowhouse::pg
