#include "pg/subtransaction.hpp"

#include "pg/boundary.hpp"

namespace rowhouse::pg {
namespace {

struct Pin {
    const char* name;
    const char* value;
    bool (*is_set)();  ///< whether it stands so already, which is cheaper to see than to set
};

// The last three would show a session plans of statements that are not its own.
constexpr std::array pins{
    Pin{"search_path", "pg_catalog, pg_temp",
        [] { return strcmp(namespace_search_path, "pg_catalog, pg_temp") == 0; }},
    Pin{"TimeZone", "UTC",
        [] { return strcmp(pg_get_timezone_name(session_timezone), "UTC") == 0; }},
    Pin{"DateStyle", "ISO, MDY",
        [] { return DateStyle == USE_ISO_DATES && DateOrder == DATEORDER_MDY; }},
    Pin{"IntervalStyle", "iso_8601", [] { return IntervalStyle == INTSTYLE_ISO_8601; }},
    Pin{"transform_null_equals", "off", [] { return !Transform_null_equals; }},
    Pin{"synchronous_commit", "on", [] { return synchronous_commit == SYNCHRONOUS_COMMIT_ON; }},
    Pin{"lock_timeout", "1500ms", [] { return LockTimeout == 1500; }},
    Pin{"row_security", "on", [] { return row_security; }},
    Pin{"debug_print_parse", "off", [] { return !Debug_print_parse; }},
    Pin{"debug_print_rewritten", "off", [] { return !Debug_print_rewritten; }},
    Pin{"debug_print_plan", "off", [] { return !Debug_print_plan; }}};

}  // namespace

Subtransaction::Subtransaction() : context_(CurrentMemoryContext), owner_(CurrentResourceOwner) {
    call([&] {
        BeginInternalSubTransaction(nullptr);
        MemoryContextSwitchTo(context_);
        PushActiveSnapshot(GetLatestSnapshot());
    });
}

void Subtransaction::commit() {
    call([] {
        PopActiveSnapshot();
        ReleaseCurrentSubTransaction();
    });
    leave();
}

void Subtransaction::rollback() {
    call([] { RollbackAndReleaseCurrentSubTransaction(); });
    leave();
}

void Subtransaction::leave() const noexcept {
    MemoryContextSwitchTo(context_);
    CurrentResourceOwner = owner_;
}

void refresh_snapshot() {
    call([] {
        PopActiveSnapshot();
        PushActiveSnapshot(GetLatestSnapshot());
    });
}

Pins::Pins() {
    const auto is_set = [](const Pin& pin) { return pin.is_set(); };
    if (std::all_of(pins.begin(), pins.end(), is_set)) return;
    level_ = NewGUCNestLevel();
    call([&] {
        for (const auto& pin : pins)
            if (!pin.is_set())
                set_config_option(pin.name, pin.value, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SAVE,
                                  true, ERROR, false);
    });
}

void Pins::unpin() const {
    if (level_ != 0) call([&] { AtEOXact_GUC(true, level_); });
}

TimeLimit::TimeLimit(int milliseconds) noexcept {
    enable_timeout_after(STATEMENT_TIMEOUT, milliseconds);
}

TimeLimit::~TimeLimit() {
    disable_timeout(STATEMENT_TIMEOUT, false);
}

}  // namespace rowhouse::pg
