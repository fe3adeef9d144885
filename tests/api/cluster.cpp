#include "cluster.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "client.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* widened_limit = "rowhouse.login_failures_per_address";

/// Every test comes from one address, so wrong passwords in one would lock out the next.
class WidenAddressLimit : public testing::Environment {
public:
    void SetUp() override { limit_ = std::make_unique<Setting>(widened_limit, "100000"); }
    void TearDown() override { limit_.reset(); }

private:
    std::unique_ptr<Setting> limit_;
};

[[maybe_unused]] const auto* widen = testing::AddGlobalTestEnvironment(new WidenAddressLimit);

std::uint64_t random_number() {
    thread_local std::mt19937_64 random{std::random_device{}()};
    return random();
}

std::string hex(std::uint64_t number, std::size_t digits) {
    constexpr std::string_view alphabet = "0123456789abcdef";
    std::string text;
    for (; text.size() < digits; number >>= 4) text += alphabet[number & 15];
    return text;
}

/// Backends read the configuration before their next statement, once they got the signal.
void reload() {
    const auto loaded = sql_value("select pg_conf_load_time()");
    sql("select pg_reload_conf()");
    if (!is_true_within(5s, [&] { return sql_value("select pg_conf_load_time()") != loaded; }))
        throw std::runtime_error("PostgreSQL did not reload its configuration");
    std::this_thread::sleep_for(50ms);
}

}  // namespace

pqxx::result sql(const std::string& statement) {
    thread_local std::unique_ptr<pqxx::connection> connection;
    try {
        if (!connection) connection = std::make_unique<pqxx::connection>("");
        return pqxx::nontransaction(*connection).exec(statement);
    } catch (const pqxx::broken_connection&) {
        connection = std::make_unique<pqxx::connection>("");
        return pqxx::nontransaction(*connection).exec(statement);
    }
}

std::string sql_value(const std::string& statement) {
    return sql(statement).at(0).at(0).c_str();
}

std::string quoted(const std::string& text) {
    std::string literal = "'";
    for (const char c : text) literal.append(c == '\'' ? 2 : 1, c);
    return literal + '\'';
}

Setting::Setting(std::string name, const std::string& value) : name_(std::move(name)) {
    sql("alter system set " + name_ + " = " + quoted(value));
    reload();
}

Setting::~Setting() {
    sql("alter system reset " + name_);
    // Another setting of the suite goes on.
    if (name_ == widened_limit && testing::UnitTest::GetInstance()->current_test_info() != nullptr)
        sql("alter system set " + name_ + " = 100000");
    reload();
}

Lock::Lock(const std::string& statement)
    : connection_(std::make_unique<pqxx::connection>("")),
      work_(std::make_unique<pqxx::work>(*connection_)) {
    work_->exec(statement);
}

void Lock::release() {
    work_.reset();
}

int waiting_gateways() {
    return std::stoi(
        sql_value("select count(*) from pg_stat_activity where usename = "
                  "'rowhouse_gateway' and wait_event_type = 'Lock'"));
}

void run_cluster(const std::string& verb) {
    const auto root = std::filesystem::canonical("/proc/self/exe").parent_path() / "../../..";
    const auto command = (root / "docker/local/cluster.sh").string() + " " + verb + " >&2";
    if (std::system(command.c_str()) != 0) throw std::runtime_error(command + " failed");
}

bool is_true_within(std::chrono::milliseconds limit, const std::function<bool()>& question) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!question()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(10ms);
    }
    return true;
}

std::string unique_text(const std::string& prefix) {
    static std::atomic<unsigned> count = 0;
    return prefix + hex(random_number(), 12) + std::to_string(++count);
}

std::string random_uuid() {
    const auto digits = hex(random_number(), 16) + hex(random_number(), 16);
    return digits.substr(0, 8) + '-' + digits.substr(8, 4) + "-4" + digits.substr(13, 3) + "-a" +
           digits.substr(17, 3) + '-' + digits.substr(20, 12);
}

}  // namespace rowhouse::test
