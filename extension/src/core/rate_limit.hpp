#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rowhouse::core {

/// So many requests within a window.
struct RateRule {
    std::uint32_t requests = 0;  ///< 1 to `most_requests`
    std::uint32_t window = 60;   ///< seconds, not 0
};

/// What a counter can hold, with room to spare.
inline constexpr std::uint32_t most_requests = 4'000'000;

/// What became of one request.
struct RateVerdict {
    bool is_allowed = false;
    std::uint32_t remaining = 0;  ///< requests that would still pass at this moment
    std::uint32_t wait = 0;       ///< seconds until more pass: for an allowed request the end of
                                  ///< the clock's window, for a refused one when it would pass
};

/// A counter after a request, and what that request got.
struct RateStep {
    std::uint64_t word = 0;
    RateVerdict verdict;
};

/// Counts a request in a sliding window that fits one word, for compare-and-swap: the number of
/// the clock's window, the requests in it and those in the one before, which count by the part
/// that the sliding window still covers. So at most `requests` pass in a window of the clock, and
/// exactly so many when nothing came in the one before. A refused request is not counted and
/// leaves the word as it was. A word of 0 has counted nothing.
/// @param now microseconds since 1970; a clock that went back by more than a window starts afresh
[[nodiscard]] RateStep count_request(std::uint64_t word, std::int64_t now,
                                     const RateRule& rule) noexcept;

/// How many requests a word has counted in its two windows.
[[nodiscard]] std::uint32_t load_of(std::uint64_t word) noexcept;

/// What counts as one client: an IPv4 address, or the /64 of an IPv6 address; IPv4 within IPv6 is
/// IPv4. The text itself when it is no address.
[[nodiscard]] std::string network_of(std::string_view address);

}  // namespace rowhouse::core
