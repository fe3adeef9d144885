#include "core/seal.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

const auto seal_key = counting_bytes(seal_key_size);
constexpr std::size_t overhead = 1 + 24 + 16;

Bytes plain_of_size(std::size_t size) {
    return counting_bytes(size, 0x61);
}

TEST(Seal, the_vector_of_the_draft_is_opened) {
    // draft-irtf-cfrg-xchacha-03, A.3.1, behind our version byte
    const auto sealed = from_hex(
        "01404142434445464748494a4b4c4d4e4f5051525354555657"
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
        "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
        "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
        "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49");
    const auto context = from_hex("50515253c0c1c2c3c4c5c6c7");
    ASSERT_TRUE(sealed && context);
    const auto plain = open(*sealed, counting_bytes(32, 0x80), as_text(*context));
    ASSERT_TRUE(plain);
    EXPECT_EQ(as_text(*plain),
              "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
              "the future, sunscreen would be it.");
}

TEST(Seal, bytes_of_every_size_survive_the_round_trip) {
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 64U, 65U, 10000U}) {
        const auto plain = plain_of_size(size);
        const auto sealed = seal(plain, seal_key, "context");
        EXPECT_EQ(sealed.size(), size + overhead);
        EXPECT_EQ(sealed.front(), 1);
        EXPECT_EQ(open(sealed, seal_key, "context"), plain);
    }
}

TEST(Seal, the_plain_text_does_not_show) {
    const auto sealed = seal(plain_of_size(16), seal_key, "");
    EXPECT_EQ(as_text(sealed).find(as_text(plain_of_size(4))), std::string_view::npos);
}

TEST(Seal, every_sealing_has_a_nonce_of_its_own) {
    const auto first = seal(plain_of_size(8), seal_key, "context");
    const auto second = seal(plain_of_size(8), seal_key, "context");
    EXPECT_NE(Bytes(first.begin() + 1, first.begin() + 25),
              Bytes(second.begin() + 1, second.begin() + 25));
}

TEST(Seal, every_flipped_bit_is_noticed) {
    for (const std::size_t size : {0U, 11U}) {
        const auto sealed = seal(plain_of_size(size), seal_key, "context");
        for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
            auto flipped = sealed;
            flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            EXPECT_FALSE(open(flipped, seal_key, "context")) << bit;
        }
    }
}

TEST(Seal, what_is_shorter_or_longer_is_refused) {
    const auto sealed = seal(plain_of_size(11), seal_key, "context");
    for (std::size_t size = 0; size < sealed.size(); ++size)
        EXPECT_FALSE(open(ByteView(sealed).first(size), seal_key, "context")) << size;
    auto longer = sealed;
    longer.push_back(0);
    EXPECT_FALSE(open(longer, seal_key, "context"));
}

TEST(Seal, another_context_is_refused) {
    const auto sealed = seal(plain_of_size(11), seal_key, "totp:user-1");
    for (const auto& context : {"", "totp:user-2", "totp:user-", "totp:user-11", "Totp:user-1"})
        EXPECT_FALSE(open(sealed, seal_key, context)) << context;
    EXPECT_FALSE(open(sealed, seal_key, std::string_view("totp:user-1\0", 12)));
    EXPECT_FALSE(open(seal(plain_of_size(11), seal_key, ""), seal_key, "totp:user-1"));
}

TEST(Seal, another_key_is_refused) {
    const auto sealed = seal(plain_of_size(11), seal_key, "context");
    for (const std::size_t place : {0U, 31U}) {
        auto other = seal_key;
        other[place] ^= 1U;
        EXPECT_FALSE(open(sealed, other, "context")) << place;
    }
}

TEST(Seal, a_key_of_another_size_is_an_error) {
    const auto sealed = seal(plain_of_size(11), seal_key, "context");
    for (const std::size_t size : {0U, 16U, 31U, 33U, 64U}) {
        const auto wrong = counting_bytes(size);
        expect_error(500, "internal_error", [&] { (void)seal({}, wrong, "context"); });
        expect_error(500, "internal_error", [&] { (void)open(sealed, wrong, "context"); });
    }
}

TEST(Seal, the_root_key_is_read_with_white_space_around_it) {
    const auto digits = to_hex(seal_key);
    const auto upper = std::string(32, 'A') + std::string(32, 'b');
    for (const auto& text :
         {digits, digits + "\n", digits + "\r\n", " \t\r\n" + digits + " \t\r\n"})
        EXPECT_EQ(parse_root_key(text), seal_key) << text;
    ASSERT_TRUE(parse_root_key(upper));
    EXPECT_EQ(parse_root_key(upper)->front(), 0xaa);
}

TEST(Seal, a_file_without_exactly_one_key_is_refused) {
    const auto digits = to_hex(seal_key);
    for (const auto& text :
         {std::string(), std::string(" \n"), digits.substr(2), digits.substr(1), digits + "00",
          digits + "0", "0x" + digits, digits + "\n" + digits, digits + '\0', digits + "\n#",
          digits.substr(0, 32) + " " + digits.substr(32), digits.substr(0, 63) + "g"})
        EXPECT_FALSE(parse_root_key(text)) << text;
}

}  // namespace
}  // namespace rowhouse::core
