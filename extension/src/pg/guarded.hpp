#pragma once

#include "pg/postgres.hpp"

namespace rowhouse::pg {

/// A value in shared memory behind a sequence lock: nobody waits for anybody. The count is odd
/// while somebody writes. Objects are never constructed; `initialise` makes one of raw memory.
template <typename Value>
class Guarded {
    static_assert(std::is_trivially_copyable_v<Value>);

public:
    void initialise() noexcept {
        pg_atomic_init_u32(&sequence_, 0);
        value_ = Value{};
    }

    /// A copy that no writer touched meanwhile; nothing when one did.
    [[nodiscard]] std::optional<Value> read() noexcept {
        const auto before = pg_atomic_read_u32(&sequence_);
        pg_read_barrier();
        const Value value = value_;
        pg_read_barrier();
        if (before % 2 != 0 || pg_atomic_read_u32(&sequence_) != before) return std::nullopt;
        return value;
    }

    /// Leaves the value alone while another backend writes it.
    void write(const Value& value) noexcept {
        auto sequence = pg_atomic_read_u32(&sequence_);
        if (sequence % 2 != 0) return;
        if (!pg_atomic_compare_exchange_u32(&sequence_, &sequence, sequence + 1)) return;
        value_ = value;
        pg_write_barrier();
        pg_atomic_write_u32(&sequence_, sequence + 2);
    }

    /// Grows with each writing.
    [[nodiscard]] std::uint32_t age() noexcept { return pg_atomic_read_u32(&sequence_); }

private:
    pg_atomic_uint32 sequence_;
    Value value_;
};

}  // namespace rowhouse::pg
