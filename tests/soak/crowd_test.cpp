// Ten thousand clients that keep their connections, and as many that only connect.
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <cstdio>
#include <memory>
#include <thread>

#include "cluster.hpp"
#include "own_server.hpp"
#include "probe.hpp"
#include "process.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t crowd = 10'000;
constexpr double mebibyte = 1024 * 1024;

bool may_open(std::size_t descriptors) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur >= descriptors;
}

/// Every client asks once, a few at a time. @return how many got the right answer
std::size_t ask_all(const std::vector<Target>& targets,
                    const std::vector<std::unique_ptr<RawClient>>& clients, int round) {
    constexpr std::size_t batch = 100;
    const auto id = [&](std::size_t number) {
        return "crowd-" + std::to_string(round) + "-" + std::to_string(number);
    };
    std::size_t right = 0;
    for (std::size_t from = 0; from < clients.size(); from += batch) {
        const auto to = std::min(from + batch, clients.size());
        for (auto number = from; number < to; ++number)
            clients[number]->send(targets[number % targets.size()].request(id(number)));
        for (auto number = from; number < to; ++number) {
            const auto reply = clients[number]->read_reply();
            if (reply && targets[number % targets.size()].is_answer(*reply, id(number))) ++right;
        }
    }
    return right;
}

TEST(Soak, ten_thousand_clients_keep_their_connections_and_are_served) {
    if (!may_open(crowd + 500)) GTEST_SKIP() << "too few descriptors are allowed";
    const OwnServer server(Settings{{"ROWHOUSE_MAX_CONNECTIONS", std::to_string(crowd + 100)}});
    const std::vector<Target> targets(8);
    (void)Client("", server.url()).get("//readyz");
    const auto before = settled_usage_of(server.process());
    {
        std::vector<std::unique_ptr<RawClient>> clients;
        for (std::size_t number = 0; number < crowd; ++number)
            clients.push_back(std::make_unique<RawClient>(server.port()));
        for (int round = 0; round < 3; ++round) {
            const auto start = Clock::now();
            EXPECT_EQ(ask_all(targets, clients, round), crowd);
            std::printf("%zu clients asked in %.1f s\n", crowd,
                        std::chrono::duration<double>(Clock::now() - start).count());
        }
        const auto usage = usage_of(server.process());
        std::printf(
            "rowhoused: %.1f MiB and %zu descriptors with %zu clients, %.3f processors idle\n",
            static_cast<double>(usage.resident_bytes) / mebibyte, usage.descriptors, crowd,
            processor_share(server.process()));
        EXPECT_LT(static_cast<double>(usage.resident_bytes), 256 * mebibyte);
        EXPECT_LT(processor_share(server.process()), 0.2);
    }
    EXPECT_TRUE(is_true_within(10s, [&] {
        return usage_of(server.process()).descriptors <= before.descriptors;
    })) << "descriptors were left behind";
    EXPECT_LT(processor_share(server.process()), 0.1) << "it spins";
    EXPECT_EQ(Client("", server.url()).get("//readyz").status, 200);
}

TEST(Soak, ten_thousand_connects_leave_nothing) {
    const OwnServer server;
    const Target target;
    (void)Client("", server.url()).get("//readyz");
    const auto before = settled_usage_of(server.process());
    for (std::size_t number = 0; number < crowd; ++number) {
        RawClient client(server.port());
        if (number % 3 == 0) client.send(target.request("connect"));
        if (number % 3 == 1) client.send("GET /api");
        if (number % 2 == 0) client.abort();
    }
    EXPECT_TRUE(is_true_within(10s, [&] {
        return usage_of(server.process()).descriptors <= before.descriptors;
    })) << "descriptors were left behind";
    const auto after = usage_of(server.process());
    std::printf("rowhoused: %.1f MiB before, %.1f after %zu connects\n",
                static_cast<double>(before.resident_bytes) / mebibyte,
                static_cast<double>(after.resident_bytes) / mebibyte, crowd);
    EXPECT_LT(static_cast<double>(after.resident_bytes), 64 * mebibyte);
    EXPECT_LT(processor_share(server.process()), 0.1) << "it spins";
    std::atomic<int> wrong = 0;
    EXPECT_GT(probe(target, server.port(), 500ms, wrong).count(), 10U);
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace rowhouse::test
