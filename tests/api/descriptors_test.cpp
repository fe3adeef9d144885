// A server that may open few files: clients never take what the database connections need.
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "accounts.hpp"
#include "cluster.hpp"
#include "own_server.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

/// Hundredths of a second of processor time, of all its threads.
long used_ticks(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string field;
    for (int number = 3; number < 14; ++number) fields >> field;
    long user = 0, system = 0;
    fields >> user >> system;
    return user + system;
}

TEST(Descriptors, sixty_four_are_shared_out_without_spinning) {
    const auto token = log_in(register_account()).token;
    const OwnServer server({}, 64);
    RawClient first(server.port());
    const auto answers = [&] {
        first.send(raw_request("GET", "/me", "Authorization: Bearer " + token + "\r\n"));
        const auto reply = first.read_reply();
        return reply ? reply->status : 0;
    };
    EXPECT_EQ(answers(), 200);
    std::vector<std::unique_ptr<RawClient>> crowd;
    for (int number = 0; number < 100; ++number)
        crowd.push_back(std::make_unique<RawClient>(server.port()));
    EXPECT_EQ(answers(), 200) << "who was there first is served";
    const auto before = used_ticks(server.process());
    std::this_thread::sleep_for(1s);
    EXPECT_LT(used_ticks(server.process()) - before, 20);
    int refused = 0;
    for (const auto& client : crowd) {
        client->send(raw_request("GET", "//healthz", ""));
        const auto reply = client->read_reply();
        if (!reply || reply->status == 503) ++refused;
    }
    EXPECT_GT(refused, 50);
    EXPECT_LT(refused, 100);
    crowd.clear();
    EXPECT_EQ(answers(), 200);
    const auto serves_others = [&] {
        RawClient other(server.port());
        other.send(raw_request("GET", "//healthz", ""));
        const auto reply = other.read_reply();
        return reply && reply->status == 200;
    };
    EXPECT_TRUE(is_true_within(2s, serves_others));
}

TEST(Descriptors, too_few_are_refused_with_what_to_do) {
    try {
        const OwnServer server({}, 40);
        FAIL() << "it serves";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(
            std::string(error.what()).find("open files is too low: raise it (ulimit -n) to 58"),
            std::string::npos)
            << error.what();
    }
}

}  // namespace
}  // namespace rowhouse::test
