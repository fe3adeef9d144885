#pragma once

#include <pqxx/pqxx>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace rowhouse::test {

/// Rows of a statement run by the superuser, each statement in a transaction of its own.
pqxx::result sql(const std::string& statement);

/// The only value of a statement's only row; empty for NULL.
[[nodiscard]] std::string sql_value(const std::string& statement);

/// A text as an SQL literal.
[[nodiscard]] std::string quoted(const std::string& text);

/// Stands in the configuration as long as it lives, and is heard by every backend.
class Setting {
public:
    Setting(std::string name, const std::string& value);
    ~Setting();
    Setting(const Setting&) = delete;
    Setting& operator=(const Setting&) = delete;

private:
    std::string name_;
};

/// What a statement locks stays locked as long as this lives.
class Lock {
public:
    explicit Lock(const std::string& statement);
    void release();

private:
    std::unique_ptr<pqxx::connection> connection_;
    std::unique_ptr<pqxx::work> work_;
};

/// Blocks all reading and writing of a table.
class TableLock : public Lock {
public:
    explicit TableLock(const std::string& table)
        : Lock("lock table " + table + " in access exclusive mode") {}
};

/// How many sessions of the gateway wait for a lock.
[[nodiscard]] int waiting_gateways();

/// docker/local/cluster.sh start or stop, for the cluster of this run.
void run_cluster(const std::string& verb);

/// Asks again every few milliseconds until the answer is yes or the time is over.
[[nodiscard]] bool is_true_within(std::chrono::milliseconds limit,
                                  const std::function<bool()>& question);

/// A text that no other call and no other run returns: lower-case letters and digits.
[[nodiscard]] std::string unique_text(const std::string& prefix);

/// A random UUID, which names nothing.
[[nodiscard]] std::string random_uuid();

}  // namespace rowhouse::test
