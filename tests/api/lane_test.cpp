// Database connections under clients that take more than their share, or leave.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "accounts.hpp"
#include "cluster.hpp"
#include "own_server.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

std::string request_of(const Account& account, const std::string& method, const std::string& path,
                       const std::string& body = {}) {
    return raw_request(method, path, "Authorization: Bearer " + account.session.token + "\r\n",
                       body);
}

TEST(Lane, eight_blocked_writes_of_one_credential_leave_connections_for_others) {
    const auto greedy = register_account();
    const auto modest = register_account();
    const auto contact = create_contact(greedy, "locked").value("id", "");
    const auto own = "/contacts/" + create_contact(modest, "free").value("id", "");
    const OwnServer server;  // 8 connections
    Lock row("select from app.contacts where id = " + quoted(contact) + " for update");
    std::vector<std::future<Reply>> blocked;
    for (int number = 0; number < 8; ++number)
        blocked.push_back(in_background(greedy,
                                        Request{"PATCH",
                                                "/contacts/" + contact,
                                                R"({"notes":"same"})",
                                                {{"Idempotency-Key", "one-and-the-same"}}},
                                        server.url()));
    ASSERT_TRUE(is_true_within(1s, [] { return waiting_gateways() >= 4; }));
    Client others(modest.session.token, server.url());
    for (int number = 0; number < 50; ++number) EXPECT_EQ(others.get(own).status, 200);
    EXPECT_EQ(waiting_gateways(), 4) << "more than half of the connections wait for one credential";
    row.release();
    for (auto& reply : blocked) EXPECT_EQ(reply.get().status, 200);
}

TEST(Lane, a_read_that_nobody_waits_for_is_cancelled) {
    const auto account = register_account();
    TableLock lock("app.contacts");
    RawClient client;
    client.send(request_of(account, "GET", "/contacts"));
    ASSERT_TRUE(is_true_within(1s, [] { return waiting_gateways() == 1; }));
    client.abort();
    EXPECT_TRUE(is_true_within(1s, [] { return waiting_gateways() == 0; }))
        << "it goes on until the lock's own time-out";
    lock.release();
    EXPECT_EQ(account.client().get("/contacts").status, 200);
}

TEST(Lane, a_write_is_carried_out_although_its_client_has_gone) {
    const auto account = register_account();
    const auto path = "/contacts/" + create_contact(account, "before").value("id", "");
    TableLock lock("app.contacts");
    RawClient client;
    client.send(request_of(account, "PATCH", path, R"({"name":"after"})"));
    ASSERT_TRUE(is_true_within(1s, [] { return waiting_gateways() == 1; }));
    client.abort();
    std::this_thread::sleep_for(400ms);
    lock.release();
    EXPECT_TRUE(is_true_within(
        2s, [&] { return account.client().get(path).json().value("name", "") == "after"; }));
}

TEST(Lane, a_client_that_has_only_shut_its_side_is_answered) {
    const auto account = register_account();
    TableLock lock("app.contacts");
    RawClient client;
    client.send(request_of(account, "GET", "/contacts"));
    ASSERT_TRUE(is_true_within(1s, [] { return waiting_gateways() == 1; }));
    client.shut_down();
    std::this_thread::sleep_for(300ms);
    lock.release();
    EXPECT_EQ(client.read_reply().value().status, 200);
}

/// Asks one server after the other until told to stop, as a proxy would that knows both.
struct Traveller {
    const Account& account;
    const std::string& path;
    std::atomic<const OwnServer*>& serving;
    std::atomic<bool>& is_over;
    std::atomic<int>& answered;
    std::atomic<int>& dropped;

    void operator()() const {
        while (!is_over) {
            Client client(account.session.token, serving.load()->url());
            bool is_kept = true;
            while (is_kept && !is_over) is_kept = ask(client);
        }
    }

    /// Whether the connection may be used again.
    [[nodiscard]] bool ask(Client& client) const {
        try {
            const auto reply = client.get(path);
            ++(reply.status == 200 ? answered : dropped);
            return reply.header("connection") != "close";
        } catch (const std::runtime_error& error) {
            const bool is_refused =
                std::string(error.what()).find("connect to server") != std::string::npos;
            if (!is_refused) ++dropped;
            return false;
        }
    }
};

TEST(Lane, a_rolling_restart_drops_no_request) {
    const auto account = register_account();
    const auto path = "/contacts/" + create_contact(account, "x").value("id", "");
    auto first = std::make_unique<OwnServer>();
    auto second = std::make_unique<OwnServer>();
    std::atomic<const OwnServer*> serving = first.get();
    std::atomic<bool> is_over = false;
    std::atomic<int> answered = 0, dropped = 0;
    std::vector<std::thread> travellers;
    for (int number = 0; number < 8; ++number)
        travellers.emplace_back(Traveller{account, path, serving, is_over, answered, dropped});
    for (int round = 0; round < 3; ++round) {
        std::this_thread::sleep_for(300ms);
        serving = second.get();
        first->terminate();
        EXPECT_EQ(first->status_within(10s), 0);
        std::this_thread::sleep_for(100ms);
        first = std::make_unique<OwnServer>();
        std::swap(first, second);
    }
    is_over = true;
    for (auto& traveller : travellers) traveller.join();
    EXPECT_EQ(dropped, 0);
    EXPECT_GT(answered, 200);
}

}  // namespace
}  // namespace rowhouse::test
