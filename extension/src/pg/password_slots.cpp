#include "pg/password_slots.hpp"

#include "pg/boundary.hpp"
#include "pg/settings.hpp"
#include "pg/shared_memory.hpp"

namespace rowhouse::pg {
namespace {

struct Slots {
    pg_atomic_uint32 taken;
    ConditionVariable freed;
};

void* memory;

Slots& slots() noexcept {
    return *static_cast<Slots*>(memory);
}

void initialise(void* place) {
    auto* fresh = static_cast<Slots*>(place);
    pg_atomic_init_u32(&fresh->taken, 0);
    ConditionVariableInit(&fresh->freed);
}

bool try_take() noexcept {
    auto taken = pg_atomic_read_u32(&slots().taken);
    while (taken < static_cast<std::uint32_t>(settings.password_slots))
        if (pg_atomic_compare_exchange_u32(&slots().taken, &taken, taken + 1)) return true;
    return false;
}

/// Waits until a slot was taken or the time is over; interruptible.
bool take_within(long milliseconds) {
    const TimestampTz end = GetCurrentTimestamp() + milliseconds * 1000;
    bool taken = try_take();
    while (!taken) {
        const long left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), end);
        if (left <= 0) break;
        ConditionVariableTimedSleep(&slots().freed, left, PG_WAIT_EXTENSION);
        taken = try_take();
    }
    ConditionVariableCancelSleep();
    return taken;
}

}  // namespace

void request_password_slots() {
    request_shared_memory({"rowhouse password slots", sizeof(Slots), initialise, &memory});
}

PasswordSlot::PasswordSlot() {
    if (!call([] { return take_within(settings.password_wait); }))
        throw core::Error(503, "service_busy", "too many passwords are being checked just now");
}

PasswordSlot::~PasswordSlot() {
    pg_atomic_fetch_sub_u32(&slots().taken, 1);
    ConditionVariableSignal(&slots().freed);
}

}  // namespace rowhouse::pg
