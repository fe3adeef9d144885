#include <gtest/gtest.h>

#include <string>

#include "core/bytes.hpp"
#include "health.hpp"
#include "http/response_text.hpp"
#include "in_flight.hpp"
#include "problems.hpp"
#include "routes.hpp"

namespace rowhouse::server {
namespace {

using namespace std::chrono_literals;

TEST(InFlight, limits_each_credential_by_itself) {
    InFlight in_flight(2);
    const auto anna = InFlight::key_of("authorization: Bearer anna\r\n");
    const auto bert = InFlight::key_of("cookie: session=bert\r\n");
    EXPECT_TRUE(in_flight.enter(anna));
    EXPECT_TRUE(in_flight.enter(anna));
    EXPECT_FALSE(in_flight.enter(anna));
    EXPECT_TRUE(in_flight.enter(bert));
    in_flight.leave(anna);
    EXPECT_TRUE(in_flight.enter(anna));
}

TEST(InFlight, does_not_limit_requests_without_a_credential) {
    InFlight in_flight(1);
    const auto nobody = InFlight::key_of("accept: x\r\n");
    EXPECT_TRUE(in_flight.enter(nobody));
    EXPECT_TRUE(in_flight.enter(nobody));
}

TEST(RouteTable, finds_lane_and_limit_by_method_and_path) {
    const RouteTable table(
        {{"GET", "/contacts/:id", "fast", 0, 5s}, {"POST", "/login", "slow", 4096, 7s}});
    EXPECT_TRUE(table.find("POST", "/login?x=1").value().is_slow);
    EXPECT_EQ(table.find("POST", "/login").value().body_limit, 4096U);
    EXPECT_EQ(table.find("POST", "/login").value().timeout, 7s);
    EXPECT_FALSE(table.find("HEAD", "/contacts/7").value().is_slow);
    EXPECT_FALSE(table.find("GET", "/login"));
    EXPECT_FALSE(table.find("GET", "/contacts/7/x"));
    EXPECT_FALSE(table.find("GET", "/contacts/%zz"));
}

TEST(Trace, replaces_what_the_client_sent) {
    const core::Trace trace{"request-0001", "4bf92f3577b34da6a3ce929d0e0e4736"};
    EXPECT_EQ(with_trace("x-request-id: a\r\nhost: b\r\nx-trace-id: c\r\n", trace),
              "host: b\r\nx-request-id: request-0001\r\n"
              "x-trace-id: 4bf92f3577b34da6a3ce929d0e0e4736\r\n");
}

TEST(Failure, says_when_to_come_back_only_for_503) {
    const core::Trace trace{"request-0001", "4bf92f3577b34da6a3ce929d0e0e4736"};
    const auto busy = render_failure(queue_full, trace);
    EXPECT_EQ(busy.status, 503);
    EXPECT_NE(busy.headers.find("Retry-After: 1\r\n"), std::string::npos);
    EXPECT_NE(busy.body.find("\"code\":\"queue_full\""), std::string::npos);
    EXPECT_NE(busy.body.find("request-0001"), std::string::npos);
    EXPECT_EQ(render_failure(internal_error, trace).headers.find("Retry-After"), std::string::npos);
}

TEST(HeaderBlock, refuses_what_could_split_or_reframe_an_answer) {
    EXPECT_TRUE(http::is_header_block(""));
    EXPECT_TRUE(http::is_header_block("Content-Type: a/b\r\nSet-Cookie: c=d\r\n"));
    for (const std::string bad :
         {"Content-Type: a/b", "X: a\r\n\r\nHTTP/1.1 200 OK\r\n", "X: a\nY: b\r\n", "X: a\rb\r\n",
          "X\r\n", ": a\r\n", "X Y: a\r\n", "Content-Length: 3\r\n", "Connection: close\r\n",
          "transfer-encoding: chunked\r\n"})
        EXPECT_FALSE(http::is_header_block(bad)) << bad;
}

TEST(ResponseText, keeps_a_header_that_the_answer_sets_itself) {
    const auto text = http::render_response(
        {200, "content-security-policy: default-src 'self'\r\nCache-Control: max-age=1\r\n", "x"},
        false, false);
    EXPECT_EQ(text.find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(text.find("no-store"), std::string::npos);
    EXPECT_TRUE(text.ends_with("Content-Length: 1\r\n\r\nx"));
}

TEST(ResponseText, has_no_length_where_there_is_no_body) {
    for (const int status : {204, 304})
        EXPECT_EQ(http::render_response({status, "", "x"}, false, false).find("Content-Length"),
                  std::string::npos);
}

TEST(Readiness, is_unavailable_when_one_check_fails) {
    const auto well = render_readiness({{"database", true, "up"}});
    EXPECT_EQ(well.status, 200);
    EXPECT_EQ(well.body,
              R"({"status":"ok","checks":[{"name":"database","ok":true,"detail":"up"}]})");
    const auto ill = render_readiness({{"database", true, "up"}, {"keys", false, "none"}});
    EXPECT_EQ(ill.status, 503);
    EXPECT_NE(ill.body.find(R"("status":"unavailable")"), std::string::npos);
}

TEST(Readiness, names_the_database_when_it_is_away) {
    for (const auto kind : {Failure::Kind::unavailable, Failure::Kind::overdue}) {
        const auto checks = checks_of(Failure{kind, "no secret of mine"});
        ASSERT_EQ(checks.size(), 1U);
        EXPECT_EQ(checks[0].name, "database");
        EXPECT_EQ(checks[0].detail, "not reachable");
        EXPECT_FALSE(checks[0].is_ok);
    }
}

}  // namespace
}  // namespace rowhouse::server
