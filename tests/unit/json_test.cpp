#include "core/json.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

using namespace std::string_view_literals;

TEST(Json, strings_are_escaped_where_rfc_8259_wants_it_and_nowhere_else) {
    const std::pair<std::string_view, std::string_view> table[] = {
        {"", R"("")"},
        {"plain", R"("plain")"},
        {"a\"b", R"("a\"b")"},
        {"a\\b", R"("a\\b")"},
        {"a/b", R"("a/b")"},
        {"\n\r\t", R"("\n\r\t")"},
        {"\0\x01\x08\x0b\x0c\x1f"sv, R"("\u0000\u0001\b\u000b\f\u001f")"},
        {"\x20\x7e\x7f", "\" ~\x7f\""},
        {"\n\nmany\"\"", R"("\n\nmany\"\"")"},
        {"\xc3\xa4\xf0\x9f\x98\x80", "\"\xc3\xa4\xf0\x9f\x98\x80\""},
        {"\",\"admin\":\"yes", R"("\",\"admin\":\"yes")"},
        {"\\\"", R"("\\\"")"},
    };
    for (const auto& [text, expected] : table) {
        std::string json = "[";
        append_json_string(json, text);
        EXPECT_EQ(json.substr(1), expected);
        EXPECT_EQ(json.front(), '[');
    }
}

TEST(Json, members_are_separated_by_commas) {
    std::string json = "{";
    append_json_member(json, "a", "1");
    append_json_member(json, "b\"", "{");
    append_json_member(json, "c", "[");
    append_json_member(json, "", "");
    EXPECT_EQ(json, R"({"a":"1","b\"":"{","c":"[","":"")");
}

TEST(Json, nothing_and_an_opening_bracket_want_no_comma) {
    for (const auto start : {"", "{", "[", "[{"}) {
        std::string json = start;
        append_json_member(json, "a", "1");
        EXPECT_EQ(json, std::string(start) + R"("a":"1")");
    }
    std::string json = "[{}";
    append_json_member(json, "a", "1");
    EXPECT_EQ(json, R"([{},"a":"1")");
}

TEST(Json, members_are_counted_wherever_they_stand_and_nothing_else) {
    struct Case {
        const char* json;
        std::size_t count;
    };
    for (const auto& [json, count] :
         {Case{"{}", 0}, Case{"[1,2]", 0}, Case{R"("a:b")", 0}, Case{R"({"a":1})", 1},
          Case{R"({"a":1,"a":2})", 2}, Case{R"({"a":{"b":[{"c":1}]}})", 3},
          Case{R"({"a:b":"c:d"})", 1}, Case{R"({"a\":":1})", 1}, Case{R"({"a\\":"\\:"})", 1}})
        EXPECT_EQ(count_json_members(json), count) << json;
}

}  // namespace
}  // namespace rowhouse::core
