// One row per form of request: what is taken and what is refused, with which status.
#include <gtest/gtest.h>

#include <chrono>

#include "cases.hpp"
#include "client.hpp"
#include "echo_server.hpp"

namespace rowhouse::server::test {
namespace {

class Conformance : public testing::TestWithParam<Case> {
protected:
    static void SetUpTestSuite() { server = new EchoServer; }
    static void TearDownTestSuite() {
        delete server;
        server = nullptr;
    }
    static EchoServer* server;
};

EchoServer* Conformance::server = nullptr;

TEST_P(Conformance, answers_with_the_right_status) {
    const auto handled = server->handled();
    Client client(server->port());
    client.send(GetParam().bytes);
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, GetParam().status);
    if (reply->status == 200) return;
    EXPECT_EQ(server->handled(), handled) << "a refused request reached the application";
    EXPECT_TRUE(reply->has_line("Connection: close"));
    client.shut_down();
    EXPECT_TRUE(client.is_closed_within(std::chrono::seconds(2)));
}

/// What stands behind a request is a request of its own, or nothing at all.
TEST_P(Conformance, leaves_no_doubt_where_the_next_request_begins) {
    const auto handled = server->handled();
    Client client(server->port());
    client.send(GetParam().bytes + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, GetParam().status);
    client.shut_down();
    const auto next = client.read_reply();
    const bool is_last = reply->has_line("Connection: close");
    EXPECT_EQ(next.has_value(), !is_last);
    EXPECT_TRUE(is_last || next->body.starts_with("GET /smuggled\nhost: a\r\n"));
    EXPECT_EQ(server->handled() - handled, reply->status != 200 ? 0U : is_last ? 1U : 2U);
}

INSTANTIATE_TEST_SUITE_P(Requests, Conformance, testing::ValuesIn(all_cases()),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace rowhouse::server::test
