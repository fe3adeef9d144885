#include "pg/subtransaction.hpp"

#include "pg/boundary.hpp"

namespace rowhouse::pg {
namespace {

struct Pin {
    const char* name;
    const char* value;
};

// The last three would show a session plans of statements that are not its own.
constexpr std::array pins{Pin{"search_path", "pg_catalog, pg_temp"},
                          Pin{"TimeZone", "UTC"},
                          Pin{"DateStyle", "ISO, MDY"},
                          Pin{"IntervalStyle", "iso_8601"},
                          Pin{"transform_null_equals", "off"},
                          Pin{"synchronous_commit", "on"},
                          Pin{"lock_timeout", "1500ms"},
                          Pin{"row_security", "on"},
                          Pin{"debug_print_parse", "off"},
                          Pin{"debug_print_rewritten", "off"},
                          Pin{"debug_print_plan", "off"}};

/// Whether the setting stands so already, which costs less to see than to set.
bool is_pinned(const Pin& pin) {
    const char* value = GetConfigOption(pin.name, false, false);
    return value != nullptr && strcmp(value, pin.value) == 0;
}

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

Pins::Pins() : level_(NewGUCNestLevel()) {
    call([] {
        for (const auto& pin : pins)
            if (!is_pinned(pin))
                set_config_option(pin.name, pin.value, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SAVE,
                                  true, ERROR, false);
    });
}

void Pins::unpin() const {
    call([&] { AtEOXact_GUC(true, level_); });
}

TimeLimit::TimeLimit(int milliseconds) noexcept {
    enable_timeout_after(STATEMENT_TIMEOUT, milliseconds);
}

TimeLimit::~TimeLimit() {
    disable_timeout(STATEMENT_TIMEOUT, false);
}

}  // namespace rowhouse::pg
