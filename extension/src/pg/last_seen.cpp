#include "pg/last_seen.hpp"

#include "core/seen_table.hpp"
#include "pg/application.hpp"
#include "pg/datum.hpp"
#include "pg/roles.hpp"
#include "pg/settings.hpp"
#include "pg/shared_memory.hpp"

namespace rowhouse::pg {
namespace {

void* memory;

void initialise(void* place) {
    new (place) core::SeenTable();
}

bool is_news(const core::Uuid& id, TimestampTz now) noexcept {
    const auto length = static_cast<std::int64_t>(settings.last_seen_interval) * USECS_PER_SEC;
    return static_cast<core::SeenTable*>(memory)->is_news(id,
                                                          static_cast<std::uint64_t>(now / length));
}

void write(Statement& statement, const Principal& principal, TimestampTz now) {
    const AsRole system(Role::system);
    const bool is_session = principal.session.has_value();
    const auto id = uuid_datum(is_session ? *principal.session : *principal.key);
    statement.run(
        {is_session ? id : Datum{0}, is_session ? Datum{0} : id, TimestampTzGetDatum(now)},
        Access::read_write, is_session ? " n " : "n  ");
}

}  // namespace

void request_last_seen() {
    request_shared_memory({"rowhouse last seen", sizeof(core::SeenTable), initialise, &memory});
}

void note_seen(const Registry& registry, const Principal& principal) {
    const auto& id = principal.session ? principal.session : principal.key;
    // Of a server that only reads nothing is written down.
    if (!id || XactReadOnly) return;
    const auto now = GetCurrentStatementStartTimestamp();
    if (!is_news(*id, now)) return;
    auto* statement = application_function(registry, "seen", {UUIDOID, UUIDOID, TIMESTAMPTZOID});
    if (statement == nullptr) return;
    attempt("noting who was seen", [&] { write(*statement, principal, now); });
}

}  // namespace rowhouse::pg
