#include "core/rate_table.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <thread>

namespace rowhouse::core {
namespace {

constexpr std::size_t ways = 8;

std::size_t sets_for(std::size_t buckets) noexcept {
    return std::max<std::size_t>((buckets + ways - 1) / ways, 1);
}

/// The second from which on what is counted now plays no part any more.
std::uint64_t end_of(std::int64_t now, const RateRule& rule) noexcept {
    return (static_cast<std::uint64_t>(now) / 1'000'000 / rule.window + 2) * rule.window;
}

/// Held for a few dozen instructions; whoever dies with it takes the memory along.
class Locked {
public:
    explicit Locked(std::atomic_flag& flag) noexcept : flag_(flag) {
        while (flag_.test_and_set()) std::this_thread::yield();
    }
    ~Locked() { flag_.clear(); }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;

private:
    std::atomic_flag& flag_;
};

}  // namespace

struct RateTable::Bucket {
    Count tag = 0;  ///< of the subject; 0: nobody's
    Count word = 0;
    Count end = 0;  ///< the second from which on it counts for nothing

    [[nodiscard]] bool is_live(std::int64_t now) const noexcept {
        return tag != 0 && end > static_cast<std::uint64_t>(now) / 1'000'000;
    }
};

struct alignas(64) RateTable::Set {
    std::array<Bucket, ways> buckets;
    std::atomic_flag is_changing;

    Bucket* find(std::uint64_t tag) noexcept {
        for (auto& bucket : buckets)
            if (bucket.tag == tag) return &bucket;
        return nullptr;
    }
};

struct RateTable::Name {
    std::uint64_t place, tag;
};

std::size_t RateTable::size_of(std::size_t buckets) noexcept {
    return sizeof(RateTable) + sets_for(buckets) * sizeof(Set);
}

RateTable* RateTable::create(void* memory, std::size_t buckets) {
    auto* table = new (memory) RateTable(sets_for(buckets));
    for (std::size_t number = 0; number < table->set_count_; ++number)
        new (table->sets() + number) Set{};
    return table;
}

RateTable::RateTable(std::size_t sets) noexcept : set_count_(sets) {
    randombytes_buf(key_.data(), key_.size());
}

RateTable::Set* RateTable::sets() const noexcept {
    return reinterpret_cast<Set*>(const_cast<RateTable*>(this) + 1);
}

RateTable::Name RateTable::name_of(std::string_view subject) const noexcept {
    static_assert(crypto_shorthash_siphashx24_KEYBYTES == sizeof key_);
    static_assert(crypto_shorthash_siphashx24_BYTES == sizeof(Name));
    std::array<std::uint8_t, sizeof(Name)> hash{};
    crypto_shorthash_siphashx24(hash.data(), reinterpret_cast<const std::uint8_t*>(subject.data()),
                                subject.size(), key_.data());
    Name name{};
    std::memcpy(&name, hash.data(), sizeof name);
    if (name.tag == 0) name.tag = 1;
    return name;
}

RateVerdict RateTable::charge(std::string_view subject, const RateRule& rule,
                              std::int64_t now) noexcept {
    const auto verdict = settle(subject, rule, now);
    if (!verdict.is_allowed) ++refusals_;
    return verdict;
}

bool RateTable::take_turn(std::string_view subject, const RateRule& rule,
                          std::int64_t now) noexcept {
    return settle(subject, rule, now).is_allowed;
}

RateVerdict RateTable::settle(std::string_view subject, const RateRule& rule,
                              std::int64_t now) noexcept {
    const auto name = name_of(subject);
    auto& set = sets()[name.place % set_count_];
    for (;;) {
        auto* bucket = set.find(name.tag);
        const auto verdict = bucket != nullptr ? count(*bucket, name.tag, rule, now)
                                               : take(set, name.tag, rule, now);
        if (verdict) return *verdict;
    }
}

/// Nothing when the bucket became another subject's meanwhile. That one may then have a request
/// too many on its account, never one too few.
std::optional<RateVerdict> RateTable::count(Bucket& bucket, std::uint64_t tag, const RateRule& rule,
                                            std::int64_t now) noexcept {
    std::uint64_t word = bucket.word;
    RateStep step;
    do {
        step = count_request(word, now, rule);
    } while (step.verdict.is_allowed && !bucket.word.compare_exchange_weak(word, step.word));
    if (bucket.tag != tag) return std::nullopt;
    if (step.verdict.is_allowed) bucket.end = end_of(now, rule);
    return step.verdict;
}

/// Nothing when somebody else made a bucket for the subject meanwhile.
std::optional<RateVerdict> RateTable::take(Set& set, std::uint64_t tag, const RateRule& rule,
                                           std::int64_t now) noexcept {
    const Locked locked(set.is_changing);
    if (set.find(tag) != nullptr) return std::nullopt;
    auto& bucket = make_room(set, now);
    const auto step = count_request(0, now, rule);
    bucket.tag = 0;  // whoever still counts for the former subject finds out
    bucket.word = step.word;
    bucket.end = end_of(now, rule);
    bucket.tag = tag;
    return step.verdict;
}

RateTable::Bucket& RateTable::make_room(Set& set, std::int64_t now) noexcept {
    Bucket* least = &set.buckets.front();
    for (auto& bucket : set.buckets) {
        if (!bucket.is_live(now)) return bucket;
        if (load_of(bucket.word) < load_of(least->word)) least = &bucket;
    }
    ++evictions_;
    return *least;
}

RateStatistics RateTable::statistics(std::int64_t now) const noexcept {
    RateStatistics seen{set_count_ * ways, 0, evictions_, refusals_};
    for (std::size_t number = 0; number < set_count_; ++number)
        for (const auto& bucket : sets()[number].buckets)
            seen.in_use += bucket.is_live(now) ? 1 : 0;
    return seen;
}

}  // namespace rowhouse::core
