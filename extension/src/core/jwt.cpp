#include "core/jwt.hpp"

#include <sodium.h>

#include <array>

#include "core/error.hpp"
#include "core/flat_json.hpp"
#include "core/json.hpp"

namespace rowhouse::core {
namespace {

/// How far ahead of ours the clock of another node may stand, in seconds.
constexpr std::int64_t clock_tolerance = 60;

[[noreturn]] void refuse(const char* reason) {
    throw Error(401, "token_invalid", reason);
}

struct Parts {
    std::string_view header, payload, signature, signed_text;
};

Parts split(std::string_view token) {
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        refuse("the token does not have three parts");
    return {token.substr(0, first), token.substr(first + 1, second - first - 1),
            token.substr(second + 1), token.substr(0, second)};
}

FlatObject decode_part(std::string_view part) {
    const auto bytes = from_base64url(part);
    auto object = bytes ? parse_flat_json(as_text(*bytes)) : std::nullopt;
    if (!object) refuse("a part of the token is not the base64url of a flat JSON object");
    return std::move(*object);
}

template <typename Value>
const Value& member(const FlatObject& object, std::string_view name) {
    const auto found = object.find(name);
    if (found == object.end() || !std::holds_alternative<Value>(found->second))
        refuse("a claim of the token is missing or of a wrong type");
    return std::get<Value>(found->second);
}

Uuid uuid_member(const FlatObject& object, std::string_view name) {
    const auto uuid = parse_uuid(member<std::string>(object, name));
    if (!uuid) refuse("an id in the token is not a UUID");
    return *uuid;
}

/// The key id of a header that names our algorithm and asks for nothing that we do not do.
std::string key_id_of(const FlatObject& header) {
    if (member<std::string>(header, "alg") != "EdDSA") refuse("the algorithm must be EdDSA");
    if (member<std::string>(header, "typ") != "JWT") refuse("the type must be JWT");
    if (header.size() != 3) refuse("the header has a member that is not understood");
    return member<std::string>(header, "kid");
}

void check_signature(const Parts& parts, ByteView public_key) {
    const auto signature = from_base64url(parts.signature);
    const bool shaped = signature && signature->size() == crypto_sign_BYTES &&
                        public_key.size() == crypto_sign_PUBLICKEYBYTES;
    const auto text = as_bytes(parts.signed_text);
    if (!shaped || crypto_sign_verify_detached(signature->data(), text.data(), text.size(),
                                               public_key.data()) != 0)
        refuse("the signature is wrong");
}

Claims read_claims(const FlatObject& payload) {
    Claims claims;
    claims.issuer = member<std::string>(payload, "iss");
    claims.audience = member<std::string>(payload, "aud");
    claims.user = uuid_member(payload, "sub");
    claims.tenant = uuid_member(payload, "tid");
    claims.session = uuid_member(payload, "sid");
    claims.issued_at = member<std::int64_t>(payload, "iat");
    claims.expires_at = member<std::int64_t>(payload, "exp");
    return claims;
}

void check_claims(const Claims& claims, const ClaimRules& rules) {
    if (claims.issuer != rules.issuer) refuse("the token is of another issuer");
    if (claims.audience != rules.audience) refuse("the token is for another audience");
    check_times(claims, rules.now);
}

}  // namespace

void check_times(const Claims& claims, std::int64_t now) {
    const bool in_range = claims.issued_at >= 0 && claims.expires_at > claims.issued_at &&
                          claims.expires_at - claims.issued_at <= longest_token_life;
    if (!in_range) refuse("the times of the token make no sense");
    if (claims.issued_at > now + clock_tolerance) refuse("the token is from the future");
    if (claims.expires_at <= now) throw Error(401, "token_expired", "the token has expired");
}

SigningKey make_signing_key() {
    SigningKey key{Bytes(crypto_sign_PUBLICKEYBYTES), Bytes(crypto_sign_SECRETKEYBYTES)};
    crypto_sign_keypair(key.public_key.data(), key.secret_key.data());
    return key;
}

std::string sign_jwt(const Claims& claims, std::string_view key_id, ByteView secret_key) {
    if (secret_key.size() != crypto_sign_SECRETKEYBYTES)
        throw Error(500, "internal_error", "a signing key must have 64 bytes");
    std::string header = R"({"alg":"EdDSA","typ":"JWT")";
    append_json_member(header, "kid", key_id);
    std::string payload = "{";
    append_json_member(payload, "iss", claims.issuer);
    append_json_member(payload, "aud", claims.audience);
    append_json_member(payload, "sub", to_text(claims.user));
    append_json_member(payload, "tid", to_text(claims.tenant));
    append_json_member(payload, "sid", to_text(claims.session));
    payload += ",\"iat\":" + std::to_string(claims.issued_at);
    payload += ",\"exp\":" + std::to_string(claims.expires_at) + '}';
    std::string token =
        to_base64url(as_bytes(header + '}')) + '.' + to_base64url(as_bytes(payload));
    std::array<std::uint8_t, crypto_sign_BYTES> signature{};
    const auto text = as_bytes(token);
    crypto_sign_detached(signature.data(), nullptr, text.data(), text.size(), secret_key.data());
    return token + '.' + to_base64url(signature);
}

Claims verify_jwt(std::string_view token, const FindPublicKey& find_key, const ClaimRules& rules,
                  std::string* key_id) {
    const auto parts = split(token);
    auto named_key = key_id_of(decode_part(parts.header));
    const auto public_key = find_key(named_key);
    if (!public_key) refuse("the key of the token is unknown or retired");
    check_signature(parts, *public_key);
    auto claims = read_claims(decode_part(parts.payload));
    check_claims(claims, rules);
    if (key_id != nullptr) *key_id = std::move(named_key);
    return claims;
}

std::string render_jwk(std::string_view key_id, ByteView public_key) {
    std::string json = R"({"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig")";
    append_json_member(json, "kid", key_id);
    append_json_member(json, "x", to_base64url(public_key));
    return json + '}';
}

}  // namespace rowhouse::core
