// Many users of many tenants for a long time, while everything around them fails.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <regex>
#include <stdexcept>
#include <thread>

#include "cluster.hpp"
#include "process.hpp"
#include "user.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

constexpr std::size_t tenants = 16;
constexpr std::size_t users = 48;

seconds wanted_length() {
    const char* text = std::getenv("SOAK_SECONDS");
    return seconds(text == nullptr ? 600 : std::max(30, std::atoi(text)));
}

const std::string gateway_sessions = "from pg_stat_activity where usename = 'rowhouse_gateway'";

/// What happens to the system, each at its time. Outages are announced, the rest must not be felt.
class Troubles {
public:
    Troubles(const Account& account, Outages& outages) : account_(account), outages_(outages) {}

    void run(seconds length) {
        const auto start = Clock::now();
        const auto tenth = length / 10.0;
        int step = 1;
        for (int second = 1; Clock::now() < start + length; ++second) {
            std::this_thread::sleep_until(start + seconds(second));
            if (second % 5 == 0)
                sql("select pg_terminate_backend(pid) " + gateway_sessions +
                    " order by random() limit 1");
            if (second % 20 == 0) sql("select pg_reload_conf()");
            if (second % 30 == 0) ::kill(server_process(), SIGHUP);
            if (Clock::now() < start + step * tenth) continue;
            happen(step++);
        }
    }

private:
    void happen(int step) {
        if (step == 3 || step == 6)
            announce("database restarted", [] {
                run_cluster("stop");
                run_cluster("start");
            });
        if (step == 5 || step == 8)
            announce("all sessions ended",
                     [] { sql("select pg_terminate_backend(pid) " + gateway_sessions); });
    }

    void announce(const std::string& name, const std::function<void()>& action) {
        outages_.begin(name);
        action();
        EXPECT_TRUE(is_true_within(30s, [&] { return is_well(); }))
            << name << " was not recovered from";
        outages_.end();
    }

    [[nodiscard]] bool is_well() const {
        try {
            return account_.client().get("/contacts").status == 200 &&
                   try_login(account_.email, account_.password).status == 200;
        } catch (const std::runtime_error&) {
            return false;  // no answer in time
        }
    }

    Account account_;
    Outages& outages_;
};

std::vector<std::unique_ptr<User>> make_users(Tally& tally, const Outages& outages) {
    std::vector<Account> accounts;
    std::vector<std::string> contacts;
    for (std::size_t number = 0; number < tenants; ++number) {
        accounts.push_back(register_account());
        contacts.push_back(create_contact(accounts.back(), accounts.back().slug + "-first")["id"]);
    }
    std::vector<std::unique_ptr<User>> all;
    for (std::size_t number = 0; number < users; ++number) {
        const auto own = number % tenants, other = (number + 1) % tenants;
        all.push_back(std::make_unique<User>(
            User::Place{accounts[own], accounts[other], contacts[other], number, number % 3 == 0},
            tally, outages));
    }
    return all;
}

/// What the database has of a user, held against what the user was told.
std::vector<std::string> differences(const User& user) {
    std::multimap<std::string, std::string> stored;
    for (const auto& row :
         sql("select name, notes from app.contacts where starts_with(name, " +
             quoted(user.prefix()) + ") and tenant_id = " + quoted(user.account().tenant_id)))
        stored.emplace(row[0].c_str(), row[1].c_str());
    return user.ledger().compare(stored);
}

/// Lines of PostgreSQL's log that tell of a fault. A read whose client has gone is cancelled.
std::vector<std::string> faults_in_log() {
    const std::regex fault(" (ERROR|PANIC):  |terminated by signal|crash");
    const std::regex expected("canceling statement due to user request");
    std::ifstream log(environment("ROWHOUSE_TEST_LOG"));
    std::vector<std::string> found;
    for (std::string line; std::getline(log, line);)
        if (std::regex_search(line, fault) && !std::regex_search(line, expected))
            found.push_back(line);
    return found;
}

int value_of_metric(const std::string& name) {
    const auto body = Client("", environment("ROWHOUSE_TEST_METRICS_URL")).get("//metrics").body;
    const auto at = body.find("\n" + name + " ");
    return at == std::string::npos ? -1 : std::atoi(body.c_str() + at + name.size() + 2);
}

void expect_rest() {
    for (const std::string lane : {"fast", "slow", "health"}) {
        EXPECT_TRUE(is_true_within(
            5s,
            [&] {
                return value_of_metric("rowhouse_pool_busy{lane=\"" + lane + "\"}") == 0 &&
                       value_of_metric("rowhouse_queue_length{lane=\"" + lane + "\"}") == 0;
            }))
            << lane << " is not at rest";
    }
    EXPECT_TRUE(is_true_within(5s, [] {
        return value_of_metric("rowhouse_http_connections") == 0;
    })) << "connections were left behind";
    for (int number = 0; number < 20; ++number) EXPECT_EQ(Client().get("//readyz").status, 200);
    EXPECT_LT(processor_share(server_process()), 0.1) << "it spins";
}

void expect_no_growth(const std::vector<Usage>& seen, const Usage& before, const Usage& after) {
    constexpr double mebibyte = 1024 * 1024;
    std::size_t most = 0;
    for (const auto& usage : seen) most = std::max(most, usage.resident_bytes);
    const auto early = mean_resident(seen, 0.2, 0.4), late = mean_resident(seen, 0.8, 1.0);
    std::printf(
        "rowhoused: %.1f MiB at most, mean %.1f early and %.1f late, descriptors %zu to %zu\n",
        static_cast<double>(most) / mebibyte, early / mebibyte, late / mebibyte, before.descriptors,
        after.descriptors);
    EXPECT_LT(static_cast<double>(most), 64 * mebibyte);
    EXPECT_LT(late, early + 4 * mebibyte) << "it grows";
    EXPECT_LE(after.descriptors, before.descriptors);
}

/// Prints what was seen, and expects the objectives to be met.
void expect_quality(const Tally& tally, const Latencies& latencies, const Outages& outages) {
    const double share = 100.0 * tally.failed / std::max(1, tally.answered.load());
    std::printf(
        "%s\nanswered %d, broken off %d, failed outside of outages %d (%.4f %%), within %d\n",
        latencies.summary().c_str(), tally.answered.load(), tally.aborted.load(),
        tally.failed.load(), share, tally.failed_within_outage.load());
    std::printf("outages: %s\n", outages.summary().c_str());
    const auto wrong = tally.wrong();
    EXPECT_TRUE(wrong.empty()) << wrong.size() << ", such as " << wrong.front();
    EXPECT_LT(latencies.percentile(95), 200);
    EXPECT_LE(share, 0.05);
}

void run_users(const std::vector<std::unique_ptr<User>>& all, Tally& tally,
               const std::function<void()>& meanwhile) {
    std::vector<std::thread> threads;
    for (const auto& user : all) threads.emplace_back([&user] { user->run(); });
    meanwhile();
    tally.is_over = true;
    for (auto& thread : threads) thread.join();
}

TEST(Soak, mixed_load_through_every_trouble) {
    Tally tally;
    Outages outages;
    const auto all = make_users(tally, outages);
    const auto before = settled_usage_of(server_process());
    const auto length = wanted_length();
    std::vector<Usage> seen;
    run_users(all, tally, [&] {
        Watch watch(server_process());
        Troubles(all.front()->account(), outages).run(length);
        seen = watch.stop();
    });
    expect_rest();  // what was broken off may still be on its way
    Latencies latencies;
    std::size_t acknowledged = 0;
    for (const auto& user : all) {
        latencies.add(user->latencies());
        acknowledged += user->ledger().acknowledged();
        for (const auto& difference : differences(*user)) ADD_FAILURE() << difference;
    }
    std::printf(
        "%zu users of %zu tenants, %zu s, %zu acknowledged writes held against the database\n",
        users, tenants, static_cast<std::size_t>(length.count()), acknowledged);
    expect_quality(tally, latencies, outages);
    expect_no_growth(seen, before, usage_of(server_process()));
    const auto faults = faults_in_log();
    EXPECT_TRUE(faults.empty()) << faults.size() << ", such as " << faults.front();
}

}  // namespace
}  // namespace rowhouse::test
