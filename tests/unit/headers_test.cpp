#include "core/headers.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

using namespace std::string_view_literals;

TEST(Headers, a_header_is_found_by_its_whole_name) {
    const Headers headers(
        "host: rowhouse.test\r\n"
        "x-request-id: first\r\n"
        "x-request: short\r\n"
        "x-trace: \t padded \t\r\n"
        "empty:\r\n"
        "tight:value\r\n"
        "time: 09:00:00\r\n"
        "twice: 1\r\n"
        "twice: 2\r\n");
    const std::pair<std::string_view, std::string_view> table[] = {
        {"host", "rowhouse.test"},
        {"x-request-id", "first"},
        {"x-request", "short"},
        {"x-trace", "padded"},
        {"empty", ""},
        {"tight", "value"},
        {"time", "09:00:00"},
        {"twice", "1"},
        {"hos", ""},
        {"hosts", ""},
        {"ost", ""},
        {"x-request-i", ""},
        {"x-request-id-2", ""},
        {"Host", ""},
        {"rowhouse.test", ""},
        {"absent", ""},
        {"", ""},
    };
    for (const auto& [name, value] : table) EXPECT_EQ(headers.find(name), value) << name;
}

TEST(Headers, nothing_is_found_where_nothing_is) {
    EXPECT_EQ(Headers().find("host"), "");
    EXPECT_EQ(Headers("").find("host"), "");
    EXPECT_EQ(Headers("\r\n\r\n").find("host"), "");
    EXPECT_EQ(Headers("host").find("host"), "");
    EXPECT_EQ(Headers("host rowhouse.test\r\n").find("host"), "");
    EXPECT_EQ(Headers("host : rowhouse.test\r\n").find("host"), "");
}

TEST(Headers, a_last_line_without_its_end_is_read) {
    EXPECT_EQ(Headers("a: 1\r\nb: 2").find("b"), "2");
}

TEST(Headers, only_crlf_begins_a_header) {
    for (const auto block : {"a: 1\nadmin: yes\r\n", "a: 1\radmin: yes\r\n", "a: 1 admin: yes\r\n",
                             "a: 1\r\n admin: yes\r\n", "a: 1\r\n\tadmin: yes\r\n"})
        EXPECT_EQ(Headers(block).find("admin"), "") << block;
}

TEST(Headers, a_folded_line_is_not_joined) {
    EXPECT_EQ(Headers("a: 1\r\n 2\r\nb: 3\r\n").find("a"), "1");
    EXPECT_EQ(Headers("a: 1\r\n 2\r\nb: 3\r\n").find("b"), "3");
}

TEST(Headers, a_cookie_is_found_by_its_whole_name) {
    const Headers headers(
        "x-cookie: sid=forged\r\ncookie: sid2=b; sid=a; si=c;tight=d;  wide = e;eq=f=g; "
        "quoted=\"h\"; empty=; Sid=i; bare\r\n");
    const std::pair<std::string_view, std::optional<std::string_view>> table[] = {
        {"sid", "a"},  {"sid2", "b"}, {"si", "c"},         {"tight", "d"}, {"wide", {}},
        {"eq", "f=g"}, {"empty", ""}, {"quoted", "\"h\""}, {"Sid", "i"},   {"bare", {}},
        {"s", {}},     {"sid3", {}},  {"forged", {}},      {"f", {}},      {"id", {}},
    };
    for (const auto& [name, value] : table) EXPECT_EQ(headers.cookie(name), value) << name;
}

TEST(Headers, a_cookie_that_stands_twice_is_not_trusted) {
    for (const auto block :
         {"cookie: sid=a; sid=b\r\n", "cookie: sid=a; sid=a\r\n", "cookie: sid=a;x=1;sid=\r\n",
          "cookie: sid=a\r\ncookie: sid=b\r\n", "cookie: x=1; sid=a\r\nhost: h\r\ncookie: sid=b"})
        EXPECT_FALSE(Headers(block).cookie("sid")) << block;
}

TEST(Headers, a_cookie_is_found_in_any_cookie_header) {
    const Headers headers("cookie:\r\ncookie: a=1\r\ncookie: b=2; c=3\r\n");
    EXPECT_EQ(headers.cookie("a"), "1");
    EXPECT_EQ(headers.cookie("b"), "2");
    EXPECT_EQ(headers.cookie("c"), "3");
}

TEST(Headers, no_cookie_header_holds_no_cookie) {
    for (const auto block : {"", "cookie:\r\n", "cookie: ;;\r\n", "set-cookie: sid=a\r\n",
                             "cookies: sid=a\r\n", "cookie: sid\r\n", "host: sid=a\r\n"})
        EXPECT_FALSE(Headers(block).cookie("sid")) << block;
}

TEST(Headers, a_value_holds_printable_ascii_and_blanks) {
    for (const auto value : {"", " ", "!~", "a b", "text/html; q=0.5, \"x\""})
        EXPECT_TRUE(is_header_value(value)) << value;
    for (const auto value : {"\r"sv, "\n"sv, "a\r\nb: c"sv, "a\0"sv, "\t"sv, "\x1f"sv, "\x7f"sv,
                             "\x80"sv, "\xc3\xa4"sv, "\xff"sv})
        EXPECT_FALSE(is_header_value(value)) << value;
}

TEST(Headers, a_set_cookie_is_always_http_only_and_same_site) {
    EXPECT_EQ(render_cookie("sid", "x", "/auth", -1, false),
              "sid=x; Path=/auth; HttpOnly; SameSite=Strict");
    EXPECT_EQ(render_cookie("sid", "x", "/", 900, true),
              "sid=x; Path=/; Max-Age=900; HttpOnly; SameSite=Strict; Secure");
    EXPECT_EQ(render_cookie("sid", "", "/", 0, true),
              "sid=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure");
}

TEST(Headers, a_cookie_value_cannot_begin_an_attribute) {
    for (const auto value : {"", "abc", "A-Z_0.9~", "a=b"}) EXPECT_TRUE(is_cookie_value(value));
    for (const auto value : {"a;b", "a b", "a,b", "\"a\"", "a\\b", "a\r\nb", "\xc3\xa9"})
        EXPECT_FALSE(is_cookie_value(value)) << value;
}

}  // namespace
}  // namespace rowhouse::core
