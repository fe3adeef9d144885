#include "core/jwt.hpp"

#include <tuple>

#include "tokens.hpp"

namespace rowhouse::core {
namespace {

constexpr std::int64_t now = 1700000000;
const ClaimRules rules{"https://rowhouse.test", "rowhouse", now};

Claims sample_claims() {
    return {"https://rowhouse.test",
            "rowhouse",
            *parse_uuid("00112233-4455-6677-8899-aabbccddeeff"),
            *parse_uuid("10112233-4455-6677-8899-aabbccddeeff"),
            *parse_uuid("20112233-4455-6677-8899-aabbccddeeff"),
            now,
            now + 900};
}

auto members(const Claims& claims) {
    return std::tie(claims.issuer, claims.audience, claims.user, claims.tenant, claims.session,
                    claims.issued_at, claims.expires_at);
}

std::optional<Bytes> find_key(std::string_view key_id) {
    if (key_id == "k1") return public_key;
    return std::nullopt;
}

Claims verify(std::string_view token) {
    return verify_jwt(token, find_key, rules);
}

void expect_invalid(std::string_view token) {
    SCOPED_TRACE(token);
    expect_error(401, "token_invalid", [&] { (void)verify(token); });
}

TEST(Jwt, a_token_is_signed_as_another_implementation_does) {
    EXPECT_EQ(sign_jwt(sample_claims(), "k1", secret_key), known_token);
}

TEST(Jwt, a_token_of_another_implementation_is_verified) {
    std::string key_id;
    const auto claims = verify_jwt(known_token, find_key, rules, &key_id);
    EXPECT_EQ(members(claims), members(sample_claims()));
    EXPECT_EQ(key_id, "k1");
}

TEST(Jwt, a_fresh_pair_signs_what_it_verifies_and_no_other_does) {
    const auto pair = make_signing_key();
    const auto other = make_signing_key();
    EXPECT_NE(pair.secret_key, other.secret_key);
    const auto token = sign_jwt(sample_claims(), "\"odd\"", pair.secret_key);
    const auto by = [&](const Bytes& key) {
        return verify_jwt(
            token, [&](auto id) { return id == "\"odd\"" ? key : Bytes{}; }, rules);
    };
    EXPECT_EQ(members(by(pair.public_key)), members(sample_claims()));
    for (const auto& wrong : {other.public_key, Bytes(32), Bytes(31), Bytes(33), Bytes{}})
        expect_error(401, "token_invalid", [&] { (void)by(wrong); });
}

TEST(Jwt, a_secret_key_of_another_size_is_an_error) {
    for (const std::size_t size : {0U, 32U, 63U, 65U})
        expect_error(500, "internal_error",
                     [&] { (void)sign_jwt(sample_claims(), "k1", counting_bytes(size)); });
}

TEST(Jwt, the_example_of_rfc_8037_is_refused_for_its_header) {
    constexpr std::string_view example =
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    ASSERT_EQ(sign(R"({"alg":"EdDSA"})", "Example of Ed25519 signing"), example);
    expect_invalid(example);
}

TEST(Jwt, what_is_unusual_but_right_is_accepted) {
    const std::string last_iat = std::to_string(now + 60);
    const std::string early_iat = std::to_string(now - longest_token_life + 1);
    const Part table[] = {
        {},
        {{"jti", R"("more")"}, {"version", "1"}},
        {{"sub", R"("00112233-4455-6677-8899-AABBCCDDEEFF")"}},
        {{"iat", last_iat}},
        {{"exp", std::to_string(now + 1)}},
        {{"iat", early_iat}, {"exp", std::to_string(now + 1)}},
        {{"exp", std::to_string(now + longest_token_life)}},
    };
    for (const auto& changes : table) EXPECT_NO_THROW((void)verify(token_with_claims(changes)));
    EXPECT_NO_THROW((void)verify(sign(" " + render(good_header), render(good_payload) + "\n")));
}

struct Refused {
    std::string name;
    Part changes;
    friend void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.name; }
};

class JwtHeader : public testing::TestWithParam<Refused> {};

TEST_P(JwtHeader, is_refused) {
    expect_invalid(token_with_header(GetParam().changes));
}

INSTANTIATE_TEST_SUITE_P(
    Jwt, JwtHeader,
    testing::Values(
        Refused{"alg_none", {{"alg", R"("none")"}}}, Refused{"alg_None", {{"alg", R"("None")"}}},
        Refused{"alg_HS256", {{"alg", R"("HS256")"}}},
        Refused{"alg_RS256", {{"alg", R"("RS256")"}}},
        Refused{"alg_ES256", {{"alg", R"("ES256")"}}},
        Refused{"alg_in_lower_case", {{"alg", R"("eddsa")"}}},
        Refused{"alg_Ed25519", {{"alg", R"("Ed25519")"}}},
        Refused{"alg_with_more_behind", {{"alg", R"("EdDSA ")"}}},
        Refused{"alg_empty", {{"alg", R"("")"}}}, Refused{"alg_missing", {{"alg", ""}}},
        Refused{"alg_missing_but_a_third_member", {{"alg", ""}, {"x", R"("EdDSA")"}}},
        Refused{"alg_a_number", {{"alg", "1"}}}, Refused{"alg_null", {{"alg", "null"}}},
        Refused{"alg_a_list", {{"alg", R"(["EdDSA"])"}}}, Refused{"typ_missing", {{"typ", ""}}},
        Refused{"typ_missing_but_a_third_member", {{"typ", ""}, {"x", R"("JWT")"}}},
        Refused{"typ_of_a_refresh_token", {{"typ", R"("rt+jwt")"}}},
        Refused{"typ_in_lower_case", {{"typ", R"("jwt")"}}}, Refused{"kid_missing", {{"kid", ""}}},
        Refused{"kid_missing_but_a_third_member", {{"kid", ""}, {"x", R"("k1")"}}},
        Refused{"kid_unknown", {{"kid", R"("k2")"}}}, Refused{"kid_empty", {{"kid", R"("")"}}},
        Refused{"kid_with_more_behind", {{"kid", R"("k1 ")"}}},
        Refused{"kid_a_number", {{"kid", "1"}}},
        Refused{"crit_as_a_list", {{"crit", R"(["b64"])"}}},
        Refused{"crit_as_a_string", {{"crit", R"("b64")"}}},
        Refused{"b64_false", {{"b64", "false"}}}, Refused{"b64_a_number", {{"b64", "0"}}},
        Refused{"jwk_as_an_object", {{"jwk", R"({"kty":"OKP"})"}}},
        Refused{"jwk_as_a_string", {{"jwk", R"("x")"}}},
        Refused{"jku", {{"jku", R"("https://x")"}}}, Refused{"x5u", {{"x5u", R"("https://x")"}}},
        Refused{"x5c", {{"x5c", R"("x")"}}}, Refused{"cty", {{"cty", R"("JWT")"}}},
        Refused{"zip", {{"zip", R"("DEF")"}}}),
    name_of<Refused>);

class JwtClaims : public testing::TestWithParam<Refused> {};

TEST_P(JwtClaims, are_refused) {
    expect_invalid(token_with_claims(GetParam().changes));
}

INSTANTIATE_TEST_SUITE_P(
    Jwt, JwtClaims,
    testing::Values(
        Refused{"another_issuer", {{"iss", R"("https://evil.test")"}}},
        Refused{"a_longer_issuer", {{"iss", R"("https://rowhouse.test/")"}}},
        Refused{"a_shorter_issuer", {{"iss", R"("https://rowhouse.tes")"}}},
        Refused{"an_empty_issuer", {{"iss", R"("")"}}},
        Refused{"another_audience", {{"aud", R"("billing")"}}},
        Refused{"a_longer_audience", {{"aud", R"("rowhouse2")"}}},
        Refused{"a_shorter_audience", {{"aud", R"("row")"}}},
        Refused{"an_empty_audience", {{"aud", R"("")"}}},
        Refused{"a_list_of_audiences", {{"aud", R"(["rowhouse"])"}}},
        Refused{"another_issuer_though_expired", {{"iss", R"("x")"}, {"iat", "1"}, {"exp", "2"}}},
        Refused{"another_audience_though_expired", {{"aud", R"("x")"}, {"iat", "1"}, {"exp", "2"}}},
        Refused{"no_issuer", {{"iss", ""}}}, Refused{"no_audience", {{"aud", ""}}},
        Refused{"no_user", {{"sub", ""}}}, Refused{"no_tenant", {{"tid", ""}}},
        Refused{"no_session", {{"sid", ""}}}, Refused{"no_time_of_issue", {{"iat", ""}}},
        Refused{"no_expiry", {{"exp", ""}}}, Refused{"an_issuer_of_a_number", {{"iss", "1"}}},
        Refused{"an_audience_of_a_number", {{"aud", "1"}}},
        Refused{"a_user_that_is_no_uuid", {{"sub", R"("admin")"}}},
        Refused{"a_user_that_is_empty", {{"sub", R"("")"}}},
        Refused{"a_user_that_is_a_number", {{"sub", "1"}}},
        Refused{"a_tenant_that_is_no_uuid", {{"tid", R"("10112233445566778899aabbccddeeff")"}}},
        Refused{"a_session_that_is_no_uuid", {{"sid", R"("*")"}}},
        Refused{"a_time_of_issue_in_a_string", {{"iat", R"("1700000000")"}}},
        Refused{"an_expiry_in_a_string", {{"exp", R"("1700000900")"}}},
        Refused{"an_expiry_with_a_fraction", {{"exp", "1700000900.5"}}},
        Refused{"an_expiry_that_overflows", {{"exp", "9223372036854775808"}}},
        Refused{"an_expiry_without_end", {{"exp", "9223372036854775807"}}},
        Refused{"an_expiry_null", {{"exp", "null"}}},
        Refused{"a_time_of_issue_ahead", {{"iat", "1700000061"}}},
        Refused{"a_time_of_issue_before_1970", {{"iat", "-1"}, {"exp", "1"}}},
        Refused{"a_lowest_time_of_issue", {{"iat", "-9223372036854775808"}}},
        Refused{"an_expiry_at_the_time_of_issue", {{"exp", "1700000000"}}},
        Refused{"an_expiry_before_the_time_of_issue", {{"exp", "1699999999"}}},
        Refused{"a_life_over_24_hours", {{"exp", "1700086401"}}},
        Refused{"a_nested_claim", {{"more", "{}"}}}),
    name_of<Refused>);

TEST(Jwt, a_claim_that_stands_twice_is_refused) {
    const auto header = render(good_header);
    const auto payload = render(good_payload);
    ASSERT_NO_THROW((void)verify(sign(header, payload)));
    for (const auto* again : {R"({"sub":"30112233-4455-6677-8899-aabbccddeeff",)",
                              R"({"aud":"rowhouse",)", R"({"exp":1700000900,)"})
        expect_invalid(sign(header, again + payload.substr(1)));
    expect_invalid(sign(R"({"kid":"k1",)" + header.substr(1), payload));
}

TEST(Jwt, parts_that_are_no_object_are_refused) {
    const auto header = render(good_header);
    const auto payload = render(good_payload);
    for (const auto& wrong :
         {std::string(), std::string("{}"), std::string("[]"), std::string("\"x\""),
          "[" + payload + "]", payload + "x", payload + payload, payload + '\0', payload.substr(1)})
        expect_invalid(sign(header, wrong));
    for (const auto& wrong : {std::string(), std::string("{}"), header + "x", header.substr(1)})
        expect_invalid(sign(wrong, payload));
}

TEST(Jwt, a_token_has_three_parts_in_canonical_base64url) {
    const std::string token(known_token);
    const auto first = token.find('.');
    const auto second = token.rfind('.');
    // The last character of the signature holds four bits that must be zero.
    const auto loose = token.substr(0, token.size() - 1) + 'x';
    for (const auto& wrong : {std::string(),
                              std::string("."),
                              std::string(".."),
                              std::string("..."),
                              token.substr(0, first),
                              token.substr(0, second),
                              token.substr(0, second + 1),
                              token.substr(first),
                              token.substr(first + 1),
                              token + ".",
                              token + ".x",
                              "." + token,
                              token + "=",
                              token + "==",
                              token + "A",
                              token + "\n",
                              " " + token,
                              "Bearer " + token,
                              loose,
                              token.substr(0, first) + "=" + token.substr(first),
                              token.substr(0, first) + "." + token.substr(second)})
        expect_invalid(wrong);
}

TEST(Jwt, every_changed_character_is_noticed) {
    for (std::size_t place = 0; place < known_token.size(); ++place) {
        std::string token(known_token);
        token[place] = token[place] == 'A' ? 'B' : 'A';
        expect_invalid(token);
    }
}

TEST(Jwt, every_flipped_bit_of_the_signature_is_noticed) {
    const auto start = known_token.rfind('.') + 1;
    const auto signature = from_base64url(known_token.substr(start)).value();
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        auto flipped = signature;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        expect_invalid(std::string(known_token.substr(0, start)) + to_base64url(flipped));
    }
    for (const std::size_t size : {0U, 32U, 63U, 65U, 128U}) {
        auto resized = signature;
        resized.resize(size);
        expect_invalid(std::string(known_token.substr(0, start)) + to_base64url(resized));
    }
}

TEST(Jwt, the_key_id_is_told_for_an_accepted_token_alone) {
    std::string key_id = "before";
    const auto token = token_with_claims({{"aud", R"("x")"}});
    EXPECT_THROW((void)verify_jwt(token, find_key, rules, &key_id), Error);
    EXPECT_EQ(key_id, "before");
}

TEST(Jwt, a_token_whose_time_is_over_has_expired) {
    for (const auto* expires : {"1700000000", "1699999999"})
        expect_error(401, "token_expired", [&] {
            (void)verify(token_with_claims({{"iat", "1699999100"}, {"exp", expires}}));
        });
}

TEST(Jwt, times_are_checked_against_the_moment_given) {
    constexpr auto check = [](std::int64_t issued_at, std::int64_t expires_at) {
        Claims claims;
        claims.issued_at = issued_at;
        claims.expires_at = expires_at;
        check_times(claims, now);
    };
    EXPECT_NO_THROW(check(now + 60, now + 61));
    EXPECT_NO_THROW(check(now - 900, now + 1));
    EXPECT_NO_THROW(check(now, now + longest_token_life));
    expect_error(401, "token_expired", [&] { check(now - 900, now); });
    expect_error(401, "token_expired", [&] { check(0, 1); });
    expect_error(401, "token_invalid", [&] { check(now + 61, now + 62); });
    expect_error(401, "token_invalid", [&] { check(now, now + longest_token_life + 1); });
    expect_error(401, "token_invalid", [&] { check(now, now); });
    expect_error(401, "token_invalid", [&] { check(-1, now); });
}

TEST(Jwt, a_public_key_is_published_as_in_rfc_8037) {
    EXPECT_EQ(render_jwk("k\"1", public_key),
              R"({"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"k\"1",)"
              R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");
}

}  // namespace
}  // namespace rowhouse::core
