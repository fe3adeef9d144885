#include "mutator.hpp"

#include <map>

namespace rowhouse::test {
namespace {

const std::vector<Json> odd_values{nullptr,
                                   true,
                                   false,
                                   0,
                                   -0.0,
                                   -1,
                                   2147483647,
                                   2147483648,
                                   -2147483649,
                                   9223372036854775807,
                                   18446744073709551615U,
                                   1.5,
                                   1e300,
                                   5e-324,
                                   "",
                                   " ",
                                   "null",
                                   "NULL",
                                   "{}",
                                   "{NULL}",
                                   "true",
                                   "t",
                                   "1",
                                   "-0",
                                   "+1",
                                   "1e400",
                                   "1e131072",
                                   "1e-16384",
                                   "1e999",
                                   "-1e-999",
                                   "NaN",
                                   "Infinity",
                                   "-infinity",
                                   "0x10",
                                   "1_000",
                                   "2026-01-31",
                                   "2026-02-30",
                                   "0001-01-01",
                                   "9999-12-31",
                                   "10000-01-01",
                                   "0001-01-01 BC",
                                   "today",
                                   "epoch",
                                   "infinity",
                                   "2026-01-31T23:59:59.999999999999Z",
                                   "9999-12-31T23:59:59.9999999Z",
                                   "0001-01-01T00:00:00+14:59",
                                   "9999-12-31T23:59:59-14:59",
                                   "2026-01-31T09:00:00.00000000000000000z",
                                   "2026-01-31T09:00:60Z",
                                   "01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3",
                                   "{01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3}",
                                   "192.0.2.1/32",
                                   "192.0.2.1/033",
                                   "::/0",
                                   "::1/128",
                                   "::ffff:192.0.2.1/96",
                                   "1::2::3",
                                   "fe80::1%eth0",
                                   "192.0.2.1/ 8",
                                   "glad",
                                   "Glad",
                                   "so-so",
                                   "AB",
                                   "AB\n",
                                   "ab",
                                   "a\nb",
                                   "a\\b",
                                   "a\"b",
                                   "'; drop table x; --",
                                   "%s%n",
                                   "$1",
                                   "ü\u2028€😀",
                                   "\u200f",
                                   "\ufffd",
                                   "\x7f",
                                   "\x01",
                                   Json::array(),
                                   Json::object(),
                                   Json::array({nullptr}),
                                   Json::array({"a", 1}),
                                   Json::array({Json::array({"a"})}),
                                   Json::object({{"a", nullptr}}),
                                   Json::object({{"x", "y"}, {"y", {{"z", 1}}}}),
                                   Json::object({{"", ""}})};

const std::map<std::string, std::vector<Json>> good_values{
    {"text",
     {"Ana", "ünï", "", "+5511987650001", "fuzz@tap.example", "a-b", "the password of fuzz"}},
    {"bool", {true, false}},
    {"int4", {0, -1, 2147483647}},
    {"int8", {0, 9223372036854775807}},
    {"numeric", {0, 1.5, -2, 12345678901234567890U}},
    {"date", {"2026-01-31", "2024-02-29", "0001-01-01"}},
    {"timestamptz", {"2026-01-31T09:00:00Z", "2026-01-31T09:00:00.5+03:00"}},
    {"uuid", {"01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3"}},
    {"inet", {"192.0.2.1", "2001:db8::/32"}},
    {"jsonb", {nullptr, 1, "x", Json::array({1, nullptr}), Json::object({{"a", 1}})}},
    {"fuzz_mood", {"glad", "sad"}},
    {"fuzz_code", {"AB"}}};

std::string nested(std::size_t depth, char open) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open == '[' ? "[" : "{\"a\":";
    return text;
}

}  // namespace

const std::vector<std::string> body_words{"\\u0000",
                                          "\\ud800",
                                          "\\udc00\\ud800",
                                          "\\u00",
                                          "\\",
                                          "\"",
                                          "{",
                                          "}",
                                          "[",
                                          "]",
                                          ",",
                                          ":",
                                          "\"a\":1,",
                                          "null",
                                          "1e400",
                                          "1e131072",
                                          "1e999999999",
                                          "-1e-16384",
                                          "-",
                                          "0",
                                          std::string(200, '9'),
                                          std::string("\0", 1),
                                          "\xff",
                                          "\xed\xa0\x80",
                                          "\xc0\x80",
                                          "\xf4\x90\x80\x80",
                                          "\xef\xbb\xbf",
                                          "\t",
                                          "\n",
                                          "/*",
                                          "'",
                                          nested(100, '['),
                                          nested(9000, '['),
                                          nested(100, '{'),
                                          nested(9000, '{'),
                                          "\"id\":\"x\"",
                                          "\"_given\":[]",
                                          "\"_limit\":1",
                                          "\"w__x\":1",
                                          "\"w\":{\"x\":\"\"},"};
const std::vector<std::string> target_words{"%00",
                                            "%ff",
                                            "%C3%BC",
                                            "%c0%af",
                                            "%ed%a0%80",
                                            "%",
                                            "%2",
                                            "%zz",
                                            "%2f",
                                            "%2e%2e",
                                            "/",
                                            "//",
                                            "/..",
                                            "?",
                                            "&",
                                            "=",
                                            "+",
                                            ";",
                                            "'",
                                            "\"",
                                            "\\",
                                            "{}",
                                            "~",
                                            "%25",
                                            "%0a",
                                            "%0d%0a",
                                            "&limit=1",
                                            "&limit=0",
                                            "&limit=99999999999",
                                            "&cursor=",
                                            "&cursor=Cg",
                                            "&a=",
                                            "&m=1&m=2",
                                            "&id=1",
                                            "&_limit=1",
                                            "&_after_id=1",
                                            "&c=2147483648",
                                            "&e=1e999"};
const std::vector<std::string> header_words{",",
                                            ";",
                                            "=",
                                            ":",
                                            "\"",
                                            "*",
                                            "W/",
                                            "\t",
                                            " ",
                                            "\xff",
                                            "\xc3\xbc",
                                            "Bearer ",
                                            ".",
                                            "..",
                                            "%00",
                                            "\r\ncookie: rh_refresh=",
                                            "\r\nauthorization: Bearer x",
                                            "\r\nhost: y",
                                            "\r\nx-request-id: ",
                                            "null",
                                            std::string(4000, 'a')};

Json Mutator::odd_value() {
    return pick(odd_values);
}

Json Mutator::good_value(const std::string& type) {
    if (type.starts_with('_')) {
        auto list = Json::array();
        for (auto count = below(4); count > 0; --count) list.push_back(good_value(type.substr(1)));
        return list;
    }
    const auto known = good_values.find(type);
    return known == good_values.end() ? odd_value() : pick(known->second);
}

void Mutator::spoil(std::string& text, const std::vector<std::string>& words) {
    const auto at = below(text.size() + 1);
    const auto size = std::min(text.size() - at, below(8));
    switch (below(6)) {
        case 0: text.erase(at, size); break;
        case 1: text.insert(at, text.substr(below(text.size() + 1), below(16))); break;
        case 2: text.resize(at); break;
        case 3:
            if (at < text.size()) text[at] = static_cast<char>(random_());
            break;
        case 4: text.replace(at, size, pick(words)); break;
        default: text.insert(at, pick(words));
    }
}

void Mutator::spoil(Json& object) {
    static const std::vector<std::string> names{"",       "id", "_given",   "_limit", "limit",
                                                "cursor", "w",  "w__x",     "a/b~c",  "__",
                                                "name",   "ü",  "tenant_id"};
    if (object.empty() || chance(15)) {
        object[pick(names)] = odd_value();
        return;
    }
    auto member = object.begin();
    std::advance(member, static_cast<std::ptrdiff_t>(below(object.size())));
    if (member->is_object() && !member->empty() && chance(60)) return spoil(*member);
    if (member->is_array() && chance(60))
        member->push_back(odd_value());
    else if (chance(15))
        object.erase(member.key());
    else
        *member = odd_value();
}

}  // namespace rowhouse::test
