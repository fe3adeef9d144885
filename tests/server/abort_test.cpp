// The fault that made the transport our own: answers given to whoever got the fd next.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "client.hpp"
#include "echo_server.hpp"

namespace rowhouse::server::test {
namespace {

using namespace std::chrono_literals;

struct Tally {
    std::atomic<int> right{0};
    std::atomic<int> wrong{0};
    std::atomic<int> missing{0};
};

/// One connection: a few pipelined requests, each with a name of its own; then either every
/// answer is read and compared, or the client is gone without a word.
void visit(std::uint16_t port, std::minstd_rand& random, Tally& tally) {
    Client client(port);
    std::vector<std::string> targets;
    std::string bytes;
    for (unsigned i = 0; i < 1 + random() % 4; ++i) {
        targets.push_back("/wait/" + std::to_string(random() % 2) + "?" + std::to_string(random()));
        bytes += "GET " + targets.back() + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }
    client.send(bytes);
    if (random() % 2 == 0) {
        if (random() % 2 == 0) client.abort();
        return;
    }
    for (const auto& target : targets) {
        const auto reply = client.read_reply();
        if (!reply)
            ++tally.missing;
        else
            ++(reply->body.starts_with("GET " + target + "\n") ? tally.right : tally.wrong);
    }
}

TEST(Abort, never_gives_an_answer_to_another_client) {
    EchoServer echo;
    Tally tally;
    const auto deadline = std::chrono::steady_clock::now() + 6s;
    std::vector<std::thread> clients;
    for (unsigned seed = 1; seed <= 16; ++seed)
        clients.emplace_back([&, seed] {
            std::minstd_rand random(seed);
            while (std::chrono::steady_clock::now() < deadline) visit(echo.port(), random, tally);
        });
    for (auto& client : clients) client.join();
    EXPECT_EQ(tally.wrong, 0);
    EXPECT_EQ(tally.missing, 0);
    EXPECT_GT(tally.right, 500) << "too few to prove anything";
    for (int i = 0; i < 200 && echo.server().connections() > 0; ++i)
        std::this_thread::sleep_for(10ms);
    EXPECT_EQ(echo.server().connections(), 0U) << "connections were left behind";
}

}  // namespace
}  // namespace rowhouse::server::test
