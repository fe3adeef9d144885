// Access tokens. An input is a token, or two lines with the two texts of one that is then signed;
// no other than a token with a genuine signature and the right claims may be accepted.
#include "core/jwt.hpp"

#include <sodium.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "fuzz.hpp"

namespace rowhouse::fuzz {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t now = 1700000000;
const core::ClaimRules rules{"https://rowhouse.test", "rowhouse", now};

/// The pair of RFC 8037, appendix A.1 and A.2.
const core::SigningKey& pair() {
    static const auto made = [] {
        core::SigningKey key;
        key.public_key =
            core::from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").value();
        key.secret_key =
            core::from_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").value();
        key.secret_key.insert(key.secret_key.end(), key.public_key.begin(), key.public_key.end());
        return key;
    }();
    return made;
}

/// A token of any two texts, with a genuine signature.
std::string sign(std::string_view header, std::string_view payload) {
    const auto text = core::to_base64url(core::as_bytes(header)) + '.' +
                      core::to_base64url(core::as_bytes(payload));
    core::Bytes signature(crypto_sign_BYTES);
    crypto_sign_detached(signature.data(), nullptr, core::as_bytes(text).data(), text.size(),
                         pair().secret_key.data());
    return text + '.' + core::to_base64url(signature);
}

std::optional<core::Bytes> find_key(std::string_view key_id) {
    if (key_id == "k1") return pair().public_key;
    return std::nullopt;
}

std::string decode(std::string_view part) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string bytes;
    unsigned collected = 0, bits = 0;
    for (const char c : part) {
        const auto value = alphabet.find(c);
        expect(value != std::string_view::npos, "an accepted token is base64url");
        collected = (collected << 6U | static_cast<unsigned>(value)) & 0xffffU;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(collected >> bits & 0xffU);
    }
    return bytes;
}

std::string text(const Json& object, const char* name) {
    return object.contains(name) && object.at(name).is_string() ? object.at(name) : "";
}

void check_claims(const core::Claims& claims, const Json& said) {
    expect(text(said, "iss") == rules.issuer && text(said, "aud") == rules.audience,
           "an accepted token is of our issuer, for our audience");
    expect(core::to_text(claims.user) == lower(text(said, "sub")) &&
               core::to_text(claims.tenant) == lower(text(said, "tid")) &&
               core::to_text(claims.session) == lower(text(said, "sid")),
           "the ids are those of the token");
    expect(said.at("iat") == claims.issued_at && said.at("exp") == claims.expires_at,
           "the times are those of the token");
    expect(claims.issued_at >= 0 && claims.issued_at <= now + 60 && claims.expires_at > now &&
               claims.expires_at - claims.issued_at <= core::longest_token_life,
           "an accepted token is of this time");
}

/// Judges an accepted token by other means than the core's.
void check_accepted(std::string_view token, const core::Claims& claims) {
    auto rest = token;
    const auto header_part = take_until(rest, ".");
    const auto payload_part = take_until(rest, ".");
    const auto signature = decode(rest);
    const auto signed_text = token.substr(0, header_part.size() + 1 + payload_part.size());
    expect(signature.size() == 64 &&
               crypto_sign_verify_detached(core::as_bytes(signature).data(),
                                           core::as_bytes(signed_text).data(), signed_text.size(),
                                           pair().public_key.data()) == 0,
           "an accepted token has a genuine signature");
    const auto header = Json::parse(decode(header_part), nullptr, false);
    expect(header.is_object() && header.size() == 3 && text(header, "alg") == "EdDSA" &&
               text(header, "typ") == "JWT" && text(header, "kid") == "k1",
           "an accepted token has our header");
    const auto said = Json::parse(decode(payload_part), nullptr, false);
    expect(said.is_object(), "an accepted token says an object");
    check_claims(claims, said);
    expect(core::from_base64url(rest).has_value(), "an accepted signature is canonical");
}

void verify(std::string_view token) {
    try {
        check_accepted(token, core::verify_jwt(token, find_key, rules));
    } catch (const core::Error& error) {
        expect(error.status() == 401, "a bad token is a 401");
    }
}

}  // namespace

void run(std::string_view input) {
    if (input.find('\n') == std::string_view::npos) return verify(input);
    const auto header = take_until(input, "\n");
    verify(sign(header, input));
}

}  // namespace rowhouse::fuzz
