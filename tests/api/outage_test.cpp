// What is answered while something is away, and that it heals by itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <thread>

#include "accounts.hpp"
#include "cluster.hpp"
#include "own_server.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

bool is_serving(const Account& account) {
    return is_true_within(15s, [&] { return account.client().get("/contacts").status == 200; });
}

TEST(Outage, of_the_database_is_told_and_heals) {
    const auto account = register_account();
    auto client = account.client();
    const auto contact = create_contact(account, "before");
    run_cluster("stop");
    for (int round = 0; round < 3; ++round) {
        expect_problem(client.get("/contacts"), 503, "database_unavailable");
        expect_problem(client.post("/contacts", {{"name", "lost"}}), 503, "database_unavailable");
        expect_problem(Client().get("/nowhere"), 503, "database_unavailable");
        EXPECT_EQ(client.get("//healthz").status, 200);
        const auto ready = client.get("//readyz");
        EXPECT_EQ(ready.status, 503);
        EXPECT_EQ(ready.json().at("checks").at(0).at("name"), "database");
        EXPECT_EQ(ready.body.find("socket"), std::string::npos) << ready.body;
    }
    run_cluster("start");
    EXPECT_TRUE(is_serving(account));
    EXPECT_EQ(client.get("/contacts").json().at("data"), Json::array({contact}));
    EXPECT_TRUE(is_true_within(15s, [&] { return client.get("//readyz").status == 200; }));
    EXPECT_TRUE(is_true_within(15s, [&] {
        return try_login(account.email, account.password).status == 200;
    })) << "the lane of expensive requests has not healed";
}

TEST(Outage, of_single_database_sessions_gives_no_wrong_answer) {
    const auto account = register_account();
    std::vector<Json> contacts;
    for (const char* name : {"a", "b", "c", "d"}) contacts.push_back(create_contact(account, name));
    std::atomic<bool> is_over = false;
    std::atomic<int> right = 0, unavailable = 0, wrong = 0, created = 0, perhaps = 0;
    const auto work = [&](std::size_t number) {
        auto client = account.client();
        const auto& contact = contacts[number];
        while (!is_over) {
            const auto reply = client.get("/contacts/" + contact.value("id", ""));
            if (reply.status == 200)
                ++(reply.json() == contact ? right : wrong);
            else
                ++(reply.status == 503 ? unavailable : wrong);
            const auto post = client.post("/contacts", {{"name", "new"}});
            if (post.status != 201 && post.status != 503) ++wrong;
            ++(post.status == 201 ? created : perhaps);
        }
    };
    std::vector<std::thread> threads;
    for (std::size_t number = 0; number < contacts.size(); ++number)
        threads.emplace_back(work, number);
    for (int round = 0; round < 8; ++round) {
        std::this_thread::sleep_for(60ms);
        sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = "
            "'rowhouse_gateway'");
    }
    is_over = true;
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(right, 20);
    EXPECT_TRUE(is_serving(account));
    const int rows =
        std::stoi(sql_value("select count(*) from app.contacts where name = 'new' and "
                            "tenant_id = " +
                            quoted(account.tenant_id)));
    EXPECT_GE(rows, created) << "a created contact was lost";
    EXPECT_LE(rows, created + perhaps) << "a request was carried out twice";
    auto client = account.client();
    for (int number = 0; number < 100; ++number)
        EXPECT_EQ(client.get("/me").status, 200) << "the pool has not healed";
}

TEST(Outage, a_row_that_stays_locked_is_a_409_and_others_are_served) {
    const auto account = register_account();
    const auto path = "/contacts/" + create_contact(account, "x").value("id", "");
    TableLock lock("app.contacts");
    auto blocked = in_background(account, path);
    EXPECT_TRUE(is_true_within(1s, [] { return waiting_gateways() == 1; }));
    EXPECT_EQ(account.client().get("/me").status, 200);
    expect_problem(blocked.get(), 409, "row_locked");
    lock.release();
    EXPECT_EQ(account.client().get(path).status, 200);
}

TEST(Outage, a_full_queue_is_told_at_once_and_what_waits_is_answered) {
    const auto account = register_account();
    const OwnServer server(Settings{{"ROWHOUSE_HTTP_THREADS", "1"},
                                    {"ROWHOUSE_DATABASE_CONNECTIONS", "1"},
                                    {"ROWHOUSE_QUEUE_LIMIT", "2"}});
    EXPECT_EQ(Client(account.session.token, server.url()).get("/me").status, 200);
    TableLock lock("app.contacts");
    std::vector<std::future<Reply>> taken;
    taken.push_back(in_background(account, "/contacts", server.url()));
    ASSERT_TRUE(is_true_within(1s, [] { return waiting_gateways() == 1; }));
    for (int number = 0; number < 2; ++number)
        taken.push_back(in_background(account, "/contacts", server.url()));
    std::this_thread::sleep_for(100ms);
    for (int number = 0; number < 3; ++number)
        expect_problem(Client(account.session.token, server.url()).get("/contacts"), 503,
                       "queue_full");
    EXPECT_EQ(Client("", server.url()).get("//healthz").status, 200);
    EXPECT_EQ(Client("", server.url()).get("//readyz").status, 200) << "it has a lane of its own";
    lock.release();
    for (auto& reply : taken) EXPECT_EQ(reply.get().status, 200);
}

TEST(Outage, what_waits_for_nobody_is_not_begun) {
    const auto account = register_account();
    const OwnServer server(
        Settings{{"ROWHOUSE_HTTP_THREADS", "1"}, {"ROWHOUSE_DATABASE_CONNECTIONS", "1"}});
    const auto create = [&](const char* name) {
        return raw_request("POST", "/contacts",
                           "Authorization: Bearer " + account.session.token + "\r\n",
                           Json{{"name", name}}.dump());
    };
    EXPECT_EQ(Client(account.session.token, server.url()).get("/me").status, 200);
    TableLock lock("app.contacts");
    auto first = in_background(account, "/contacts", server.url());
    ASSERT_TRUE(is_true_within(1s, [] { return waiting_gateways() == 1; }));
    RawClient gone(server.port()), waits(server.port());
    gone.send(create("of nobody"));
    waits.send(create("of somebody"));
    gone.abort();
    std::this_thread::sleep_for(300ms);
    lock.release();
    EXPECT_EQ(first.get().status, 200);
    EXPECT_EQ(waits.read_reply().value().status, 201);
    EXPECT_EQ(sql_value("select string_agg(name, ',') from app.contacts where tenant_id = " +
                        quoted(account.tenant_id)),
              "of somebody");
}

/// One credential may have two requests in flight, of the four that the database takes.
const Settings two_of_four_places{{"ROWHOUSE_HTTP_THREADS", "1"},
                                  {"ROWHOUSE_DATABASE_CONNECTIONS", "4"},
                                  {"ROWHOUSE_IN_FLIGHT_LIMIT", "2"}};

TEST(Outage, one_credential_cannot_take_all_places) {
    const auto greedy = register_account();
    const auto modest = register_account();
    const OwnServer server(two_of_four_places);
    TableLock lock("app.contacts");
    std::vector<std::future<Reply>> taken;
    for (int number = 0; number < 2; ++number)
        taken.push_back(in_background(greedy, "/contacts", server.url()));
    ASSERT_TRUE(is_true_within(1s, [] { return waiting_gateways() == 2; }));
    expect_problem(Client(greedy.session.token, server.url()).get("/me"), 503,
                   "too_many_in_flight");
    EXPECT_EQ(Client(modest.session.token, server.url()).get("/me").status, 200);
    lock.release();
    for (auto& reply : taken) EXPECT_EQ(reply.get().status, 200);
    EXPECT_EQ(Client(greedy.session.token, server.url()).get("/me").status, 200);
}

TEST(Outage, eight_identical_posts_that_wait_leave_room_for_others) {
    const auto greedy = register_account();
    const auto modest = register_account();
    const OwnServer server(two_of_four_places);
    TableLock lock("app.contacts");
    std::vector<std::future<Reply>> posts;
    for (int number = 0; number < 8; ++number)
        posts.push_back(std::async(std::launch::async, [&] {
            return Client(greedy.session.token, server.url())
                .post("/contacts", {{"name", "once"}}, {{"Idempotency-Key", "the same one"}});
        }));
    EXPECT_TRUE(is_true_within(1s, [&] {
        const auto answered = std::ranges::count_if(
            posts, [](const auto& post) { return post.wait_for(0s) == std::future_status::ready; });
        return answered == 6 && waiting_gateways() == 2;
    }));
    EXPECT_EQ(Client(modest.session.token, server.url()).get("/me").status, 200);
    lock.release();
    std::map<int, int> answers;
    for (auto& post : posts) ++answers[post.get().status];
    EXPECT_EQ(answers, (std::map<int, int>{{201, 2}, {503, 6}}));
}

TEST(Outage, sigterm_lets_requests_end_and_takes_no_new_ones) {
    const auto account = register_account();
    OwnServer server;
    RawClient idle(server.port());
    TableLock lock("app.contacts");
    auto blocked = in_background(account, "/contacts", server.url());
    ASSERT_TRUE(is_true_within(1s, [] { return waiting_gateways() == 1; }));
    server.terminate();
    EXPECT_TRUE(is_true_within(1s, [&] {
        try {
            const RawClient late(server.port());
            return false;
        } catch (const std::runtime_error&) {
            return true;
        }
    })) << "a draining server still accepts";
    EXPECT_FALSE(server.status_within(100ms)) << "it left a request behind";
    lock.release();
    const auto reply = blocked.get();
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.header("connection"), "close");
    EXPECT_EQ(server.status_within(3s), 0);
}

TEST(Outage, a_server_starts_before_its_database_is_there) {
    const OwnServer server(
        Settings{{"ROWHOUSE_DATABASE_URL", "host=/nonexistent user=rowhouse_gateway"}});
    Client client("", server.url());
    EXPECT_EQ(client.get("//healthz").status, 200);
    EXPECT_EQ(client.get("//readyz").status, 503);
    expect_problem(client.get("/me"), 503, "database_unavailable");
}

}  // namespace
}  // namespace rowhouse::test
