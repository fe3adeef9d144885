#pragma once

#include "pg/postgres.hpp"

namespace rowhouse::pg {

/// What a request does, to be kept or undone as a whole. Whoever begins one ends it by `commit`
/// or, after any error, by `rollback`.
class Subtransaction {
public:
    /// Begins it, with a snapshot of this very moment as the active one.
    /// @throws PostgresError
    Subtransaction();
    Subtransaction(const Subtransaction&) = delete;
    Subtransaction& operator=(const Subtransaction&) = delete;

    void commit();    ///< @throws PostgresError
    void rollback();  ///< @throws PostgresError

private:
    void leave() const noexcept;

    MemoryContext context_;
    ResourceOwner owner_;
};

/// Puts a snapshot of this very moment in the place of the active one, within a subtransaction
/// that is begun and under which nothing runs.
/// @throws PostgresError
void refresh_snapshot();

/// The settings that an endpoint may rely on, whatever the session has set: an empty search path,
/// UTC, ISO dates, a bounded wait for locks. Those that differ are put back by `unpin`,
/// or when the transaction fails.
class Pins {
public:
    Pins();  ///< @throws PostgresError
    void unpin() const;

private:
    int level_ = 0;  ///< of the settings; none was opened when all stood right
};

/// Cancels what runs longer than `milliseconds` (57014), for as long as it lives.
class TimeLimit {
public:
    explicit TimeLimit(int milliseconds) noexcept;
    ~TimeLimit();
    TimeLimit(const TimeLimit&) = delete;
    TimeLimit& operator=(const TimeLimit&) = delete;
};

}  // namespace rowhouse::pg
