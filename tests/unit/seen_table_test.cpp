#include "core/seen_table.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "core/bytes.hpp"
#include "support.hpp"

namespace rowhouse::core {
namespace {

constexpr std::uint64_t this_minute = 29'000'000;

Uuid random_id() {
    Uuid id{};
    const auto bytes = random_bytes(id.size());
    std::copy(bytes.begin(), bytes.end(), id.begin());
    return id;
}

std::vector<Uuid> random_ids(std::size_t count) {
    std::vector<Uuid> ids;
    while (ids.size() < count) ids.push_back(random_id());
    return ids;
}

std::size_t news_of(SeenTable& table, const std::vector<Uuid>& ids, std::uint64_t interval) {
    std::size_t news = 0;
    for (const auto& id : ids) news += table.is_news(id, interval) ? 1 : 0;
    return news;
}

TEST(SeenTable, an_id_is_news_once_in_an_interval) {
    const auto table = std::make_unique<SeenTable>();
    const auto id = random_id();
    EXPECT_TRUE(table->is_news(id, this_minute));
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(table->is_news(id, this_minute));
    EXPECT_TRUE(table->is_news(id, this_minute + 1));
    EXPECT_FALSE(table->is_news(id, this_minute + 1));
    EXPECT_TRUE(table->is_news(random_id(), this_minute + 1));
}

TEST(SeenTable, many_ids_are_nearly_all_news_and_never_twice) {
    const auto table = std::make_unique<SeenTable>();
    const auto ids = random_ids(4000);
    EXPECT_GT(news_of(*table, ids, this_minute), 3900U);
    EXPECT_EQ(news_of(*table, ids, this_minute), 0U);
    EXPECT_GT(news_of(*table, ids, this_minute + 1), 3900U);
}

TEST(SeenTable, too_many_ids_are_left_out_but_not_the_same_ones_always) {
    const auto table = std::make_unique<SeenTable>();
    const auto ids = random_ids(100'000);
    std::vector<Uuid> left_out;
    for (const auto& id : ids)
        if (!table->is_news(id, this_minute)) left_out.push_back(id);
    EXPECT_GE(left_out.size(), 100'000U - 16'384U);
    EXPECT_EQ(news_of(*table, ids, this_minute), 0U) << "a full table stays so";
    left_out.resize(1000);
    EXPECT_GT(news_of(*table, left_out, this_minute + 1), 990U);
}

TEST(SeenTable, one_of_several_who_ask_at_once_hears_it) {
    const auto table = std::make_unique<SeenTable>();
    const auto ids = random_ids(2000);
    std::atomic<std::size_t> news = 0;
    std::vector<std::thread> askers;
    for (int i = 0; i < 4; ++i)
        askers.emplace_back([&] { news += news_of(*table, ids, this_minute); });
    for (auto& asker : askers) asker.join();
    EXPECT_GT(news, 1990U);
    EXPECT_LE(news, 2000U);
}

}  // namespace
}  // namespace rowhouse::core
