#include "core/trace.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

using namespace std::string_view_literals;

// W3C Trace Context §3.2.2.3 and §3.2.2.4
constexpr std::string_view w3c_trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr std::string_view own_trace_id = "0af7651916cd43dd8448eb211c80319c";

std::string resolved_trace_id(std::string_view traceparent) {
    return resolve_trace("request-0001", own_trace_id, traceparent).trace_id;
}

TEST(Trace, request_ids_are_short_and_plain) {
    for (const auto& text :
         {std::string("12345678"), std::string("Az09._-x"),
          std::string("00112233-4455-6677-8899-aabbccddeeff"), std::string(64, 'x')})
        EXPECT_TRUE(is_request_id(text)) << text;
    for (const auto text : {""sv, "1234567"sv, "1234567 "sv, "1234567\n"sv, "12345678\0"sv,
                            "1234567/"sv, "1234567\""sv, "1234567:"sv, "1234567@"sv, "1234567`"sv,
                            "1234567{"sv, "1234567["sv, "123456\xc3\xa4"sv})
        EXPECT_FALSE(is_request_id(text)) << text;
    EXPECT_FALSE(is_request_id(std::string(65, 'x')));
}

TEST(Trace, trace_ids_are_32_lower_case_digits_and_not_all_zero) {
    for (const auto text : {"4bf92f3577b34da6a3ce929d0e0e4736", "00000000000000000000000000000001",
                            "10000000000000000000000000000000", "ffffffffffffffffffffffffffffffff"})
        EXPECT_TRUE(is_trace_id(text)) << text;
    for (const auto text : {"", "00000000000000000000000000000000",
                            "4BF92F3577B34DA6A3CE929D0E0E4736", "4bf92f3577b34da6a3ce929d0e0e473",
                            "4bf92f3577b34da6a3ce929d0e0e47360", "4bf92f3577b34da6a3ce929d0e0e473g",
                            "4bf92f3577b34da6a3ce929d0e0e473 ", "4bf92f35-77b34da6a3ce929d0e0e473",
                            "4bf92f3577b34da6a3ce929d0e0e473:", "4bf92f3577b34da6a3ce929d0e0e473/",
                            "4bf92f3577b34da6a3ce929d0e0e473`"})
        EXPECT_FALSE(is_trace_id(text)) << text;
}

TEST(Trace, a_traceparent_wins) {
    for (const auto traceparent : {
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000001-01",
             // later versions, with and without what they may append
             "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
             "fe-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what.the/future",
         })
        EXPECT_EQ(resolved_trace_id(traceparent), w3c_trace_id) << traceparent;
}

TEST(Trace, a_malformed_traceparent_is_passed_over) {
    for (const auto traceparent : {
             "",
             "00",
             "-",
             "00-4bf92f3577b34da6a3ce929d0e0e4736",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
             "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
             "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.x",
             "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "CC-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
             "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0G",
             "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
             "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
             "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
             " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
         })
        EXPECT_EQ(resolved_trace_id(traceparent), own_trace_id) << traceparent;
}

TEST(Trace, good_ids_are_kept) {
    const auto trace = resolve_trace("request-0001", own_trace_id, "");
    EXPECT_EQ(trace.request_id, "request-0001");
    EXPECT_EQ(trace.trace_id, own_trace_id);
}

TEST(Trace, what_is_missing_or_malformed_is_made_anew) {
    for (const auto bad : {"", "short", "evil\r\nheader: x", "00000000000000000000000000000000 "}) {
        const auto first = resolve_trace(bad, bad, bad);
        const auto second = resolve_trace(bad, bad, bad);
        EXPECT_TRUE(is_request_id(first.request_id)) << first.request_id;
        EXPECT_TRUE(is_trace_id(first.trace_id)) << first.trace_id;
        EXPECT_NE(first.request_id, second.request_id);
        EXPECT_NE(first.trace_id, second.trace_id);
        EXPECT_NE(first.request_id, first.trace_id);
    }
}

}  // namespace
}  // namespace rowhouse::core
