#include "core/cursor.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

using namespace std::string_view_literals;
using Keys = std::vector<std::string>;

TEST(Cursor, it_is_the_base64url_of_lines) {
    EXPECT_EQ(render_cursor({"a", "b"}), "YQpiCg");
}

TEST(Cursor, keys_survive_the_round_trip) {
    for (const auto& keys :
         {Keys{"a"}, Keys{""}, Keys{"", ""}, Keys{"", "a", ""}, Keys{"a b", "\t", "c\r"},
          Keys{"2026-01-31T09:00:00Z", "00112233-4455-6677-8899-aabbccddeeff"},
          Keys{"\xc3\xa4", "\xf0\x9f\x98\x80"}, Keys{std::string(5000, 'x')}})
        EXPECT_EQ(parse_cursor(render_cursor(keys)), keys);
}

TEST(Cursor, a_newline_in_a_key_is_refused) {
    for (const auto key : {"\n", "a\n", "\nb", "a\nb"})
        expect_error(500, "internal_error", [&] { (void)render_cursor({"first", key}); });
}

TEST(Cursor, no_keys_make_no_cursor) {
    EXPECT_EQ(render_cursor({}), "");
    EXPECT_FALSE(parse_cursor(""));
}

TEST(Cursor, garbage_is_refused) {
    for (const auto cursor : {"!"sv, "YQpiCg="sv, "YQpiCh"sv, "YQpiC"sv, " YQpiCg"sv, "YQpiCg\n"sv,
                              "YQpiCg\0"sv, "undefined"sv})
        EXPECT_FALSE(parse_cursor(cursor)) << cursor;
    for (const auto content : {"a"sv, "a\nb"sv, "\xff\n"sv, "\xc0\xaf\n"sv, "a\0b\n"sv, "\0\n"sv})
        EXPECT_FALSE(parse_cursor(to_base64url(as_bytes(content)))) << content;
}

}  // namespace
}  // namespace rowhouse::core
