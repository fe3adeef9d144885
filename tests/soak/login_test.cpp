// A flood of logins does not delay the others.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "cluster.hpp"
#include "probe.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t rounds = 5;
constexpr std::size_t attackers = 8;
constexpr std::size_t readers =
    16;  ///< some thousand requests a second, half of what there could be

struct Flood {
    std::atomic<int> logins = 0, refused = 0, wrong = 0;
    std::atomic<bool> is_over = false;

    void run(const Account& account) {
        while (!is_over) {
            const auto reply = try_login(account.email, account.password);
            if (reply.status == 200)
                ++logins;
            else
                ++(reply.status == 503 || reply.status == 429 ? refused : wrong);
        }
    }
};

Latencies probe_under_flood(const Target& target, Flood& flood, std::atomic<int>& wrong) {
    std::vector<std::thread> threads;
    flood.is_over = false;
    for (std::size_t number = 0; number < attackers; ++number)
        threads.emplace_back([&flood, account = register_account()] { flood.run(account); });
    std::this_thread::sleep_for(500ms);
    auto latencies = probe(target, port_of(environment("ROWHOUSE_TEST_URL")), 4s, wrong, readers);
    flood.is_over = true;
    for (auto& thread : threads) thread.join();
    return latencies;
}

TEST(Soak, eight_clients_that_log_in_leave_the_others_their_speed) {
    const Target target;
    Flood flood;
    std::atomic<int> wrong = 0;
    std::vector<double> ratios;
    const auto port = port_of(environment("ROWHOUSE_TEST_URL"));
    for (std::size_t round = 0; round < rounds; ++round) {
        const auto calm = probe(target, port, 4s, wrong, readers);
        const auto flooded = probe_under_flood(target, flood, wrong);
        ratios.push_back(flooded.percentile(99) / calm.percentile(99));
        std::printf("GET by id unloaded: %s\n        with logins: %s, ratio of p99 %.2f\n",
                    calm.summary().c_str(), flooded.summary().c_str(), ratios.back());
    }
    std::sort(ratios.begin(), ratios.end());
    std::printf("median ratio %.2f; %d logins, %d told to come back\n", ratios[rounds / 2],
                flood.logins.load(), flood.refused.load());
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(flood.wrong, 0);
    EXPECT_GT(flood.logins, 50);
    EXPECT_LE(ratios[rounds / 2], 3.0);
}

}  // namespace
}  // namespace rowhouse::test
