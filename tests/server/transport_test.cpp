#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "client.hpp"
#include "echo_server.hpp"

namespace rowhouse::server::test {
namespace {

using namespace std::chrono_literals;

std::string post(const std::string& body) {
    return "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

constexpr std::string_view chunked_post =
    "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";

TEST(Transport, hands_on_method_target_headers_and_body) {
    EchoServer echo;
    Client client(echo.port());
    client.send(
        "PUT /x?y HTTP/1.1\r\nHost: a\r\nX-Mixed-Case:  v \r\nConnection: keep-alive\r\n"
        "Content-Length: 2\r\n\r\nok");
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, "PUT /x?y\nhost: a\r\nx-mixed-case: v\r\ncontent-length: 2\r\n\nok");
}

TEST(Transport, adds_what_every_answer_has) {
    EchoServer echo;
    Client client(echo.port());
    client.send(get("/"));
    client.send("nonsense\r\n\r\n");
    for (const int status : {200, 400}) {
        const auto reply = client.read_reply();
        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->status, status);
        EXPECT_TRUE(reply->has_line("X-Content-Type-Options: nosniff"));
        EXPECT_TRUE(reply->has_line("Cache-Control: no-store"));
        EXPECT_NE(reply->head.find("\r\nDate: "), std::string::npos);
        EXPECT_NE(reply->head.find("\r\nStrict-Transport-Security: "), std::string::npos);
    }
}

TEST(Transport, reads_requests_byte_by_byte) {
    EchoServer echo;
    Client client(echo.port());
    client.send_slowly(post("split body"));
    client.send_slowly(chunked_post);
    client.send_slowly(get("/last"));
    EXPECT_TRUE(client.read_reply().value().body.ends_with("\nsplit body"));
    EXPECT_TRUE(client.read_reply().value().body.ends_with("\nhello world"));
    EXPECT_TRUE(client.read_reply().value().body.starts_with("GET /last\n"));
}

TEST(Transport, reads_a_chunked_body_split_anywhere) {
    EchoServer echo;
    Client client(echo.port());
    for (std::size_t cut = 1; cut < chunked_post.size(); ++cut) {
        client.send(chunked_post.substr(0, cut));
        std::this_thread::sleep_for(500us);
        client.send(chunked_post.substr(cut));
        const auto reply = client.read_reply();
        ASSERT_TRUE(reply) << "cut at " << cut;
        ASSERT_TRUE(reply->body.ends_with("\nhello world")) << "cut at " << cut;
    }
}

TEST(Transport, answers_pipelined_requests_in_their_order) {
    EchoServer echo;
    Client client(echo.port());
    std::string bytes;
    constexpr int count = 60;  // more than may wait at once
    for (int i = 0; i < count; ++i)
        bytes += i % 7 == 0 ? get("/wait/" + std::to_string(i % 5) + "?" + std::to_string(i))
                            : get("/?" + std::to_string(i));
    client.send(bytes);
    for (int i = 0; i < count; ++i) {
        const auto reply = client.read_reply();
        ASSERT_TRUE(reply);
        const auto line = reply->body.substr(0, reply->body.find('\n'));
        EXPECT_TRUE(line.ends_with("?" + std::to_string(i))) << line;
    }
}

TEST(Transport, stops_reading_while_answers_are_owed) {
    http::Options options;
    options.pipeline_limit = 4;
    EchoServer echo(options);
    Client client(echo.port());
    std::string bytes = get("/wait/300");
    for (int i = 0; i < 40; ++i) bytes += get("/");
    client.send(bytes);
    std::this_thread::sleep_for(150ms);
    EXPECT_LE(echo.handled(), 3U) << "more requests were taken than may wait";
    for (int i = 0; i < 41; ++i) ASSERT_TRUE(client.read_reply());
}

TEST(Transport, answers_head_without_a_body) {
    EchoServer echo;
    Client client(echo.port());
    client.send("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n" + get("/after"));
    const auto head = client.read_reply(false);
    ASSERT_TRUE(head);
    EXPECT_TRUE(head->has_line("Content-Length: 18")) << head->head;
    EXPECT_TRUE(client.read_reply().value().body.starts_with("GET /after\n"));
}

TEST(Transport, says_continue_before_a_body_that_waits_for_it) {
    EchoServer echo;
    Client client(echo.port());
    client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_reply(false).value().status, 100);
    client.send("body");
    EXPECT_TRUE(client.read_reply().value().body.ends_with("\nbody"));
}

TEST(Transport, does_not_let_continue_overtake_an_answer) {
    EchoServer echo;
    Client client(echo.port());
    client.send(get("/wait/100") +
                "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                "Expect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_reply().value().status, 200);
    EXPECT_EQ(client.read_reply(false).value().status, 100);
    client.send("body");
    EXPECT_TRUE(client.read_reply().value().body.ends_with("\nbody"));
}

TEST(Transport, closes_when_the_client_asks_for_it) {
    EchoServer echo;
    for (const auto& request :
         {get("/", "Connection: close\r\n"), get("/", "Connection: x, Close\r\n"),
          std::string("GET / HTTP/1.0\r\nHost: a\r\n\r\n")}) {
        Client client(echo.port());
        client.send(request + get("/never"));
        const auto reply = client.read_reply();
        ASSERT_TRUE(reply);
        EXPECT_TRUE(reply->has_line("Connection: close"));
        EXPECT_TRUE(client.is_closed_within(2s));
    }
    EXPECT_EQ(echo.handled(), 3U);
}

TEST(Transport, keeps_the_connection_otherwise) {
    EchoServer echo;
    Client client(echo.port());
    for (int i = 0; i < 3; ++i) {
        client.send(get("/"));
        const auto reply = client.read_reply();
        ASSERT_TRUE(reply);
        EXPECT_FALSE(reply->has_line("Connection: close"));
    }
}

TEST(Transport, answers_a_client_that_has_shut_its_side) {
    EchoServer echo;
    Client client(echo.port());
    client.send(get("/wait/50") + get("/second"));
    client.shut_down();
    EXPECT_EQ(client.read_reply().value().status, 200);
    EXPECT_TRUE(client.read_reply().value().body.starts_with("GET /second\n"));
    EXPECT_TRUE(client.is_closed_within(1s));
}

TEST(Transport, delivers_a_large_answer_to_a_slow_reader) {
    EchoServer echo;
    Client client(echo.port());
    client.send(get("/big/20000000") + get("/after"));
    std::this_thread::sleep_for(100ms);
    EXPECT_GT(client.read_reply().value().body.size(), 20'000'000U);
    EXPECT_TRUE(client.read_reply().value().body.starts_with("GET /after\n"));
}

TEST(Transport, delivers_the_refusal_although_the_body_keeps_coming) {
    EchoServer echo;
    Client client(echo.port());
    // More than the server reads before it refuses.
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n" +
                std::string(1'000'000, 'b'));
    EXPECT_EQ(client.read_reply().value().status, 413);
    EXPECT_TRUE(client.is_ended_within(3s));
}

}  // namespace
}  // namespace rowhouse::server::test
