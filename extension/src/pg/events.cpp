// rowhouse.emit(): events of a tenant, in the transaction in which they happen.
#include "pg/context.hpp"
#include "pg/nullable_values.hpp"
#include "pg/roles.hpp"
#include "pg/spi.hpp"

namespace rowhouse::pg {
namespace {

/// Each event has a payload; a context may lack the other things.
core::Uuid write_event(std::string_view type, Datum payload) {
    static Statement insert(
        "insert into rowhouse.events (tenant_id, id, type, payload, actor_id, request_id, trace_id)"
        " select $1, $2, t.name, $4, $5, $6, $7 from rowhouse.event_types t where t.name = $3",
        {UUIDOID, UUIDOID, TEXTOID, JSONBOID, UUIDOID, TEXTOID, TEXTOID});
    const auto* context = current_context();
    if (context == nullptr || !context->tenant)
        throw core::Error(500, "internal_error", "an event needs a tenant");
    const auto id = core::make_uuid_v7(GetCurrentTimestamp() + microseconds_to_unix);
    NullableValues values;
    values.add(context->tenant);
    values.add(uuid_datum(id));
    values.add(type);
    values.add(payload);
    values.add(context->user);
    values.add(context->request_id);
    values.add(context->trace_id);
    with_spi([&] {
        const AsRole system(Role::system);
        if (insert.run(values.values(), Access::read_write, values.nulls()) == 0)
            throw core::Error(500, "internal_error", "no such type of event is registered");
    });
    return id;
}

}  // namespace
}  // namespace rowhouse::pg

using namespace rowhouse;  // the functions below are the C face of the namespace

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_emit);

Datum rowhouse_emit(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto type = pg::text_argument(fcinfo, 0);
        if (PG_ARGISNULL(1))
            throw core::Error(422, "invalid_value", "an argument that must be given is null");
        return pg::make_uuid(pg::write_event(type, fcinfo->args[1].value));
    });
}
}
