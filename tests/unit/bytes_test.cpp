#include "core/bytes.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

using namespace std::string_view_literals;

struct Encoding {
    std::string_view text, base64url, hex;
};

// RFC 4648 §10 without the padding, and the two characters that make the alphabet URL-safe.
constexpr Encoding encodings[] = {
    {"", "", ""},
    {"f", "Zg", "66"},
    {"fo", "Zm8", "666f"},
    {"foo", "Zm9v", "666f6f"},
    {"foob", "Zm9vYg", "666f6f62"},
    {"fooba", "Zm9vYmE", "666f6f6261"},
    {"foobar", "Zm9vYmFy", "666f6f626172"},
    {"\xfb\xff\xfe", "-__-", "fbfffe"},
    {"\0\x10\x80"sv, "ABCA", "001080"},
};

TEST(Bytes, published_vectors_are_encoded_and_decoded) {
    for (const auto& [text, base64url, hex] : encodings) {
        const auto view = as_bytes(text);
        const Bytes bytes(view.begin(), view.end());
        EXPECT_EQ(to_base64url(bytes), base64url);
        EXPECT_EQ(from_base64url(base64url), bytes) << base64url;
        EXPECT_EQ(to_hex(bytes), hex);
        EXPECT_EQ(from_hex(hex), bytes) << hex;
    }
}

TEST(Bytes, every_length_and_byte_survives_the_round_trip) {
    for (std::size_t size = 0; size <= 256; ++size) {
        const auto bytes = counting_bytes(size);
        EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
        EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
    }
}

TEST(Bytes, base64url_that_is_not_canonical_is_refused) {
    for (const auto text :
         {"Z"sv, "Zm9vY"sv, "Zg=="sv, "Zm8="sv, "="sv, "Zh"sv, "Zm9"sv, "Zm9vYh"sv, "+__-"sv,
          "-//-"sv, " Zg"sv, "Zg "sv, "Zg\n"sv, "Zm\r\n9v"sv, "Zm.v"sv, "Zm9v\0"sv, "Zm\0v"sv,
          "Zm9v\0Zm9v"sv, "Z\xc3\xa4"sv})
        EXPECT_FALSE(from_base64url(text)) << text;
}

TEST(Bytes, base64url_with_bytes_beyond_ascii_is_refused) {
    for (int byte = 0x80; byte <= 0xff; ++byte)
        for (const std::size_t size : {1U, 2U, 3U, 4U, 36U}) {
            const std::string wrong(size, static_cast<char>(byte));
            EXPECT_FALSE(from_base64url(wrong)) << byte;
            EXPECT_FALSE(from_base64url("Zm9v" + wrong)) << byte;
            EXPECT_FALSE(from_base64url(wrong + "Zm9v")) << byte;
        }
}

TEST(Bytes, hex_of_either_case_is_read) {
    EXPECT_EQ(from_hex("00fFAb"), (Bytes{0x00, 0xff, 0xab}));
}

TEST(Bytes, texts_that_are_no_pairs_of_hex_digits_are_refused) {
    for (const auto text : {"0"sv, "000"sv, "0g"sv, "g0"sv, "0x00"sv, " 00"sv, "00 "sv, "00\n"sv,
                            "00:11"sv, "-1"sv, "+1"sv, "00\0"sv, "\0\0"sv, "\xc3\xa4"sv})
        EXPECT_FALSE(from_hex(text)) << text;
}

TEST(Bytes, views_share_the_memory_they_look_at) {
    const std::string text("a\0b", 3);
    const auto bytes = as_bytes(text);
    EXPECT_EQ(bytes.size(), 3U);
    EXPECT_EQ(static_cast<const void*>(bytes.data()), text.data());
    EXPECT_EQ(as_text(bytes).data(), text.data());
    EXPECT_EQ(as_text(bytes), text);
}

TEST(Bytes, random_bytes_have_the_size_asked_for_and_do_not_repeat) {
    EXPECT_TRUE(random_bytes(0).empty());
    EXPECT_EQ(random_bytes(33).size(), 33U);
    EXPECT_NE(random_bytes(32), random_bytes(32));
}

TEST(Bytes, only_the_same_bytes_in_the_same_length_are_equal) {
    const auto equal = [](std::string_view left, std::string_view right) {
        return equal_in_constant_time(as_bytes(left), as_bytes(right));
    };
    EXPECT_TRUE(equal("", ""));
    EXPECT_TRUE(equal("secret", "secret"));
    EXPECT_TRUE(equal("a\0b"sv, "a\0b"sv));
    for (const auto other : {"Secret"sv, "secreT"sv, "secre"sv, "secret\0"sv, "ecret"sv, ""sv}) {
        EXPECT_FALSE(equal("secret", other)) << other;
        EXPECT_FALSE(equal(other, "secret")) << other;
    }
    EXPECT_FALSE(equal("a\0b"sv, "a\0c"sv));
}

TEST(Bytes, blake2b_gives_the_published_digests) {
    const auto digest = [](ByteView data, ByteView key) { return to_hex(blake2b(data, key)); };
    const auto abc = as_bytes("abc");
    EXPECT_EQ(digest({}, {}), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    EXPECT_EQ(digest(abc, {}), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    EXPECT_EQ(digest(abc, counting_bytes(16)),
              "3fd8fd31501cdbe942607b204368e3dc4ebce5744de1a955a6025f5c9848bb20");
    EXPECT_EQ(digest(abc, counting_bytes(32)),
              "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f");
    EXPECT_EQ(digest({}, counting_bytes(64)),
              "2fa9fbd9be36437de204e139e97d402bce68c828f43391608c891b5faed8a98a");
    EXPECT_EQ(digest(counting_bytes(255), counting_bytes(64)),
              "fe7b76a61787c089141f9e10fca1e5092488d89c62ea793fb2c5b1f849b4f2cb");
}

TEST(Bytes, blake2b_refuses_keys_that_are_too_short_or_too_long) {
    for (const std::size_t size : {1U, 15U, 65U, 128U})
        expect_error(500, "internal_error", [&] { (void)blake2b({}, counting_bytes(size)); });
}

}  // namespace
}  // namespace rowhouse::core
