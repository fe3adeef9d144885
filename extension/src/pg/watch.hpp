#pragma once

#include "pg/postgres.hpp"

namespace rowhouse::pg {

/// Tells whether what a backend remembers of a table of schema `rowhouse` may be out of date: the
/// table's trigger announces every change (`rowhouse.tg__announce_change`).
class Watch {
public:
    explicit Watch(const char* table) noexcept : table_(table) {}

    /// Whether it must be read (again). Once true it stays so until `refreshed`.
    [[nodiscard]] bool is_stale() const noexcept { return stale_; }

    /// To be called before reading: a change that comes while reading makes it stale again.
    /// @throws PostgresError 42P01 when rowhouse.install() has not made the table
    void refreshed();

    /// Counts how often it was refreshed, for caches built upon it.
    [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

    /// PostgreSQL's word that a relation changed; 0 stands for any.
    void hear(Oid relation) noexcept;

    /// Makes it stale by other news, such as a changed function.
    void make_stale() noexcept { stale_ = true; }

private:
    const char* table_;
    Oid oid_ = InvalidOid;
    bool stale_ = true;
    bool is_registered_ = false;
    std::uint64_t version_ = 0;
};

}  // namespace rowhouse::pg
