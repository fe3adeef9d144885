#include "core/seen_table.hpp"

#include <cstring>

namespace rowhouse::core {
namespace {

constexpr std::uint64_t interval_mask = (1ULL << 24) - 1;

/// Ids are random already; this spreads what it is given over all bits (the finaliser of
/// MurmurHash3).
std::uint64_t mix(std::uint64_t bits) noexcept {
    bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccdULL;
    bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return bits ^ (bits >> 33);
}

/// Of a UUID version 7 the last eight bytes are random.
std::uint64_t random_half(const Uuid& id) noexcept {
    std::uint64_t half = 0;
    std::memcpy(&half, id.data() + id.size() - sizeof half, sizeof half);
    return half;
}

}  // namespace

bool SeenTable::is_news(const Uuid& id, std::uint64_t interval) noexcept {
    const auto name = mix(random_half(id));
    const auto now = interval & interval_mask;
    const auto note = (name & ~interval_mask) | now;
    for (auto& place : places_[mix(name ^ interval) % places_.size()]) {
        auto noted = place.load(std::memory_order_relaxed);
        while ((noted & interval_mask) != now)
            if (place.compare_exchange_weak(noted, note, std::memory_order_relaxed)) return true;
        if (noted == note) return false;
    }
    return false;
}

}  // namespace rowhouse::core
