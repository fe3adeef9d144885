#include "pg/audit.hpp"

#include "pg/context.hpp"
#include "pg/datum.hpp"
#include "pg/nullable_values.hpp"
#include "pg/request.hpp"
#include "pg/roles.hpp"
#include "pg/spi.hpp"

namespace rowhouse::pg {
namespace {

std::optional<core::Uuid> uuid_argument(FunctionCallInfo fcinfo, int number) {
    if (fcinfo->args[number].isnull) return std::nullopt;
    return to_uuid(fcinfo->args[number].value);
}

std::string text_or_empty(FunctionCallInfo fcinfo, int number) {
    if (fcinfo->args[number].isnull) return {};
    return std::string(text_argument(fcinfo, number));
}

std::string json_or_empty(FunctionCallInfo fcinfo, int number) {
    if (fcinfo->args[number].isnull) return "{}";
    return call([&] {
        return DatumGetCString(DirectFunctionCall1(jsonb_out, fcinfo->args[number].value));
    });
}

AuditEntry entry_here(std::string event) {
    const auto* context = current_context();
    return audit_entry(std::move(event), context != nullptr ? *context : core::Context{});
}

}  // namespace

AuditEntry audit_entry(std::string event, const core::Context& context) {
    AuditEntry entry;
    entry.event = std::move(event);
    entry.tenant = context.tenant;
    entry.actor = context.user;
    entry.session = context.session;
    entry.key = context.key;
    entry.credential = context.credential;
    entry.request_id = context.request_id;
    entry.trace_id = context.trace_id;
    if (const auto* request = current_request()) entry.client = request->client;
    return entry;
}

void write_audit(const AuditEntry& entry) {
    static Statement insert(
        "insert into rowhouse.audit_log (tenant_id, actor_id, session_id, key_id, event, "
        "credential,"
        "    request_id, trace_id, client, resource, details)"
        " values (coalesce($1, '00000000-0000-0000-0000-000000000000'), $2, $3, $4, $5, $6, $7, $8,"
        "    $9::pg_catalog.inet, $10, $11::pg_catalog.jsonb)",
        {UUIDOID, UUIDOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID,
         TEXTOID});
    NullableValues values;
    // The datums point into the entry, so nothing may be copied on the way.
    for (const auto* uuid : {&entry.tenant, &entry.actor, &entry.session, &entry.key})
        values.add(*uuid);
    for (const auto* text : {&entry.event, &entry.credential, &entry.request_id, &entry.trace_id,
                             &entry.client, &entry.resource, &entry.details})
        values.add(*text);
    with_spi([&] {
        const AsRole system(Role::system);
        insert.run(values.values(), Access::read_write, values.nulls());
    });
}

}  // namespace rowhouse::pg

using namespace rowhouse;  // the functions below are the C face of the namespace

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_audit);
PG_FUNCTION_INFO_V1(rowhouse_audit_for);

Datum rowhouse_audit(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        auto entry = pg::entry_here(pg::text_or_empty(fcinfo, 0));
        entry.details = pg::json_or_empty(fcinfo, 1);
        entry.resource = pg::text_or_empty(fcinfo, 2);
        pg::write_audit(entry);
        return Datum{0};
    });
}

Datum rowhouse_audit_for(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        auto entry = pg::entry_here(pg::text_or_empty(fcinfo, 2));
        entry.tenant = pg::uuid_argument(fcinfo, 0);
        entry.actor = pg::uuid_argument(fcinfo, 1);
        entry.details = pg::json_or_empty(fcinfo, 3);
        entry.resource = pg::text_or_empty(fcinfo, 4);
        pg::write_audit(entry);
        return Datum{0};
    });
}
}
