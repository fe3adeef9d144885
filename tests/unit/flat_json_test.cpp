#include "core/flat_json.hpp"

#include <limits>

#include "support.hpp"

namespace rowhouse::core {
namespace {

using namespace std::string_view_literals;

constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
constexpr auto highest = std::numeric_limits<std::int64_t>::max();

FlatObject number(std::int64_t value) {
    return {{"n", value}};
}

FlatObject text(std::string value) {
    return {{"s", std::move(value)}};
}

TEST(FlatJson, objects_of_strings_and_integers_are_read) {
    const std::pair<std::string_view, FlatObject> table[] = {
        {"{}", {}},
        {" \t\r\n{ \t\r\n} \t\r\n", {}},
        {R"({"n":1,"s":"x"})", {{"n", 1}, {"s", "x"}}},
        {" { \"n\" : 1 , \"s\" : \"x\" } ", {{"n", 1}, {"s", "x"}}},
        {R"({"a":1,"A":2,"":3})", {{"a", 1}, {"A", 2}, {"", 3}}},
        {R"({"n":0})", number(0)},
        {R"({"n":-0})", number(0)},
        {R"({"n":-17})", number(-17)},
        {R"({"n":100})", number(100)},
        {R"({"n":9223372036854775807})", number(highest)},
        {R"({"n":-9223372036854775808})", number(lowest)},
        {R"({"s":""})", text("")},
        {R"({"s":"1"})", text("1")},
        {R"({"s":"{}[]:,"})", text("{}[]:,")},
        {R"({"s":"\"\\\/\b\f\n\r\t"})", text("\"\\/\b\f\n\r\t")},
        {R"({"\"s\"":"x"})", {{"\"s\"", "x"}}},
        {"{\"s\":\"\xc3\xa4 \xf0\x9f\x98\x80 \x7f\"}", text("\xc3\xa4 \xf0\x9f\x98\x80 \x7f")},
    };
    for (const auto& [json, object] : table) EXPECT_EQ(parse_flat_json(json), object) << json;
}

TEST(FlatJson, all_else_is_refused) {
    for (const auto json : {
             ""sv,
             " "sv,
             "{"sv,
             "}"sv,
             "null"sv,
             "1"sv,
             "\"s\""sv,
             "[]"sv,
             "{}{}"sv,
             "{} x"sv,
             "{},"sv,
             "{}\0"sv,
             "\0{}"sv,
             "\xef\xbb\xbf{}"sv,
             // members
             R"({"a"})"sv,
             R"({"a":})"sv,
             R"({"a":1)"sv,
             R"({"a":1,})"sv,
             R"({,"a":1})"sv,
             R"({"a":1,,"b":2})"sv,
             R"({"a":1 "b":2})"sv,
             R"({"a" 1})"sv,
             R"({a:1})"sv,
             R"({'a':1})"sv,
             R"({1:1})"sv,
             R"({"a":1;"b":2})"sv,
             R"({"a":1}})"sv,
             R"({"a"::1})"sv,
             // a member that stands twice
             R"({"a":1,"a":1})"sv,
             R"({"a":1,"a":"x"})"sv,
             R"({"a":"x","b":1,"a":"y"})"sv,
             // values that are neither string nor integer
             R"({"a":{}})"sv,
             R"({"a":[]})"sv,
             R"({"a":["x"]})"sv,
             R"({"a":null})"sv,
             R"({"a":true})"sv,
             R"({"a":false})"sv,
             R"({"a":1.0})"sv,
             R"({"a":1.})"sv,
             R"({"a":.5})"sv,
             R"({"a":1e3})"sv,
             R"({"a":1E3})"sv,
             R"({"a":+1})"sv,
             R"({"a":-})"sv,
             R"({"a":- 1})"sv,
             R"({"a":--1})"sv,
             R"({"a":0x10})"sv,
             R"({"a":01})"sv,
             R"({"a":-01})"sv,
             R"({"a":00})"sv,
             R"({"a":1 2})"sv,
             R"({"a":NaN})"sv,
             R"({"a":9223372036854775808})"sv,
             R"({"a":-9223372036854775809})"sv,
             R"({"a":99999999999999999999})"sv,
             // strings
             R"({"a":"})"sv,
             R"({"a":"x)"sv,
             R"({"a":"\)"sv,
             R"({"a":"\"})"sv,
             R"({"a":"\u0041"})"sv,
             R"({"a":"\x"})"sv,
             R"({"a":"\0"})"sv,
             "{\"a\":\"\n\"}"sv,
             "{\"a\":\"\t\"}"sv,
             "{\"a\":\"\x1f\"}"sv,
             "{\"a\":\"\0\"}"sv,
             "{\"a\":\"\xff\"}"sv,
             "{\"a\":\"\xed\xa0\x80\"}"sv,
             "{\"\xc0\xaf\":1}"sv,
         })
        EXPECT_FALSE(parse_flat_json(json)) << json;
}

TEST(FlatJson, every_proper_prefix_of_an_object_is_refused) {
    constexpr std::string_view json = R"({"n":-12,"s":"x\ny"})";
    ASSERT_TRUE(parse_flat_json(json));
    for (std::size_t size = 0; size < json.size(); ++size)
        EXPECT_FALSE(parse_flat_json(json.substr(0, size))) << json.substr(0, size);
}

}  // namespace
}  // namespace rowhouse::core
