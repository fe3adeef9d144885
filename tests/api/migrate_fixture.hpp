#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <pqxx/pqxx>
#include <string>

/// A source folder and a database of the test's own, and `rowhoused migrate` between them.
class MigrateTest : public testing::Test {
protected:
    struct Outcome {
        int status;
        std::string output;  ///< standard output and standard error
    };

    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() / ("rowhouse-" + database_);
        pqxx::connection server(url("postgres"));
        pqxx::nontransaction(server).exec("create database " + database_);
        write("sql/10_depot.sql", depot);
    }

    void TearDown() override {
        std::filesystem::remove_all(folder_);
        pqxx::connection server(url("postgres"));
        pqxx::nontransaction(server).exec("drop database " + database_ + " with (force)");
    }

    void write(const std::string& path, const std::string& text) const {
        std::filesystem::create_directories((folder_ / path).parent_path());
        std::ofstream(folder_ / path) << text;
    }

    void remove(const std::string& path) const { std::filesystem::remove(folder_ / path); }

    [[nodiscard]] Outcome migrate(const std::string& options = "") const {
        const std::string command = "ROWHOUSE_ADMIN_URL=\"" + url(database_) + options +
                                    "\" ROWHOUSE_SOURCE_DIR='" + folder_.string() + "' '" +
                                    std::getenv("ROWHOUSE_TEST_ROWHOUSED") + "' migrate 2>&1";
        FILE* pipe = popen(command.c_str(), "r");
        std::string output;
        std::array<char, 4096> buffer{};
        while (const auto size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
            output.append(buffer.data(), size);
        }
        return {WEXITSTATUS(pclose(pipe)), output};
    }

    void expect_success() const {
        const auto outcome = migrate();
        EXPECT_EQ(outcome.status, 0) << outcome.output;
    }

    void expect_failure(const std::string& reason) const {
        const auto outcome = migrate();
        EXPECT_EQ(outcome.status, 1);
        EXPECT_NE(outcome.output.find(reason), std::string::npos) << outcome.output;
    }

    /// The only value of a query's only row.
    [[nodiscard]] std::string value(const std::string& query) const {
        pqxx::connection connection(url(database_));
        return pqxx::work(connection).exec1(query)[0].c_str();
    }

    /// Which steps noted themselves in depot.log, in order.
    [[nodiscard]] std::string log() const {
        return value("select coalesce(string_agg(step, ' ' order by id), '') from depot.log");
    }

    [[nodiscard]] static std::string url(const std::string& database) {
        return "host=" + std::string(std::getenv("PGHOST")) + " user=postgres dbname=" + database;
    }

    /// A schema that nobody protects, with a log of what was run.
    static constexpr const char* depot =
        "set local role none;\n"
        "create schema depot authorization rowhouse_owner;\n"
        "set local role rowhouse_owner;\n"
        "create table depot.log (id int generated always as identity, step text);\n"
        "insert into depot.log (step) values ('depot');\n";

    const std::string database_ = "migrate_test_" + std::to_string(::getpid());
    std::filesystem::path folder_;
};
