// One server takes over from another, under load, again and again: no request is dropped.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <thread>

#include "cluster.hpp"
#include "own_server.hpp"
#include "probe.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t clients = 24;
constexpr int rounds = 6;

/// A kept connection that ends just as a request is sent is the client's to try again (RFC 9112
/// §9.3.1): that is counted apart, and the contact must not have been made.
struct Tally {
    std::atomic<int> answered = 0, refused = 0, wrong = 0;
    std::atomic<int> dropped = 0;  ///< on a fresh connection, or within an answer
    std::atomic<int> crossed = 0;  ///< met the end of a kept connection
    std::atomic<bool> is_over = false;
};

/// Creates contacts at whichever server listens.
class Maker {
public:
    Maker(const Account& account, std::size_t number, const std::array<std::atomic<int>, 2>& ports,
          Tally& tally)
        : account_(account),
          name_(account.slug + "-handover" + std::to_string(number) + "-"),
          keeps_(number % 2 == 0),
          ports_(ports),
          tally_(tally) {}

    void run() {
        while (!tally_.is_over) {
            ask();
            std::this_thread::sleep_for(2ms);
        }
    }

    [[nodiscard]] int acknowledged() const { return acknowledged_; }
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    void ask() {
        const bool is_fresh = !connection_;
        if (is_fresh && !connect()) return;
        const auto id = name_ + std::to_string(++asked_);
        connection_->send(raw_request("POST", "/contacts",
                                      "X-Request-ID: " + id + "\r\nAuthorization: Bearer " +
                                          account_.session.token + "\r\n" +
                                          (keeps_ ? "" : "Connection: close\r\n"),
                                      Json{{"name", id}}.dump()));
        const auto reply = connection_->read_reply();
        if (!reply) {
            ++(is_fresh ? tally_.dropped : tally_.crossed);
            connection_.reset();
            return;
        }
        ++tally_.answered;
        if (reply->header("x-request-id") != id) ++tally_.wrong;
        if (reply->status == 201) ++acknowledged_;
        if (reply->status == 503) ++tally_.refused;
        if (reply->status != 201 && reply->status != 503) ++tally_.wrong;
        if (!keeps_ || reply->header("connection") == "close") connection_.reset();
    }

    bool connect() {
        for (const auto& port : ports_) {
            try {
                connection_ = std::make_unique<RawClient>(static_cast<std::uint16_t>(port.load()));
                return true;
            } catch (const std::runtime_error&) {
            }
        }
        return false;
    }

    const Account& account_;
    std::string name_;
    bool keeps_;
    const std::array<std::atomic<int>, 2>& ports_;
    Tally& tally_;
    std::unique_ptr<RawClient> connection_;
    int asked_ = 0;
    int acknowledged_ = 0;
};

/// Each round a new server begins, then the old one is asked to stop. @return the last
std::unique_ptr<OwnServer> hand_over(std::array<std::atomic<int>, 2>& ports,
                                     std::unique_ptr<OwnServer> old) {
    for (int round = 1; round <= rounds; ++round) {
        std::this_thread::sleep_for(700ms);
        auto fresh = std::make_unique<OwnServer>();
        ports[static_cast<std::size_t>(round % 2)] = fresh->port();
        std::this_thread::sleep_for(700ms);
        old->terminate();
        EXPECT_EQ(old->status_within(10s), 0) << "it did not drain";
        old = std::move(fresh);
    }
    std::this_thread::sleep_for(300ms);
    return old;
}

TEST(Soak, servers_hand_over_without_dropping_a_request) {
    const auto account = register_account();
    Tally tally;
    auto first = std::make_unique<OwnServer>();
    std::array<std::atomic<int>, 2> ports{first->port(), first->port()};
    std::vector<std::unique_ptr<Maker>> makers;
    std::vector<std::thread> threads;
    for (std::size_t number = 0; number < clients; ++number) {
        makers.push_back(std::make_unique<Maker>(account, number, ports, tally));
        threads.emplace_back([&maker = *makers.back()] { maker.run(); });
    }
    const auto last = hand_over(ports, std::move(first));
    tally.is_over = true;
    for (auto& thread : threads) thread.join();
    std::printf(
        "%d hand-overs: %d answered, %d refused, %d dropped, %d met the end of a kept connection\n",
        rounds, tally.answered.load(), tally.refused.load(), tally.dropped.load(),
        tally.crossed.load());
    EXPECT_EQ(tally.wrong, 0);
    EXPECT_EQ(tally.dropped, 0);
    EXPECT_EQ(tally.refused, 0);
    for (const auto& maker : makers)
        EXPECT_EQ(sql_value("select count(*) from app.contacts where starts_with(name, " +
                            quoted(maker->name()) + ")"),
                  std::to_string(maker->acknowledged()))
            << "made without an answer, or answered and not made";
}

}  // namespace
}  // namespace rowhouse::test
