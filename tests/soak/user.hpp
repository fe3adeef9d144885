#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "accounts.hpp"
#include "latency.hpp"
#include "ledger.hpp"
#include "outages.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {

/// What all users have seen.
struct Tally {
    std::atomic<int> sent = 0;      ///< whole requests
    std::atomic<int> answered = 0;  ///< each held against its request
    std::atomic<int> aborted = 0;   ///< broken off by us
    std::atomic<int> failed = 0;    ///< 5xx, no answer, no connection
    std::atomic<int> failed_within_outage = 0;
    std::atomic<bool> is_over = false;

    void add_wrong(const std::string& text);
    [[nodiscard]] std::vector<std::string> wrong() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> wrong_;
};

/// One client of one tenant: does everything that a user may do, checks every answer and keeps
/// account of what it made. For one thread.
class User {
public:
    /// @param own,other the user's tenant and one whose contacts must never be seen
    /// @param foreign a contact of the other
    struct Place {
        Account own;
        Account other;
        std::string foreign;
        std::size_t number;
        bool aborts;
    };

    User(Place place, Tally& tally, const Outages& outages);

    /// Until the tally says that it is over.
    void run();

    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    [[nodiscard]] const Latencies& latencies() const { return latencies_; }
    /// Every name that it gives begins so.
    [[nodiscard]] const std::string& prefix() const { return prefix_; }
    [[nodiscard]] const Account& account() const { return place_.own; }

private:
    enum class Fate { unsent, unknown, answered };
    struct Result {
        Fate fate = Fate::unsent;
        Reply reply;
    };

    void act();
    void get();
    void list();
    void create();
    void change();
    void remove();
    void me();
    void refresh();
    void log_in();
    void look_at_foreign();

    Result ask(const std::string& method, const std::string& path, int status,
               const Json& body = nullptr);
    Result break_off(const std::string& bytes);
    Result read_answer(const std::string& id, const std::string& what, int status,
                       Clock::time_point sent);
    void fail(Clock::time_point sent);
    void expect(bool is_right, const Result& result, const std::string& what);
    bool connect();

    Place place_;
    std::string prefix_;
    Tally& tally_;
    const Outages& outages_;
    Session session_;
    Ledger ledger_;
    Latencies latencies_;
    std::minstd_rand random_;
    std::unique_ptr<RawClient> connection_;
    int asked_ = 0;
};

}  // namespace rowhouse::test
