// What Prometheus reads.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "accounts.hpp"
#include "cluster.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

/// The value of a sample such as `name{a="b"}`; -1 when there is none.
double sample(const std::string& name) {
    std::istringstream lines(
        Client("", environment("ROWHOUSE_TEST_METRICS_URL")).get("//metrics").body);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(name + " ")) return std::stod(line.substr(name.size() + 1));
    return -1;
}

TEST(Metrics, count_requests_errors_and_durations_by_route) {
    const auto account = register_account();
    auto client = account.client();
    const std::string labels = R"(method="GET",route="/api/v1/contacts/:id")";
    const auto counted = [&](const std::string& status) {
        return std::max(
            0.0, sample("rowhouse_http_requests_total{" + labels + ",status=\"" + status + "\"}"));
    };
    const auto duration_of = [&](const std::string& what) {
        return std::max(0.0, sample("rowhouse_http_" + what + "_seconds_count{" + labels + "}"));
    };
    const auto path = "/contacts/" + create_contact(client, {{"name", "x"}}).value("id", "");
    const double found = counted("2xx"), missing = counted("4xx");
    const double took = duration_of("request_duration"), database = duration_of("database");
    for (int number = 0; number < 5; ++number) {
        EXPECT_EQ(client.get(path).status, 200);
        EXPECT_EQ(client.get("/contacts/" + random_uuid()).status, 404);
    }
    EXPECT_TRUE(is_true_within(2s, [&] { return counted("4xx") == missing + 5; }));
    EXPECT_EQ(counted("2xx"), found + 5);
    EXPECT_EQ(duration_of("request_duration"), took + 10);
    EXPECT_EQ(duration_of("database"), database + 10);
}

TEST(Metrics, show_pools_queues_and_connections) {
    for (const std::string lane : {"fast", "slow", "health"}) {
        EXPECT_GT(sample("rowhouse_pool_connections{lane=\"" + lane + "\"}"), 0) << lane;
        EXPECT_GE(sample("rowhouse_pool_busy{lane=\"" + lane + "\"}"), 0) << lane;
        EXPECT_GE(sample("rowhouse_queue_length{lane=\"" + lane + "\"}"), 0) << lane;
    }
    const RawClient open;
    EXPECT_TRUE(is_true_within(2s, [] { return sample("rowhouse_http_connections") >= 1; }));
}

TEST(Metrics, hold_no_ids_and_do_not_grow_with_what_clients_invent) {
    Client client("", environment("ROWHOUSE_TEST_METRICS_URL"));
    const auto account = register_account();
    const auto series = [&] {
        const auto body = client.get("//metrics").body;
        return std::count(body.begin(), body.end(), '\n');
    };
    const auto invent = [&] {
        const auto text = unique_text("invented");
        (void)account.client().get("/" + text);
        (void)account.client().get("/contacts/" + random_uuid() + "?" + text + "=" + text);
        (void)Client().send({text, "/me"});
    };
    invent();
    (void)client.get("//metrics");
    const auto before = series();
    for (int number = 0; number < 20; ++number) invent();
    EXPECT_EQ(series(), before);
    const auto body = client.get("//metrics").body;
    for (const auto& mark :
         {std::string("invented"), account.tenant_id, account.user_id, account.slug})
        EXPECT_EQ(body.find(mark), std::string::npos) << mark;
}

TEST(Metrics, are_not_served_to_clients_of_the_api) {
    expect_problem(Client().get("//metrics"), 404, "not_found");
}

}  // namespace
}  // namespace rowhouse::test
