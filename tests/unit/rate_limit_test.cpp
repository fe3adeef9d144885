#include "core/rate_limit.hpp"

#include <random>

#include "support.hpp"

namespace rowhouse::core {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t noon = 29'000'000 * minute;  // a window of the clock begins

/// A subject's counter and a clock.
struct Counted {
    RateRule rule{100, 60};
    std::uint64_t word = 0;

    RateVerdict request(std::int64_t now) {
        const auto step = count_request(word, now, rule);
        word = step.word;
        return step.verdict;
    }
    int passed(int times, std::int64_t now) {
        int passed = 0;
        while (times-- > 0) passed += request(now).is_allowed ? 1 : 0;
        return passed;
    }
};

TEST(RateLimit, lets_exactly_so_many_pass_in_a_window_of_the_clock) {
    Counted user;
    for (std::uint32_t number = 0; number < 100; ++number) {
        const auto verdict = user.request(noon + number * second / 2);
        ASSERT_TRUE(verdict.is_allowed);
        EXPECT_EQ(verdict.remaining, 99 - number);
    }
    EXPECT_EQ(user.passed(900, noon + minute - 1), 0);
}

TEST(RateLimit, a_request_says_when_the_window_ends) {
    Counted user;
    EXPECT_EQ(user.request(noon).wait, 60U);
    EXPECT_EQ(user.request(noon + 1).wait, 60U);
    EXPECT_EQ(user.request(noon + 48 * second).wait, 12U);
    EXPECT_EQ(user.request(noon + minute - 1).wait, 1U);
}

TEST(RateLimit, the_window_before_counts_by_its_part_that_is_left) {
    Counted user;
    EXPECT_EQ(user.passed(100, noon + minute - 1), 100);
    EXPECT_EQ(user.passed(100, noon + minute), 0) << "no double share across the boundary";
    EXPECT_EQ(user.passed(100, noon + minute + 30 * second), 50);
    EXPECT_EQ(user.passed(100, noon + 2 * minute - 1), 49);
}

TEST(RateLimit, is_as_new_when_a_whole_window_was_silent) {
    Counted user;
    EXPECT_EQ(user.passed(200, noon), 100);
    EXPECT_EQ(user.passed(200, noon + 2 * minute), 100);
}

TEST(RateLimit, a_refused_request_leaves_the_word_as_it_was) {
    Counted user;
    user.passed(100, noon);
    const auto before = user.word;
    user.passed(1000, noon + second);
    EXPECT_EQ(user.word, before);
    EXPECT_EQ(load_of(user.word), 100U);
}

TEST(RateLimit, a_refused_request_passes_once_it_has_waited_and_not_before) {
    std::mt19937 engine(15);
    const auto random = [&](std::uint32_t limit) {
        return static_cast<std::uint32_t>(engine()) % limit;
    };
    for (int round = 0; round < 20000; ++round) {
        Counted user{{1 + random(50), 1 + random(100)}};
        const auto window = user.rule.window * second;
        auto now = noon + random(3600) * second;
        RateVerdict verdict{true};
        while (verdict.is_allowed) {
            now += random(7) == 0 ? window * random(100) / 60 : random(1000);
            verdict = user.request(now);
        }
        ASSERT_FALSE(count_request(user.word, now + (verdict.wait - 1) * second, user.rule)
                         .verdict.is_allowed);
        ASSERT_TRUE(
            count_request(user.word, now + verdict.wait * second, user.rule).verdict.is_allowed);
    }
}

TEST(RateLimit, a_clock_just_behind_counts_in_the_window_that_others_have_begun) {
    Counted user;
    EXPECT_EQ(user.passed(60, noon), 60);
    EXPECT_EQ(user.passed(60, noon - 1), 40) << "a reader of the clock that was overtaken";
    EXPECT_EQ(user.passed(1, noon + second), 0);
}

TEST(RateLimit, a_clock_that_was_put_back_locks_nobody_out) {
    Counted user;
    user.passed(100, noon + 60 * minute);
    EXPECT_EQ(user.passed(200, noon), 100);
    EXPECT_EQ(user.request(-5).is_allowed, true) << "not even before 1970";
}

TEST(RateLimit, the_largest_limit_neither_overflows_nor_spills) {
    Counted user{{most_requests, 60}};
    EXPECT_EQ(user.passed(most_requests + 1000, noon), static_cast<int>(most_requests));
    EXPECT_EQ(load_of(user.word), most_requests);
    EXPECT_FALSE(user.request(noon + minute).is_allowed);
    EXPECT_EQ(load_of(user.word), most_requests);
    EXPECT_EQ(user.request(noon + minute + 30 * second).remaining, most_requests / 2 - 1);
    Counted day{{most_requests, 86400}};
    day.passed(most_requests, noon);
    EXPECT_LE(day.request(noon + second).wait, 2U * 86400);
}

TEST(RateLimit, a_lowered_limit_holds_at_once) {
    Counted user;
    user.passed(80, noon);
    user.rule.requests = 50;
    const auto verdict = user.request(noon + second);
    EXPECT_FALSE(verdict.is_allowed);
    EXPECT_EQ(verdict.remaining, 0U);
    EXPECT_EQ(verdict.wait, 83U) << "59 of this window, and until 80 have faded below 50";
}

TEST(RateLimit, a_network_is_an_address_of_four_or_a_64_of_six) {
    EXPECT_EQ(network_of("192.0.2.1"), std::string("\xc0\0\x02\x01", 4));
    EXPECT_NE(network_of("192.0.2.1"), network_of("192.0.2.2"));
    EXPECT_EQ(network_of("::ffff:192.0.2.1"), network_of("192.0.2.1"));
    EXPECT_EQ(network_of("192.0.2.1/24"), network_of("192.0.2.1"));
    EXPECT_EQ(network_of("2001:db8:0:1::1"), network_of("2001:db8:0:1:ffff::2"));
    EXPECT_NE(network_of("2001:db8:0:1::1"), network_of("2001:db8:0:2::1"));
    EXPECT_EQ(network_of("2001:db8:0:1::1").size(), 8U);
    EXPECT_EQ(network_of(""), "");
    EXPECT_EQ(network_of("somewhere"), "somewhere");
}

}  // namespace
}  // namespace rowhouse::core
