// Clients that want to hurt: afterwards the server neither spins nor keeps anything of them.
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "client.hpp"
#include "echo_server.hpp"

namespace rowhouse::server::test {
namespace {

using namespace std::chrono_literals;

std::ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

/// What sanitizers keep of memory that was freed, to notice whoever uses it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t quarantine = 300'000'000;
#else
constexpr std::size_t quarantine = 0;
#endif

/// Of this process, server and test together.
std::size_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::size_t size = 0, resident = 0;
    file >> size >> resident;
    return resident * static_cast<std::size_t>(::getpagesize());
}

std::chrono::microseconds used_time() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto micros = [](timeval t) {
        return std::chrono::microseconds(t.tv_sec * 1'000'000 + t.tv_usec);
    };
    return micros(usage.ru_utime) + micros(usage.ru_stime);
}

/// Processor time while nothing happens.
std::chrono::microseconds used_while_idle() {
    const auto before = used_time();
    std::this_thread::sleep_for(500ms);
    return used_time() - before;
}

bool is_empty_within(const EchoServer& echo, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (const_cast<EchoServer&>(echo).server().connections() > 0) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(10ms);
    }
    return true;
}

class Hostility : public testing::Test {
protected:
    void SetUp() override {
        for (int i = 0; i < 8; ++i) serves();  // what is made at first use is no leak
        ASSERT_TRUE(is_empty_within(echo_, 2s));
        std::this_thread::sleep_for(250ms);  // every worker has ticked
        descriptors_ = open_descriptors();
    }

    void TearDown() override {
        serves();
        EXPECT_TRUE(is_empty_within(echo_, 3s)) << "connections were left behind";
        EXPECT_EQ(open_descriptors(), descriptors_);
        EXPECT_LT(used_while_idle(), 200ms) << "it spins";
    }

    void serves() {
        Client client(echo_.port());
        client.send(get("/well"));
        const auto reply = client.read_reply();
        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->status, 200);
    }

    static http::Options options() {
        http::Options options;
        options.header_timeout = options.body_timeout = options.write_timeout = 1s;
        return options;
    }

    EchoServer echo_{options()};
    std::ptrdiff_t descriptors_ = 0;
};

TEST_F(Hostility, empty_lines_without_end_cost_little) {
    const auto before = used_time();
    {
        Client client(echo_.port());
        std::string lines;
        for (int i = 0; i < 500'000; ++i) lines += "\r\n";
        for (int i = 0; i < 32; ++i) client.send(lines);
    }
    EXPECT_TRUE(is_empty_within(echo_, 5s));
    EXPECT_LT(used_time() - before, 3s) << "two bytes at a time they would cost a minute";
}

TEST_F(Hostility, a_deep_pipeline_is_answered_in_order_within_bounds) {
    constexpr int count = 20'000;
    const auto before = resident_bytes();
    Client client(echo_.port());
    std::thread asking([&] {
        std::string bytes;
        for (int i = 0; i < count; ++i) bytes += get("/?" + std::to_string(i));
        client.send(bytes);
    });
    std::this_thread::sleep_for(200ms);  // so that answers pile up, if they may
    EXPECT_LT(resident_bytes(), before + quarantine + 16'000'000);
    int in_order = 0;
    for (int i = 0; i < count; ++i) {
        const auto reply = client.read_reply();
        if (!reply || !reply->body.starts_with("GET /?" + std::to_string(i) + "\n")) break;
        ++in_order;
    }
    asking.join();
    EXPECT_EQ(in_order, count);
}

TEST_F(Hostility, a_pipeline_that_nobody_reads_takes_no_memory) {
    const auto before = resident_bytes();
    std::vector<Client> clients;
    std::string bytes;
    for (int i = 0; i < 2000; ++i) bytes += get("/big/20000");
    std::vector<std::thread> sending;
    for (int i = 0; i < 8; ++i) clients.emplace_back(echo_.port());
    for (auto& client : clients) sending.emplace_back([&] { client.send(bytes); });
    std::this_thread::sleep_for(500ms);
    EXPECT_LT(resident_bytes(), before + quarantine + 60'000'000);
    for (auto& thread : sending) thread.join();
    EXPECT_TRUE(is_empty_within(echo_, 5s)) << "the write deadline did not end them";
}

TEST_F(Hostility, half_closed_clients_are_let_go_wherever_they_stopped) {
    for (const std::string bytes :
         {"", "\r\n", "GET", "GET / HTTP/1.1\r\nHost: a\r\n", "nonsense\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"}) {
        Client client(echo_.port());
        client.send(bytes);
        client.shut_down();
        while (client.read_reply(false)) {
        }
        EXPECT_TRUE(is_empty_within(echo_, 800ms)) << bytes;
    }
}

TEST_F(Hostility, nobody_makes_it_spin) {
    std::vector<Client> clients;
    for (int i = 0; i < 40; ++i) {
        clients.emplace_back(echo_.port());
        auto& client = clients.back();
        switch (i % 5) {
            case 0: client.send("GET / HT"); break;
            case 1:
                client.send(get("/wait/900"));
                client.shut_down();
                break;
            case 2: client.send(get("/big/9000000")); break;
            case 3: client.send("nonsense\r\n\r\n"); break;
            default: break;
        }
    }
    // The large answers take a while to write; what spins never comes to rest.
    bool is_calm = false;
    for (int i = 0; i < 10 && !is_calm; ++i) is_calm = used_while_idle() < 200ms;
    EXPECT_TRUE(is_calm);
}

TEST_F(Hostility, slow_readers_of_large_answers_get_them_or_leave_nothing) {
    constexpr std::size_t size = 20'000'000;
    std::atomic<int> whole{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&, i] {
            Client client(echo_.port());
            client.send(get("/big/" + std::to_string(size)));
            std::this_thread::sleep_for(300ms);
            if (i == 0) return client.abort();
            const auto reply = client.read_reply();
            if (reply && reply->body.size() > size) ++whole;
        });
    serves();
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(whole, 3);
}

TEST_F(Hostility, thousands_of_connects_leave_nothing) {
    const auto before = resident_bytes();
    for (int i = 0; i < 3000; ++i) {
        Client client(echo_.port());
        if (i % 3 == 0) client.send(get("/wait/0"));
        if (i % 3 == 1) client.send("GET /");
        if (i % 2 == 0) client.abort();
    }
    EXPECT_TRUE(is_empty_within(echo_, 5s));
    EXPECT_LT(resident_bytes(), before + quarantine + 16'000'000);
}

}  // namespace
}  // namespace rowhouse::server::test
