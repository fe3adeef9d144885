// Thousands of spoiled requests to rowhouse.handle() in one backend: each is answered, none of them
// by a failure, and the backend neither ends nor grows. ROWHOUSE_MUTATED_REQUESTS says how many,
// ROWHOUSE_MUTATED_SEED where they begin; a failure names its request.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "core/bytes.hpp"
#include "generator.hpp"
#include "judge.hpp"

namespace rowhouse::test {
namespace {

/// More would be a few bytes of each request.
constexpr long allowed_growth = 8 * 1024;  // KiB

std::string environment(const char* name, const std::string& standard = "") {
    const auto* value = std::getenv(name);
    return value == nullptr ? standard : value;
}

long memory_of(int process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("RssAnon:")) return std::stol(line.substr(8));
    return 0;
}

/// The gateway's connection, which sends what the server would.
class Backend {
public:
    Backend()
        : connection_(environment("ROWHOUSE_TEST_GATEWAY") + " dbname='" +
                      environment("PGDATABASE") + '\'') {
        connection_.prepare("handle",
                            "select status, headers, body, route, tenant_id from "
                            "rowhouse.handle($1, $2, $3, $4, $5)");
    }

    [[nodiscard]] Answer ask(const Request& request) {
        pqxx::nontransaction transaction(connection_);
        const auto row = transaction
                             .exec_prepared("handle", request.method, request.target,
                                            pqxx::binarystring(request.headers),
                                            pqxx::binarystring(request.body), request.client)
                             .at(0);
        return {row[0].as<int>(), row[1].c_str(), row[2].c_str(), row[3].c_str(), row[4].c_str()};
    }

    [[nodiscard]] std::string log_in() {
        const auto answer = ask(
            {"POST", "/api/v1/auth/login", "host: x\r\ncontent-type: application/json\r\n",
             R"({"email":"fuzz@tap.example","password":"the password of fuzz"})", "198.51.100.1"});
        return Json::parse(answer.body).at("access_token");
    }

    [[nodiscard]] int process() const { return connection_.backendpid(); }

private:
    pqxx::connection connection_;
};

std::string describe(const Request& request) {
    return request.method + ' ' + request.target +
           "\nheaders: " + core::to_hex(core::as_bytes(request.headers)) + '\n' + request.headers +
           "\nbody: " + core::to_hex(core::as_bytes(request.body.substr(0, 2000))) + '\n' +
           request.body.substr(0, 500);
}

class Mutated : public testing::Test {
protected:
    static void SetUpTestSuite() {
        core::start_crypto();
        const auto folder =
            std::filesystem::canonical("/proc/self/exe").parent_path().parent_path();
        std::stringstream text;
        text << std::ifstream(folder / "endpoints.sql").rdbuf();
        pqxx::connection admin("");
        pqxx::nontransaction work(admin);
        tenant = work.exec(text.str()).at(0).at(0).c_str();
        // Cheap hashes; and whoever fails to log in is asked for more, not sent away.
        work.exec("alter system set rowhouse.password_memory = 8192");
        work.exec("alter system set rowhouse.password_passes = 1");
        work.exec("alter system set rowhouse.login_failures_per_account = 1000");
        work.exec("select pg_reload_conf()");
    }

    inline static std::string tenant;
};

/// Names what came of the answer that may be used again.
void learn(Generator& generator, const Answer& answer) {
    if (answer.status != 200 && answer.status != 201) return;
    const auto body = Json::parse(answer.body, nullptr, false);
    if (!body.is_object()) return;
    const auto text = [&](const char* name) {
        return body.contains(name) && body[name].is_string() ? body[name].get<std::string>() : "";
    };
    generator.remember(text("id"), text("next_cursor"));
}

TEST_F(Mutated, requests_are_answered_and_leave_nothing_behind) {
    const auto number = std::stoul(environment("ROWHOUSE_MUTATED_REQUESTS", "20000"));
    const auto seed = std::stoul(environment("ROWHOUSE_MUTATED_SEED", "1"));
    pqxx::connection admin("");
    Generator generator(admin, seed);
    const Judge judge(admin, tenant);
    Backend backend;
    auto token = backend.log_in();
    std::map<int, std::size_t> statuses;
    long before = 0;
    for (std::size_t i = 0; i < number; ++i) {
        if (i % std::max(1UL, number / 20) == 0)
            std::printf("%zu requests, %ld KiB\n", i, memory_of(backend.process()));
        if (i == number / 4) before = memory_of(backend.process());
        const auto request = generator.next(token);
        Answer answer;
        try {
            answer = backend.ask(request);
        } catch (const std::exception& error) {
            FAIL() << "request " << i << ": " << error.what() << '\n' << describe(request);
        }
        const auto fault = judge.fault_of(request, answer);
        ASSERT_EQ(fault, "") << "request " << i << ", " << answer.status << ' '
                             << answer.body.substr(0, 500) << '\n'
                             << describe(request);
        ++statuses[answer.status];
        learn(generator, answer);
        if (answer.status == 401 && request.is_authentic) token = backend.log_in();
    }
    const auto after = memory_of(backend.process());
    EXPECT_GT(before, 0);
    EXPECT_LT(after - before, allowed_growth) << "KiB more than after a quarter of the requests";
    std::printf("%ld KiB of memory, %ld more since the first quarter\n", after, after - before);
    for (const auto& [status, count] : statuses) std::printf("%d: %zu\n", status, count);
    // What is spoiled too much never gets behind the first check.
    EXPECT_GT(statuses[200] + statuses[201] + statuses[204], number / 20);
    EXPECT_GT(statuses[422], number / 20);
}

}  // namespace
}  // namespace rowhouse::test
