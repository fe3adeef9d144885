#include "core/text.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

using namespace std::string_view_literals;

/// UTF-8 of a code point, by the bit patterns of RFC 3629 §3 alone.
std::string encode(char32_t point) {
    const auto tail = [&](unsigned shift) {
        return static_cast<char>(0x80U | ((point >> shift) & 0x3fU));
    };
    if (point < 0x80) return {static_cast<char>(point)};
    if (point < 0x800) return {static_cast<char>(0xc0U | point >> 6U), tail(0)};
    if (point < 0x10000) return {static_cast<char>(0xe0U | point >> 12U), tail(6), tail(0)};
    return {static_cast<char>(0xf0U | point >> 18U), tail(12), tail(6), tail(0)};
}

TEST(Text, every_code_point_but_zero_and_the_surrogates_is_storable) {
    for (char32_t point = 0; point < 0x110000; ++point) {
        const bool storable = point != 0 && (point < 0xd800 || point > 0xdfff);
        if (is_storable_text(encode(point)) != storable)
            ADD_FAILURE() << "U+" << std::hex << static_cast<unsigned>(point);
    }
}

TEST(Text, well_formed_texts_are_storable) {
    for (const auto text :
         {""sv, "plain"sv, "\x01\n\x7f"sv, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"sv, "a\xc2\x80z"sv,
          "\xef\xbb\xbf"sv, "\xef\xbf\xbf"sv})
        EXPECT_TRUE(is_storable_text(text)) << text;
}

TEST(Text, ill_formed_texts_are_not_storable) {
    for (const auto bad : {
             "\0"sv,  // zero
             "\x80"sv,
             "\xbf"sv,
             "\xa4\xc3"sv,  // no lead byte
             "\xc0\x80"sv,
             "\xc0\xaf"sv,
             "\xc1\xbf"sv,  // overlong
             "\xe0\x80\x80"sv,
             "\xe0\x9f\xbf"sv,
             "\xf0\x80\x80\x80"sv,  // overlong
             "\xf0\x8f\xbf\xbf"sv,
             "\xf8\x88\x80\x80\x80"sv,  // overlong
             "\xed\xa0\x80"sv,
             "\xed\xbf\xbf"sv,
             "\xed\xa0\xbd\xed\xb8\x80"sv,  // surrogates
             "\xf4\x90\x80\x80"sv,
             "\xf5\x80\x80\x80"sv,
             "\xfc\x84\x80\x80\x80\x80"sv,  // beyond
             "\xfe"sv,
             "\xff"sv,  // never
             "\xc3"sv,
             "\xe2\x82"sv,
             "\xe2"sv,
             "\xf0\x9f\x98"sv,
             "\xf0\x9f"sv,  // cut off
             "\xc3\xc3"sv,
             "\xe2\x28\xa1"sv,
             "\xe2\x82\x28"sv,
             "\xe2\x82\xc0"sv,
             "\xf0\x28\x8c\xbc"sv,
             "\xf0\x90\x28\xbc"sv,
             "\xf0\x90\x8c\x28"sv,
         }) {
        EXPECT_FALSE(is_storable_text(bad)) << bad;
        EXPECT_FALSE(is_storable_text("ok" + std::string(bad))) << bad;
        EXPECT_FALSE(is_storable_text(std::string(bad) + "ok")) << bad;
    }
}

TEST(Text, a_text_is_split_at_every_separator) {
    using Pieces = std::vector<std::string_view>;
    const std::pair<std::string_view, Pieces> table[] = {
        {"", {""}},
        {"a", {"a"}},
        {",", {"", ""}},
        {"a,b", {"a", "b"}},
        {",a,,b,", {"", "a", "", "b", ""}},
        {"a;b", {"a;b"}},
        {"a\0,b"sv, {"a\0"sv, "b"}},
    };
    for (const auto& [text, pieces] : table) EXPECT_EQ(split(text, ','), pieces) << text;
}

TEST(Text, blanks_and_tabs_are_trimmed_at_the_ends_alone) {
    const std::pair<std::string_view, std::string_view> table[] = {
        {"", ""},          {" ", ""},    {" \t \t", ""},       {"a", "a"},
        {" a", "a"},       {"a\t", "a"}, {"\t a b \t", "a b"}, {"\na\r\n", "\na\r\n"},
        {"\0 "sv, "\0"sv},
    };
    for (const auto& [text, trimmed] : table) EXPECT_EQ(trim(text), trimmed) << text;
}

}  // namespace
}  // namespace rowhouse::core
