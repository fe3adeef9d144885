#include "core/rate_limit.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace rowhouse::core {
namespace {

constexpr unsigned count_bits = 22;
constexpr unsigned number_bits = 64 - 2 * count_bits;
constexpr std::uint64_t count_mask = (1U << count_bits) - 1;
constexpr std::uint64_t number_mask = (1U << number_bits) - 1;
static_assert(most_requests < count_mask);

struct Counter {
    std::uint64_t number;  ///< of the clock's window, as many bits as there is room for
    std::uint64_t previous, present;
};

Counter unpack(std::uint64_t word) noexcept {
    return {word >> (2 * count_bits), (word >> count_bits) & count_mask, word & count_mask};
}

std::uint64_t pack(const Counter& counter) noexcept {
    return counter.number << (2 * count_bits) | counter.previous << count_bits | counter.present;
}

std::uint64_t divide_up(std::uint64_t value, std::uint64_t divisor) noexcept {
    return (value + divisor - 1) / divisor;
}

/// A counter in the window of this moment, and how much of that is left.
struct Moment {
    Counter counter;
    std::uint64_t left, window;  ///< microseconds

    /// How many requests count now. Rounded up: nobody gets more than the rule gives.
    [[nodiscard]] std::uint64_t used() const noexcept {
        return counter.present + divide_up(counter.previous * left, window);
    }
};

Moment at(std::uint64_t word, std::int64_t now, const RateRule& rule) noexcept {
    const std::uint64_t window = std::uint64_t{rule.window} * 1'000'000;
    const auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(now, 0));
    const std::uint64_t number = (time / window) & number_mask;
    const std::uint64_t left = window - time % window;
    const Counter counter = unpack(word);
    const std::uint64_t ahead = (number - counter.number) & number_mask;
    if (ahead == 0) return {counter, left, window};
    if (ahead == 1) return {{number, counter.present, 0}, left, window};
    // Clocks are read before they are compared: somebody else was in the next window already.
    if (ahead == number_mask) return {counter, window, window};
    return {{number, 0, 0}, left, window};
}

/// Microseconds until one more request passes. What is `counted` fades over a window; `room` of it
/// does no harm.
std::uint64_t until_room(const Moment& moment, std::uint64_t requests) noexcept {
    const auto& counter = moment.counter;
    const bool fades_now = counter.present < requests;
    const std::uint64_t counted = fades_now ? counter.previous : counter.present;
    const std::uint64_t room = fades_now ? requests - 1 - counter.present : requests - 1;
    const std::uint64_t end = moment.left + (fades_now ? 0 : moment.window);
    return end - std::min(end, room * moment.window / counted);
}

std::uint32_t seconds(std::uint64_t microseconds) noexcept {
    return static_cast<std::uint32_t>(
        std::max<std::uint64_t>(divide_up(microseconds, 1'000'000), 1));
}

}  // namespace

RateStep count_request(std::uint64_t word, std::int64_t now, const RateRule& rule) noexcept {
    auto moment = at(word, now, rule);
    const auto used = moment.used();
    if (used >= rule.requests)
        return {word, {false, 0, seconds(until_room(moment, rule.requests))}};
    ++moment.counter.present;
    const auto remaining = static_cast<std::uint32_t>(rule.requests - used - 1);
    return {pack(moment.counter), {true, remaining, seconds(moment.left)}};
}

std::uint32_t load_of(std::uint64_t word) noexcept {
    const auto counter = unpack(word);
    return static_cast<std::uint32_t>(counter.previous + counter.present);
}

std::string network_of(std::string_view address) {
    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const std::string text(address.substr(0, address.find('/')));
    std::array<char, 16> bytes{};
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return {bytes.data(), 4};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::string(address);
    if (std::memcmp(bytes.data(), mapped.data(), mapped.size()) == 0)
        return {bytes.data() + mapped.size(), 4};
    return {bytes.data(), 8};
}

}  // namespace rowhouse::core
