// Every answer goes to whoever asked, also while others break off.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <random>
#include <thread>

#include "accounts.hpp"
#include "cluster.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {
namespace {

using Clock = std::chrono::steady_clock;

/// How large the test is: ROWHOUSE_TEST_REQUESTS asks for more than `make test` has time for.
struct Size {
    static int wanted() {
        const char* text = std::getenv("ROWHOUSE_TEST_REQUESTS");
        return text == nullptr ? 20'000 : std::atoi(text);
    }

    int requests = wanted();
    std::size_t clients = requests > 20'000 ? 64 : 16;
    std::size_t tenants = clients / 4;
    unsigned pipelined = requests > 20'000 ? 4 : 8;  ///< together less than the queues hold
    std::chrono::seconds time_limit{std::max(60, requests / 300)};

    [[nodiscard]] int requests_of_a_client() const {
        return requests / static_cast<int>(clients) + 1;
    }
};

struct Tenant {
    Account account;
    std::vector<Json> contacts;
};

/// A request on its way and what its answer must be.
struct Expected {
    std::string request_id;
    int status;
    std::string body_part;     ///< stands in the body
    std::string foreign_part;  ///< does not
};

struct Tally {
    std::atomic<int> sent = 0, answered = 0, lost = 0, aborted = 0;
    std::mutex mutex;
    std::vector<std::string> wrong;

    void add_wrong(const std::string& text) {
        const std::lock_guard lock(mutex);
        wrong.push_back(text);
    }
};

/// One client with a session of its own.
class Asker {
public:
    Asker(const Size& size, const std::vector<Tenant>& all, std::size_t number, Tally& tally)
        : size_(size),
          own_(all[number % all.size()]),
          other_(all[(number + 1) % all.size()]),
          number_(number),
          session_(log_in(own_.account)),
          tally_(tally),
          random_(static_cast<unsigned>(number)) {}

    void run(bool aborts, Clock::time_point end) {
        auto connection = std::make_unique<RawClient>();
        while (asked_ < size_.requests_of_a_client() && Clock::now() < end) {
            std::vector<Expected> expected;
            std::string bytes;
            for (auto left = 1 + random_() % size_.pipelined; left > 0; --left)
                bytes += ask(expected);
            const bool breaks_off = aborts && random_() % 2 == 0;
            if (!breaks_off) {
                connection->send(bytes);
                read_all(*connection, expected);
                continue;
            }
            break_off(*connection, bytes, expected);
            connection->abort();
            ++tally_.aborted;
            connection = std::make_unique<RawClient>();
        }
    }

private:
    /// @return the text of one more request
    std::string ask(std::vector<Expected>& expected) {
        const auto id = "wrong-client-" + std::to_string(number_) + "-" + std::to_string(++asked_);
        const auto& contact = own_.contacts[random_() % own_.contacts.size()];
        const auto& foreign = other_.contacts[random_() % other_.contacts.size()];
        const auto& mark = other_.account.slug;
        const auto header =
            "X-Request-ID: " + id + "\r\nAuthorization: Bearer " + session_.token + "\r\n";
        ++tally_.sent;
        switch (random_() % 5) {
            case 0:
                expected.push_back({id, 404, id, mark});
                return raw_request("GET", "/contacts/" + foreign.value("id", ""), header);
            case 1:
                expected.push_back({id, 200, own_.account.slug, mark});
                return raw_request("GET", "/contacts?limit=3", header);
            case 2:
                expected.push_back({id, 200, own_.account.email, mark});
                return raw_request("GET", "/me", header);
            case 3:
                expected.push_back({id, 200, contact.value("name", ""), mark});
                return raw_request("PATCH", "/contacts/" + contact.value("id", ""), header,
                                   Json{{"notes", id}}.dump());
            default:
                expected.push_back({id, 200, contact.value("name", ""), mark});
                return raw_request("GET", "/contacts/" + contact.value("id", ""), header);
        }
    }

    /// Ends within the requests, before an answer, between two or within one.
    void break_off(RawClient& connection, const std::string& bytes,
                   const std::vector<Expected>& expected) {
        const auto kind = random_() % 4;
        if (kind == 0)
            return connection.send(std::string_view(bytes).substr(0, random_() % bytes.size()));
        connection.send(bytes);
        if (kind == 1) return;
        const auto read = random_() % expected.size();
        for (std::size_t place = 0; place < read; ++place)
            if (!read_one(connection, expected[place])) return;
        if (kind == 2) connection.read_some(1 + random_() % 1200);
    }

    bool read_one(RawClient& connection, const Expected& expected) {
        const auto reply = connection.read_reply();
        if (!reply) {
            ++tally_.lost;
            return false;
        }
        ++tally_.answered;
        const bool is_right = reply->header("x-request-id") == expected.request_id &&
                              reply->status == expected.status &&
                              reply->body.find(expected.body_part) != std::string::npos &&
                              reply->body.find(expected.foreign_part) == std::string::npos;
        if (!is_right)
            tally_.add_wrong(expected.request_id + " got " + reply->header("x-request-id") + " " +
                             std::to_string(reply->status) + " " + reply->body);
        return true;
    }

    void read_all(RawClient& connection, const std::vector<Expected>& expected) {
        for (const auto& each : expected)
            if (!read_one(connection, each)) return;
    }

    const Size& size_;
    const Tenant& own_;
    const Tenant& other_;
    std::size_t number_;
    Session session_;
    Tally& tally_;
    std::minstd_rand random_;
    int asked_ = 0;
};

std::vector<Tenant> make_tenants(std::size_t count) {
    std::vector<Tenant> all;
    for (std::size_t number = 0; number < count; ++number) {
        Tenant tenant{register_account(), {}};
        auto client = tenant.account.client();
        for (int place = 0; place < 8; ++place)
            tenant.contacts.push_back(create_contact(
                client, {{"name", tenant.account.slug + "-" + std::to_string(place)}}));
        all.push_back(std::move(tenant));
    }
    return all;
}

/// Half of the clients break off now and then.
void ask_all(const Size& size, const std::vector<Tenant>& all, Tally& tally) {
    // Logged in one after the other: together they would wait for each other's hashing.
    std::deque<Asker> askers;
    for (std::size_t number = 0; number < size.clients; ++number)
        askers.emplace_back(size, all, number, tally);
    const auto end = Clock::now() + size.time_limit;
    std::vector<std::thread> threads;
    for (std::size_t number = 0; number < size.clients; ++number)
        threads.emplace_back([&, number] {
            try {
                askers[number].run(number / all.size() % 2 == 0, end);
            } catch (const std::exception& error) {
                tally.add_wrong(error.what());
            }
        });
    for (auto& thread : threads) thread.join();
}

TEST(WrongClient, gets_no_answer_among_twenty_thousand) {
    const Size size;
    const auto all = make_tenants(size.tenants);
    Tally tally;
    ask_all(size, all, tally);
    std::printf("%zu clients: %d requests, %d answers checked, %d connections broken off\n",
                size.clients, tally.sent.load(), tally.answered.load(), tally.aborted.load());
    EXPECT_TRUE(tally.wrong.empty()) << tally.wrong.size() << ", such as " << tally.wrong.front();
    EXPECT_EQ(tally.lost, 0);
    EXPECT_GE(tally.sent, size.requests) << "too slow";
    EXPECT_GT(tally.answered, size.requests / 2);
    EXPECT_GT(tally.aborted, size.requests / 40);
    EXPECT_EQ(Client().get("//readyz").status, 200);
    for (const auto& tenant : all) {
        auto client = tenant.account.client();
        for (const auto& contact : tenant.contacts)
            EXPECT_EQ(client.get("/contacts/" + contact.value("id", "")).json().at("name"),
                      contact.at("name"));
    }
}

}  // namespace
}  // namespace rowhouse::test
