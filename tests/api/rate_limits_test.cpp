// Rate limits over HTTP: exact under load, and nobody's but one's own.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "accounts.hpp"
#include "cluster.hpp"
#include "own_server.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

/// Waits for a minute of the clock that has that much left.
void await_window(std::chrono::seconds needed) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto left = 60s - now % 60s;
    if (left < needed) std::this_thread::sleep_for(left + 100ms);
}

/// How many answers of each status so many clients get who ask at once; each sends its share.
std::map<int, int> ask(const std::vector<std::string>& tokens, int times) {
    std::vector<std::map<int, int>> counts(tokens.size());
    std::vector<std::thread> clients;
    for (std::size_t number = 0; number < tokens.size(); ++number)
        clients.emplace_back([&, number] {
            Client client(tokens[number]);
            for (int time = 0; time < times; ++time) ++counts[number][client.get("/me").status];
        });
    for (auto& client : clients) client.join();
    std::map<int, int> all;
    for (const auto& count : counts)
        for (const auto& [status, times_seen] : count) all[status] += times_seen;
    return all;
}

TEST(RateLimits, of_a_thousand_requests_from_fifty_clients_exactly_a_hundred_pass) {
    const auto account = register_account();
    const Setting limit("rowhouse.rate_limit", "100");
    await_window(30s);
    const auto begin = std::chrono::system_clock::now().time_since_epoch() / 60s;
    const auto seen = ask(std::vector<std::string>(50, account.session.token), 20);
    ASSERT_EQ(std::chrono::system_clock::now().time_since_epoch() / 60s, begin)
        << "the load took longer than a minute";
    EXPECT_EQ(seen, (std::map<int, int>{{200, 100}, {429, 900}}));
    EXPECT_EQ(sql_value("select count(*) from rowhouse.audit_log where event = 'rate.limited' "
                        "and actor_id = " +
                        quoted(account.user_id)),
              "1")
        << "one row for all refusals of a minute";
}

TEST(RateLimits, all_sessions_of_a_user_count_together_and_others_do_not) {
    const auto account = register_account();
    const auto other = register_account();
    const auto second = log_in(account);
    const Setting limit("rowhouse.rate_limit", "100");
    await_window(30s);
    std::map<int, int> seen;
    std::thread beside([&] { seen = ask({other.session.token}, 90); });
    EXPECT_EQ(ask({account.session.token, second.token}, 80),
              (std::map<int, int>{{200, 100}, {429, 60}}));
    beside.join();
    EXPECT_EQ(seen, (std::map<int, int>{{200, 90}})) << "nobody is disturbed";
}

TEST(RateLimits, a_refused_request_is_a_problem_that_says_when_to_come_back) {
    const auto account = register_account();
    auto client = account.client();
    const Setting limit("rowhouse.rate_limit", "1");
    await_window(10s);
    const auto first = client.get("/me");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(first.header("ratelimit-policy"), R"("default";q=1;w=60)");
    EXPECT_TRUE(first.header("ratelimit").starts_with(R"("default";r=0;t=)"));
    const auto refused = client.get("/me");
    expect_problem(refused, 429, "rate_limited");
    EXPECT_EQ(refused.header("ratelimit"), R"("default";r=0;t=)" + refused.header("retry-after"));
    EXPECT_GT(std::stoi(refused.header("retry-after")), 60) << "the request before still counts";
    EXPECT_EQ(client.post("/contacts", {{"name", "Never"}}).status, 429);
    EXPECT_EQ(sql_value("select count(*) from app.contacts where name = 'Never' and tenant_id = " +
                        quoted(account.tenant_id)),
              "0")
        << "what is refused does nothing";
    EXPECT_EQ(client.get("//healthz").status, 200);
    EXPECT_FALSE(client.get("//readyz").has("ratelimit"));
}

TEST(RateLimits, an_ipv6_64_behind_a_trusted_proxy_counts_as_one) {
    const OwnServer server(Settings{{"ROWHOUSE_TRUSTED_PROXIES", "127.0.0.1"}});
    const Setting limit("rowhouse.rate_limit_address", "10");
    Client client("", server.url());
    const auto status_from = [&](const std::string& address) {
        return client.get("/openapi.json", {{"X-Forwarded-For", address}}).status;
    };
    await_window(20s);
    for (int number = 1; number <= 10; ++number)
        EXPECT_EQ(status_from("2001:db8:1:2::" + std::to_string(number)), 200);
    EXPECT_EQ(status_from("2001:db8:1:2:aaaa::1"), 429);
    EXPECT_EQ(status_from("2001:db8:1:3::1"), 200) << "the next /64";
    EXPECT_EQ(status_from("198.51.100.7"), 200);
}

TEST(RateLimits, a_header_of_the_clients_own_makes_it_nobody_else) {
    const Setting limit("rowhouse.rate_limit_address", "10");
    await_window(20s);
    Client client;
    std::map<int, int> seen;
    for (int number = 1; number <= 15; ++number)
        ++seen[client
                   .get("/openapi.json",
                        {{"X-Forwarded-For", "203.0.113." + std::to_string(number)}})
                   .status];
    EXPECT_EQ(seen, (std::map<int, int>{{200, 10}, {429, 5}}));
}

TEST(RateLimits, guesses_at_credentials_and_paths_are_charged_to_their_network) {
    const OwnServer server(Settings{{"ROWHOUSE_TRUSTED_PROXIES", "127.0.0.1"}});
    const Setting limit("rowhouse.rate_limit_address", "5");
    Client guesser("no.such.token", server.url());
    const Fields from{{"X-Forwarded-For", "198.51.100.9"}};
    await_window(20s);
    for (int number = 0; number < 3; ++number) EXPECT_EQ(guesser.get("/me", from).status, 401);
    for (int number = 0; number < 2; ++number) EXPECT_EQ(guesser.get("/no", from).status, 404);
    EXPECT_EQ(guesser.get("/me", from).status, 429);
    EXPECT_EQ(guesser.get("/me", {{"X-Forwarded-For", "198.51.100.10"}}).status, 401);
}

}  // namespace
}  // namespace rowhouse::test
