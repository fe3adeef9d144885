#include "core/target.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

using namespace std::string_view_literals;
using Segments = std::vector<std::string>;
using Query = std::vector<std::pair<std::string, std::string>>;

TEST(Target, a_path_is_split_before_it_is_decoded) {
    const std::pair<std::string_view, Segments> table[] = {
        {"/", {""}},
        {"/contacts", {"contacts"}},
        {"/contacts/", {"contacts", ""}},
        {"//", {"", ""}},
        {"//contacts", {"", "contacts"}},
        {"/a/b/c", {"a", "b", "c"}},
        {"/a%2Fb", {"a/b"}},
        {"/a%2fb/c", {"a/b", "c"}},
        {"/a%3Fb", {"a?b"}},
        {"/%25", {"%"}},
        {"/%2541", {"%41"}},
        {"/%41%62", {"Ab"}},
        {"/a+b%20c", {"a+b c"}},
        {"/%C3%A4", {"\xc3\xa4"}},
        {"/\xc3\xa4", {"\xc3\xa4"}},
        {"/\xc3%A4", {"\xc3\xa4"}},
        {"/a=b&c", {"a=b&c"}},
        // dot segments are names like others: nothing is resolved
        {"/.", {"."}},
        {"/a/../b", {"a", "..", "b"}},
        {"/%2e%2e/b", {"..", "b"}},
        {"/..%2fb", {"../b"}},
    };
    for (const auto& [target, segments] : table) {
        const auto parsed = parse_target(target);
        EXPECT_EQ(parsed.segments, segments) << target;
        EXPECT_TRUE(parsed.query.empty()) << target;
    }
}

TEST(Target, a_query_is_split_before_it_is_decoded) {
    const std::pair<std::string_view, Query> table[] = {
        {"/p?", {}},
        {"/p?&", {}},
        {"/p?&&a=1&", {{"a", "1"}}},
        {"/p?a=1", {{"a", "1"}}},
        {"/p?a=1&b=2", {{"a", "1"}, {"b", "2"}}},
        {"/p?b=2&a=1&b=3", {{"b", "2"}, {"a", "1"}, {"b", "3"}}},
        {"/p?a", {{"a", ""}}},
        {"/p?a=", {{"a", ""}}},
        {"/p?=1", {{"", "1"}}},
        {"/p?=", {{"", ""}}},
        {"/p?a=b=c", {{"a", "b=c"}}},
        {"/p?a=1?b=2", {{"a", "1?b=2"}}},
        {"/p?a=/x/", {{"a", "/x/"}}},
        {"/p?a+b=c+d", {{"a b", "c d"}}},
        {"/p?a%2Bb=c%2bd", {{"a+b", "c+d"}}},
        {"/p?a=%2541", {{"a", "%41"}}},
        {"/p?a%3Db=c%26d%3De", {{"a=b", "c&d=e"}}},
        {"/p?a=%C3%A4", {{"a", "\xc3\xa4"}}},
        {"/p?a=%0D%0A", {{"a", "\r\n"}}},
    };
    for (const auto& [target, query] : table) {
        const auto parsed = parse_target(target);
        EXPECT_EQ(parsed.query, query) << target;
        EXPECT_EQ(parsed.segments, Segments{"p"}) << target;
    }
}

TEST(Target, what_is_malformed_is_refused_in_path_and_query) {
    for (const auto part : {
             "%"sv,
             "%4"sv,
             "%%41"sv,
             "%4g"sv,
             "%g4"sv,
             "%+1"sv,
             "% 1"sv,
             "%0x"sv,
             "%-1"sv,
             "a%"sv,
             "a%4"sv,
             "%u0041"sv,
             "%4%31"sv,
             "%\0\0"sv,
             // not storable
             "%00"sv,
             "a%00b"sv,
             "\0"sv,
             "%ff"sv,
             "\xff"sv,
             "%80"sv,
             "%C0%AF"sv,
             "%c0%80"sv,
             "%ED%A0%80"sv,
             "%F4%90%80%80"sv,
             "%C3"sv,
             "%C3/%A4"sv,
             "\xc3"sv,
         })
        for (const auto before : {"/", "/a/", "/p?", "/p?a=", "/p?a=1&"}) {
            const auto target = std::string(before).append(part);
            SCOPED_TRACE(target);
            expect_error(400, "malformed_request", [&] { (void)parse_target(target); });
        }
}

TEST(Target, a_sequence_is_not_continued_across_parts) {
    for (const auto target : {"/p?a=%C3&%A4", "/p?%C3=%A4", "/%C3?%A4"})
        expect_error(400, "malformed_request", [&] { (void)parse_target(target); });
}

TEST(Target, only_the_origin_form_is_taken) {
    for (const auto target : {"", "*", "contacts", "?a=1", " /", "http://rowhouse.test/",
                              "rowhouse.test:443", "%2F", "\\"})
        expect_error(400, "malformed_request", [&] { (void)parse_target(target); });
}

}  // namespace
}  // namespace rowhouse::core
