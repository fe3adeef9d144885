// Clients that are as slow as they can be, made by slowhttptest: the others must not notice.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "cluster.hpp"
#include "own_server.hpp"
#include "probe.hpp"
#include "process.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t readers = 4;

struct Attack {
    std::string name;
    std::string options;
};

std::ostream& operator<<(std::ostream& out, const Attack& attack) {
    return out << attack.name;
}

class Slow : public testing::TestWithParam<Attack> {};

/// A thousand connections for 15 s, on the processor that run.sh kept free for the attacker.
int run_slowhttptest(const std::string& options, const std::string& url) {
    const auto* processor = std::getenv("SLOW_PROCESSOR");
    const auto command = "taskset -c " + std::string(processor != nullptr ? processor : "0") +
                         " slowhttptest -c 1000 -r 500 -l 15 -p 2 " + options + " -u " + url +
                         "/api/v1/openapi.json >/dev/null 2>&1 </dev/null";
    return std::system(command.c_str());
}

struct Round {
    Latencies calm;
    Latencies attacked;
    std::size_t descriptors;  ///< of the server, under attack

    double ratio() const { return attacked.percentile(99) / calm.percentile(99); }
};

Round attack_once(const OwnServer& server, const Target& target, const std::string& options,
                  std::atomic<int>& wrong) {
    Round round{};
    round.calm = probe(target, server.port(), 5s, wrong, readers);
    std::thread attack([&] { run_slowhttptest(options, server.url()); });
    std::this_thread::sleep_for(3s);
    round.descriptors = usage_of(server.process()).descriptors;
    round.attacked = probe(target, server.port(), 8s, wrong, readers);
    attack.join();
    return round;
}

/// A 99th percentile of some seconds differs by half from one run to the next: three tell.
TEST_P(Slow, does_not_delay_the_others) {
    if (std::system("command -v slowhttptest >/dev/null") != 0)
        GTEST_SKIP() << "slowhttptest is not installed: make deps-soak";
    const OwnServer server;
    const Target target;
    std::atomic<int> wrong = 0;
    (void)probe(target, server.port(), 1s, wrong, readers);
    const auto before = settled_usage_of(server.process());
    std::vector<double> ratios;
    for (int i = 0; i < 3; ++i) {
        const auto round = attack_once(server, target, GetParam().options, wrong);
        std::printf(
            "%s: %zu descriptors, p99 %.1f ms instead of %.1f (median %.1f instead of %.1f)\n",
            GetParam().name.c_str(), round.descriptors, round.attacked.percentile(99),
            round.calm.percentile(99), round.attacked.percentile(50), round.calm.percentile(50));
        EXPECT_GT(round.descriptors, before.descriptors + 500) << "the attack did not take place";
        EXPECT_TRUE(is_true_within(5s, [&] {
            return usage_of(server.process()).descriptors <= before.descriptors;
        })) << "descriptors were left behind";
        ratios.push_back(round.ratio());
    }
    std::ranges::sort(ratios);
    EXPECT_EQ(wrong, 0);
    EXPECT_LT(ratios[1], 2);
    EXPECT_LT(processor_share(server.process()), 0.1) << "it spins";
    EXPECT_LT(usage_of(server.process()).resident_bytes, 64U << 20);
}

INSTANTIATE_TEST_SUITE_P(Soak, Slow,
                         testing::Values(Attack{"slow_heads", "-H -i 1 -x 24"},
                                         Attack{"slow_bodies", "-B -i 1 -s 8192 -x 10 -t POST"},
                                         Attack{"slow_reads", "-X -n 2 -w 1 -y 8 -z 16 -k 8"}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace rowhouse::test
