#include "core/value.hpp"

#include <set>

#include "support.hpp"

namespace rowhouse::core {
namespace {

using namespace std::string_view_literals;
using Texts = std::vector<std::string>;

const std::string ninety_nine(99, '9');

struct Examples {
    std::string name;
    ValueType type;
    Texts good, bad;
    friend void PrintTo(const Examples& examples, std::ostream* out) { *out << examples.name; }
};

class Value : public testing::TestWithParam<Examples> {};

TEST_P(Value, is_taken_or_refused) {
    for (const auto& text : GetParam().good) EXPECT_TRUE(is_value(GetParam().type, text)) << text;
    for (const auto& text : GetParam().bad) EXPECT_FALSE(is_value(GetParam().type, text)) << text;
}

/// What no type but a text takes: blanks, other scripts' digits, zero bytes behind a good value.
TEST_P(Value, takes_nothing_around_it) {
    const auto& [name, type, good, bad] = GetParam();
    if (type == ValueType::text || type == ValueType::enumeration) return;
    for (const auto& text : good)
        for (const auto noise : {" "sv, "\t"sv, "\n"sv, "\0"sv, "\0x"sv, "x"sv, "\xc2\xa0"sv,
                                 "\xd9\xa3"sv, ";"sv, "'"sv}) {
            EXPECT_FALSE(is_value(type, text + std::string(noise))) << text << noise;
            EXPECT_FALSE(is_value(type, std::string(noise) + text)) << noise << text;
        }
}

const Texts good_texts{"",
                       " ",
                       "plain",
                       "'; drop table x; --",
                       "\x01\n\x7f",
                       "\xc3\xa4",
                       "\xf0\x9f\x98\x80",
                       "\xf4\x8f\xbf\xbf",
                       "\xed\x9f\xbf"};
const Texts bad_texts{std::string(1, '\0'),
                      std::string("a\0b", 3),
                      "\x80",
                      "\xc0\xaf",
                      "\xe0\x80\xaf",
                      "\xed\xa0\x80",
                      "\xed\xbf\xbf",
                      "\xf4\x90\x80\x80",
                      "\xff",
                      "a\xc3"};

INSTANTIATE_TEST_SUITE_P(
    Of, Value,
    testing::Values(
        Examples{"text", ValueType::text, good_texts, bad_texts},
        Examples{"enumeration", ValueType::enumeration, good_texts, bad_texts},
        Examples{"boolean",
                 ValueType::boolean,
                 {"true", "false"},
                 {"", "True", "TRUE", "t", "f", "yes", "no", "on", "off", "1", "0", "truefalse"}},
        Examples{
            "int4",
            ValueType::int4,
            {"0", "-0", "7", "-7", "007", "2147483647", "-2147483648"},
            {"", "-", "+", "+7", "--7", "7-", "1.0", "1.", ".1", "1e3", "0x1f", "1_000", "1,000",
             "2147483648", "-2147483649", "4294967296", "99999999999999999999", "NaN", "null"}},
        Examples{"int8",
                 ValueType::int8,
                 {"0", "-1", "2147483648", "9223372036854775807", "-9223372036854775808"},
                 {"", "-", "+1", "1.5", "1e3", "9223372036854775808", "-9223372036854775809",
                  "18446744073709551616", "99999999999999999999999999"}},
        Examples{"numeric",
                 ValueType::numeric,
                 {"0", "-0", "0.0", "-12.50", "100", "1e10", "1E10", "1e+10", "1.5e-10", "1e999",
                  "1e-999", "1e007", ninety_nine + "9", "-" + ninety_nine},
                 {"",
                  "-",
                  ".",
                  "+1",
                  "1.",
                  ".5",
                  "-.5",
                  "1.e5",
                  "1e",
                  "1e+",
                  "1e-",
                  "1e1000",
                  "1e5.5",
                  "1e1e1",
                  "1.2.3",
                  "--1",
                  "1-",
                  "01",
                  "-01",
                  "00",
                  "00.5",
                  "1,5",
                  "1_0",
                  "0x10",
                  "NaN",
                  "Infinity",
                  "-inf",
                  "1e+0999",
                  ninety_nine + "99",
                  "-" + ninety_nine + "9",
                  "0." + ninety_nine}},
        Examples{"date",
                 ValueType::date,
                 {"2026-01-31", "2026-04-30", "2026-12-31", "0001-01-01", "9999-12-31",
                  "2024-02-29", "2000-02-29", "2400-02-29", "1900-02-28"},
                 {"",
                  "2026",
                  "2026-01",
                  "2026-01-",
                  "2026-1-31",
                  "2026-01-1",
                  "26-01-31",
                  "02026-01-31",
                  "10000-01-01",
                  "0000-01-01",
                  "-001-01-01",
                  "2026-00-10",
                  "2026-13-10",
                  "2026-01-00",
                  "2026-01-32",
                  "2026-04-31",
                  "2026-06-31",
                  "2026-09-31",
                  "2026-11-31",
                  "2026-02-29",
                  "2026-02-30",
                  "2024-02-30",
                  "1900-02-29",
                  "2100-02-29",
                  "2026/01/31",
                  "20260131",
                  "31-01-2026",
                  "2026-01-31T",
                  "2026-01-31T00:00:00Z",
                  "today",
                  "infinity",
                  "epoch",
                  "2026-01-3a",
                  "2026-01--1"}},
        Examples{
            "timestamptz",
            ValueType::timestamptz,
            {"2026-01-31T09:00:00Z", "2026-01-31t09:00:00z", "2026-01-31T00:00:00Z",
             "2026-01-31T23:59:59Z", "2026-01-31T09:00:00.5Z", "2026-01-31T09:00:00.123456789Z",
             "2026-01-31T09:00:00+00:00", "2026-01-31T09:00:00-00:00", "2026-01-31T09:00:00+05:30",
             "2026-01-31T09:00:00.5-08:00", "2026-01-31T09:00:00+14:00", "2024-02-29T12:00:00Z",
             "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"},
            {"",
             "2026-01-31",
             "2026-01-31T09:00:00",
             "2026-01-31 09:00:00Z",
             "2026-01-31T09:00Z",
             "2026-01-31T9:00:00Z",
             "2026-01-31T24:00:00Z",
             "2026-01-31T09:60:00Z",
             "2026-01-31T09:00:60Z",
             "2026-01-31T09:00:00.Z",
             "2026-01-31T09:00:00,5Z",
             "2026-01-31T09:00:00.5",
             "2026-01-31T09:00:00ZZ",
             "2026-01-31T09:00:00Z+00:00",
             "2026-01-31T09:00:00+",
             "2026-01-31T09:00:00+0",
             "2026-01-31T09:00:00+00",
             "2026-01-31T09:00:00+0000",
             "2026-01-31T09:00:00+00:0",
             "2026-01-31T09:00:00+00:000",
             "2026-01-31T09:00:00+15:00",
             "2026-01-31T09:00:00-15:00",
             "2026-01-31T09:00:00+05:60",
             "2026-01-31T09:00:00 UTC",
             "2026-02-29T09:00:00Z",
             "2026-01-32T09:00:00Z",
             "2026-13-31T09:00:00Z",
             "0000-01-01T00:00:00Z",
             "2026-01-31T-9:00:00Z",
             "2026-01-31T09-00-00Z",
             "1769850000",
             "now",
             "infinity",
             "2026-01-31T09:00:00." + std::string(21, '1') + "Z"}},
        Examples{"uuid",
                 ValueType::uuid,
                 {"00112233-4455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-AABBCCDDEEFF",
                  "00000000-0000-0000-0000-000000000000"},
                 {"", "00112233445566778899aabbccddeeff", "{00112233-4455-6677-8899-aabbccddeeff}",
                  "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeefg"}},
        Examples{"inet",
                 ValueType::inet,
                 {"0.0.0.0",
                  "127.0.0.1",
                  "255.255.255.255",
                  "10.0.0.0/0",
                  "10.0.0.0/8",
                  "10.1.2.3/32",
                  "::",
                  "::1",
                  "2001:db8::1",
                  "2001:DB8::1",
                  "1:2:3:4:5:6:7:8",
                  "1:2:3:4:5:6:7::",
                  "::2:3:4:5:6:7:8",
                  "::ffff:192.0.2.1",
                  "::192.0.2.1",
                  "64:ff9b::192.0.2.33/96",
                  "1:2:3:4:5:6:192.0.2.1",
                  "::/0",
                  "::1/9",
                  "2001:db8::/32",
                  "::1/128"},
                 {"",
                  "1",
                  "10",
                  "10.0",
                  "10.0.0",
                  "10.0.0.0.0",
                  "10/8",
                  "256.0.0.1",
                  "1.2.3.256",
                  "1.2.3",
                  "1.2.3.",
                  ".1.2.3",
                  "1..2.3",
                  "01.2.3.4",
                  "0x1.2.3.4",
                  "1.2.3.4/",
                  "1.2.3.4/33",
                  "1.2.3.4/128",
                  "1.2.3.4/-1",
                  "1.2.3.4/+8",
                  "1.2.3.4/8/8",
                  "1.2.3.4/a",
                  "1.2.3.4/08",
                  "1.2.3.4/032",
                  "1.2.3.4//8",
                  "1.2.3.4/255.0.0.0",
                  "1.2.3.4:80",
                  "/8",
                  "/",
                  ":",
                  ":::",
                  ":1",
                  "1:",
                  "1::2::3",
                  "1:2:3:4:5:6:7",
                  "1:2:3:4:5:6:7:8:9",
                  "12345::",
                  "g::",
                  "::1/",
                  "::1/129",
                  "::1/1280",
                  "::1/064",
                  "::1/00",
                  "::1/-1",
                  "::1%eth0",
                  "fe80::1%1",
                  "[::1]",
                  "[::1]:80",
                  "::256.0.0.1",
                  "1:2:3:4:5:6:7:1.2.3.4",
                  "localhost",
                  "example.org",
                  "0x7f000001",
                  "2130706433"}}),
    name_of<Examples>);

TEST(Value, json_never_stands_in_a_path_or_query) {
    for (const auto text : {"", "{}", "1", "null", "\"x\""})
        EXPECT_FALSE(is_value(ValueType::json, text)) << text;
}

TEST(Value, every_type_is_described_in_words_of_its_own) {
    std::set<std::string_view> descriptions;
    for (const auto type :
         {ValueType::text, ValueType::boolean, ValueType::int4, ValueType::int8, ValueType::numeric,
          ValueType::date, ValueType::timestamptz, ValueType::uuid, ValueType::inet,
          ValueType::json, ValueType::enumeration}) {
        EXPECT_NE(describe(type), "a value");
        EXPECT_TRUE(descriptions.insert(describe(type)).second) << describe(type);
    }
}

}  // namespace
}  // namespace rowhouse::core
