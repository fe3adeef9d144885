#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/rate_limit.hpp"

namespace rowhouse::core {

/// What a table has seen.
struct RateStatistics {
    std::uint64_t buckets;    ///< how many there are
    std::uint64_t in_use;     ///< how many count for something at this moment
    std::uint64_t evictions;  ///< buckets that had to go while they counted for something
    std::uint64_t refusals;   ///< requests that were refused
};

/// The counters of many subjects in memory of a fixed size that processes share. Subjects are
/// found by a keyed hash, so that nobody can aim at another's bucket. Counting takes no lock; a
/// new subject locks the eight buckets that it may get. When all of these count for something,
/// the one with the fewest requests goes, so that a flood of strangers frees nobody who is at
/// their limit.
class alignas(64) RateTable {
public:
    /// The memory that a table of at least so many buckets takes.
    [[nodiscard]] static std::size_t size_of(std::size_t buckets) noexcept;

    /// Makes an empty table, under a new random key, in memory of that size, aligned to 64 bytes.
    /// It needs no destruction and may be used at the same address or another one.
    static RateTable* create(void* memory, std::size_t buckets);

    RateTable(const RateTable&) = delete;
    RateTable& operator=(const RateTable&) = delete;

    /// Counts a request of a subject, unless it is one too many. One subject has one rule, but its
    /// number of requests may change. @param now microseconds since 1970
    RateVerdict charge(std::string_view subject, const RateRule& rule, std::int64_t now) noexcept;

    /// The same for what is no request and in no statistics: whether this comes within the rule.
    bool take_turn(std::string_view subject, const RateRule& rule, std::int64_t now) noexcept;

    [[nodiscard]] RateStatistics statistics(std::int64_t now) const noexcept;

private:
    struct Bucket;
    struct Set;
    struct Name;
    using Count = std::atomic<std::uint64_t>;
    static_assert(Count::is_always_lock_free, "processes could not share it");

    explicit RateTable(std::size_t sets) noexcept;

    [[nodiscard]] Name name_of(std::string_view subject) const noexcept;
    [[nodiscard]] Set* sets() const noexcept;
    RateVerdict settle(std::string_view subject, const RateRule& rule, std::int64_t now) noexcept;
    std::optional<RateVerdict> count(Bucket& bucket, std::uint64_t tag, const RateRule& rule,
                                     std::int64_t now) noexcept;
    std::optional<RateVerdict> take(Set& set, std::uint64_t tag, const RateRule& rule,
                                    std::int64_t now) noexcept;
    Bucket& make_room(Set& set, std::int64_t now) noexcept;

    std::array<std::uint8_t, 16> key_;
    std::size_t set_count_;
    Count evictions_ = 0;
    Count refusals_ = 0;
};

}  // namespace rowhouse::core
