#include "core/refresh_token.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

const auto key = counting_bytes(32);
const RefreshToken sample{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, 0x01020304};

// Version, session, generation and BLAKE2b of another implementation.
const std::string known =
    "rh_rt_AQABAgMEBQYHCAkKCwwNDg8BAgMEjmMmYcyPby01ji12yfN5cNMjL068ej1WfVvWg1azWjY";

std::string from_body(Bytes body, ByteView mac_key) {
    const auto mac = blake2b(body, mac_key);
    body.insert(body.end(), mac.begin(), mac.end());
    return "rh_rt_" + to_base64url(body);
}

Bytes bytes_of(std::string_view token) {
    return from_base64url(token.substr(6)).value_or(Bytes{});
}

TEST(RefreshToken, the_token_of_a_generation_is_always_the_same) {
    EXPECT_EQ(render_refresh_token(sample, key), known);
    EXPECT_EQ(render_refresh_token(sample, key), known);
}

TEST(RefreshToken, session_and_generation_survive_the_round_trip) {
    for (const std::uint32_t generation : {0U, 1U, 255U, 256U, 0x7fffffffU, 0x80000000U, ~0U}) {
        const RefreshToken token{sample.session, generation};
        const auto parsed = parse_refresh_token(render_refresh_token(token, key), key);
        ASSERT_TRUE(parsed);
        EXPECT_EQ(parsed->session, token.session);
        EXPECT_EQ(parsed->generation, token.generation);
    }
}

TEST(RefreshToken, another_session_generation_or_key_makes_another_token) {
    EXPECT_NE(render_refresh_token({sample.session, 7}, key), known);
    EXPECT_NE(render_refresh_token({Uuid{}, sample.generation}, key), known);
    EXPECT_NE(render_refresh_token(sample, counting_bytes(32, 1)), known);
}

TEST(RefreshToken, every_flipped_bit_is_noticed) {
    const auto bytes = bytes_of(known);
    ASSERT_EQ(bytes.size(), 53U);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto flipped = bytes;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_FALSE(parse_refresh_token("rh_rt_" + to_base64url(flipped), key)) << bit;
    }
}

TEST(RefreshToken, a_token_of_another_key_is_refused) {
    EXPECT_FALSE(parse_refresh_token(known, counting_bytes(32, 1)));
    EXPECT_FALSE(parse_refresh_token(render_refresh_token(sample, Bytes(32)), key));
}

TEST(RefreshToken, a_hash_without_key_is_no_proof) {
    const auto bytes = bytes_of(known);
    const Bytes body(bytes.begin(), bytes.begin() + 21);
    ASSERT_EQ(from_body(body, key), known);
    EXPECT_FALSE(parse_refresh_token(from_body(body, {}), key));
}

TEST(RefreshToken, another_version_or_size_is_refused_though_its_hash_is_right) {
    const auto bytes = bytes_of(known);
    Bytes body(bytes.begin(), bytes.begin() + 21);
    for (const std::uint8_t version : {0, 2, 255}) {
        body[0] = version;
        EXPECT_FALSE(parse_refresh_token(from_body(body, key), key)) << int{version};
    }
    body[0] = 1;
    for (const std::size_t size : {0U, 1U, 17U, 20U, 22U, 53U}) {
        body.resize(size);
        EXPECT_FALSE(parse_refresh_token(from_body(body, key), key)) << size;
    }
}

TEST(RefreshToken, other_texts_are_refused) {
    ASSERT_TRUE(parse_refresh_token(known, key));
    for (const auto& text :
         {std::string(), std::string("rh_rt_"), known.substr(6), "RH_RT_" + known.substr(6),
          "rh_at_" + known.substr(6), " " + known, known + " ", known + "=", known + "A",
          known + "AAAA", known + '\0', known.substr(0, known.size() - 1), known + known,
          known.substr(0, known.size() - 1) + "Z"})
        EXPECT_FALSE(parse_refresh_token(text, key)) << text;
}

TEST(RefreshToken, a_key_of_another_size_is_refused) {
    for (const std::size_t size : {0U, 16U, 31U, 33U, 64U}) {
        const auto wrong = counting_bytes(size);
        expect_error(500, "internal_error", [&] { (void)render_refresh_token(sample, wrong); });
        expect_error(500, "internal_error", [&] { (void)parse_refresh_token(known, wrong); });
    }
}

}  // namespace
}  // namespace rowhouse::core
