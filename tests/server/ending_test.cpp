// How connections end: by a deadline, by the cap, by the end of the server.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "client.hpp"
#include "echo_server.hpp"

namespace rowhouse::server::test {
namespace {

using namespace std::chrono_literals;

http::Options impatient() {
    http::Options options;
    options.header_timeout = 300ms;
    options.body_timeout = 300ms;
    options.idle_timeout = 300ms;
    options.write_timeout = 300ms;
    return options;
}

TEST(Deadline, ends_slow_headers_however_often_a_byte_comes) {
    EchoServer echo(impatient());
    Client client(echo.port());
    std::atomic<bool> stop{false};
    client.send("GET / HTTP/1.1\r\n");
    std::thread dripping([&] {
        for (int i = 0; i < 40 && !stop; ++i) {
            client.send("X");
            std::this_thread::sleep_for(50ms);
        }
    });
    const auto start = std::chrono::steady_clock::now();
    const auto reply = client.read_reply();
    const auto waited = std::chrono::steady_clock::now() - start;
    stop = true;
    dripping.join();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 408);
    EXPECT_GT(waited, 200ms);
    EXPECT_LT(waited, 1s);
}

TEST(Deadline, ends_a_slow_body) {
    EchoServer echo(impatient());
    Client client(echo.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_EQ(client.read_reply().value().status, 408);
    EXPECT_TRUE(client.is_closed_within(2s));
    EXPECT_EQ(echo.handled(), 0U);
}

TEST(Deadline, ends_idle_connections_silently) {
    EchoServer echo(impatient());
    Client fresh(echo.port());
    Client used(echo.port());
    used.send(get("/"));
    ASSERT_TRUE(used.read_reply());
    EXPECT_TRUE(fresh.is_closed_within(2s));
    EXPECT_TRUE(used.is_closed_within(2s));
}

TEST(Deadline, spares_a_request_that_is_being_worked_on) {
    EchoServer echo(impatient());
    Client client(echo.port());
    client.send(get("/wait/800"));
    EXPECT_EQ(client.read_reply().value().status, 200);
}

TEST(Deadline, drops_a_client_that_does_not_read) {
    EchoServer echo(impatient());
    Client client(echo.port());
    client.send(get("/big/30000000"));
    std::this_thread::sleep_for(200ms);
    EXPECT_EQ(echo.server().connections(), 1U);
    for (int i = 0; i < 500 && echo.server().connections() > 0; ++i)
        std::this_thread::sleep_for(10ms);
    EXPECT_EQ(echo.server().connections(), 0U);
}

TEST(Cap, refuses_connections_beyond_it_and_recovers) {
    http::Options options;
    options.max_connections = 10;
    EchoServer echo(options);
    {
        std::vector<Client> clients;
        for (int i = 0; i < 10; ++i) {
            clients.emplace_back(echo.port());
            clients.back().send(get("/"));
            ASSERT_TRUE(clients.back().read_reply());
        }
        for (int i = 0; i < 30; ++i) {
            Client extra(echo.port());
            EXPECT_TRUE(extra.is_closed_within(2s));
        }
        clients.front().send(get("/"));
        EXPECT_TRUE(clients.front().read_reply()) << "those within the cap are not disturbed";
    }
    for (int i = 0; i < 100 && echo.server().connections() > 0; ++i)
        std::this_thread::sleep_for(10ms);
    Client again(echo.port());
    again.send(get("/"));
    EXPECT_TRUE(again.read_reply());
}

TEST(Drain, finishes_what_has_begun_and_takes_nothing_new) {
    http::Options options;
    options.farewell_time = 200ms;
    EchoServer echo(options);
    Client idle(echo.port());
    idle.send(get("/"));
    ASSERT_TRUE(idle.read_reply());
    Client busy(echo.port());
    busy.send(get("/wait/400"));
    std::this_thread::sleep_for(100ms);
    bool is_drained = false;
    std::thread draining([&] { is_drained = echo.server().drain(3s); });
    EXPECT_TRUE(idle.is_closed_within(1s));
    EXPECT_THROW(Client late(echo.port()), std::runtime_error);
    const auto reply = busy.read_reply();
    draining.join();
    ASSERT_TRUE(reply);
    EXPECT_TRUE(reply->has_line("Connection: close"));
    EXPECT_TRUE(is_drained);
}

TEST(Drain, still_serves_who_asks_again_at_that_moment) {
    EchoServer echo;
    Client client(echo.port());
    client.send(get("/"));
    ASSERT_TRUE(client.read_reply());
    std::thread draining([&] { (void)echo.server().drain(3s); });
    std::this_thread::sleep_for(300ms);
    client.send(get("/late"));
    const auto reply = client.read_reply();
    draining.join();
    ASSERT_TRUE(reply) << "a request crossed with the close";
    EXPECT_TRUE(reply->has_line("Connection: close"));
}

TEST(Drain, gives_up_after_its_time) {
    EchoServer echo;
    Client busy(echo.port());
    busy.send(get("/wait/700"));
    std::this_thread::sleep_for(100ms);
    EXPECT_FALSE(echo.server().drain(100ms));
}

TEST(Server, says_so_when_the_address_is_taken) {
    EchoServer echo;
    http::Options options;
    options.port = echo.port();
    EXPECT_THROW(EchoServer second(options), std::exception);
}

}  // namespace
}  // namespace rowhouse::server::test
