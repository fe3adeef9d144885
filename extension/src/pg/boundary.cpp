#include "pg/boundary.hpp"

#include <cstring>

namespace rowhouse::pg {

void detail::Failure::keep(int status_code, const char* code_word, const char* text) noexcept {
    status = status_code;
    snprintf(code.data(), code.size(), "%s", code_word);
    snprintf(message.data(), message.size(), "%s", text);
}

ErrorData* detail::take_error(MemoryContext context) noexcept {
    // Not in `context`: that may go with the subtransaction that the error ends.
    MemoryContext parent = TopTransactionContext != nullptr ? TopTransactionContext : context;
    MemoryContextSwitchTo(AllocSetContextCreate(parent, "rowhouse error", ALLOCSET_SMALL_SIZES));
    ErrorData* data = CopyErrorData();
    FlushErrorState();
    MemoryContextSwitchTo(context);
    return data;
}

void detail::raise(const Failure& failure) {
    if (failure.raised != nullptr) {
        // PostgreSQL copies it; ours then goes as soon as somebody has dealt with the error.
        MemoryContextSetParent(GetMemoryChunkContext(failure.raised), ErrorContext);
        ReThrowError(failure.raised);
    }
    ereport(ERROR, (errcode(sqlstate_of(failure.status)), errmsg("%s", failure.message.data()),
                    err_generic_string(PG_DIAG_CONSTRAINT_NAME, failure.code.data())));
    pg_unreachable();
}

int sqlstate_of(int status) noexcept {
    if (status == 500) return ERRCODE_INTERNAL_ERROR;
    const auto digit = [](int number) { return static_cast<char>('0' + number % 10); };
    return MAKE_SQLSTATE('R', 'H', digit(status / 100), digit(status / 10), digit(status));
}

}  // namespace rowhouse::pg
