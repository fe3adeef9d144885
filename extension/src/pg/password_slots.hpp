#pragma once

namespace rowhouse::pg {

/// Asks for the shared memory of the slots; called once, at preload.
void request_password_slots();

/// One of the few places, over the whole server, in which a password may be hashed at a time, so
/// that a flood of logins cannot exhaust memory or starve other requests.
/// Between taking and leaving it no PostgreSQL code may run: a slot is not given back on longjmp.
class PasswordSlot {
public:
    /// Waits for a free slot, `rowhouse.password_wait` at most.
    /// @throws core::Error 503 `service_busy`; PostgresError when cancelled
    PasswordSlot();
    ~PasswordSlot();
    PasswordSlot(const PasswordSlot&) = delete;
    PasswordSlot& operator=(const PasswordSlot&) = delete;
};

}  // namespace rowhouse::pg
