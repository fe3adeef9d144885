// rowhouse.assume() and rowhouse.for_each_tenant(): how psql, tests, support and data migrations
// get a context. Superusers only; each use leaves a line in the server's log, which a rollback
// cannot take away, and assume() an audit row.
#include "pg/audit.hpp"
#include "pg/context.hpp"
#include "pg/datum.hpp"
#include "pg/roles.hpp"
#include "pg/spi.hpp"

namespace rowhouse::pg {
namespace {

void require_superuser() {
    if (!call([] { return superuser(); }))
        throw core::Error(403, "permission_denied", "only a superuser may take a context");
}

void log_use(const char* function, std::string_view reason) {
    const std::string text(reason);
    call([&] {
        ereport(LOG, (errmsg("rowhouse.%s() by %s: %s", function,
                             GetUserNameFromId(GetUserId(), false), text.c_str()),
                      errhidestmt(true)));
    });
}

std::span<const Datum> elements_of(Datum array, Oid type) {
    Datum* elements = nullptr;
    int count = 0;
    call([&] {
        std::int16_t length = 0;
        bool by_value = false;
        char alignment = 0;
        get_typlenbyvalalign(type, &length, &by_value, &alignment);
        deconstruct_array(DatumGetArrayTypeP(array), type, length, by_value, alignment, &elements,
                          nullptr, &count);
    });
    return {elements, static_cast<std::size_t>(count)};
}

std::string join_texts(Datum array) {
    std::string joined;
    for (const Datum element : elements_of(array, TEXTOID)) {
        if (!joined.empty()) joined += ' ';
        joined += view_of(DatumGetPointer(element));
    }
    return joined;
}

void assume(FunctionCallInfo fcinfo) {
    require_superuser();
    if (is_transaction_claimed())
        throw core::Error(500, "internal_error", "a request is being served in this transaction");
    const auto reason = text_argument(fcinfo, 2);
    if (fcinfo->args[0].isnull || reason.empty() || fcinfo->args[3].isnull)
        throw core::Error(422, "invalid_value",
                          "a context needs a tenant, a reason and permissions, if only none");
    core::Context context;
    context.credential = "assumed";
    context.tenant = to_uuid(fcinfo->args[0].value);
    if (!fcinfo->args[1].isnull) context.user = to_uuid(fcinfo->args[1].value);
    const auto permissions = join_texts(fcinfo->args[3].value);
    context.permissions = permissions;
    set_context(context);
    auto entry = audit_entry("context.assumed", context);
    entry.resource = reason;
    log_use("assume", core::to_text(*context.tenant) + ", " + entry.resource);
    write_audit(entry);
}

std::uint64_t run_as_tenant(Statement& statement, const core::Uuid& tenant) {
    core::Context context;
    context.credential = "migration";
    context.tenant = tenant;
    set_context(context);
    const AsRole owner(Role::owner);
    statement.run({}, Access::read_write);
    return SPI_processed;
}

Datum for_each_tenant(FunctionCallInfo fcinfo) {
    require_superuser();
    Statement statement(std::string(text_argument(fcinfo, 0)), {});
    log_use("for_each_tenant", text_argument(fcinfo, 0));
    std::uint64_t rows = 0;
    with_spi([&] {
        for (const Datum tenant : elements_of(fcinfo->args[1].value, UUIDOID))
            rows += run_as_tenant(statement, to_uuid(tenant));
        clear_context();
    });
    return Int64GetDatum(static_cast<std::int64_t>(rows));
}

}  // namespace
}  // namespace rowhouse::pg

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_assume);
PG_FUNCTION_INFO_V1(rowhouse_for_each_tenant);

Datum rowhouse_assume(PG_FUNCTION_ARGS) {
    return rowhouse::pg::guard([&] {
        rowhouse::pg::assume(fcinfo);
        return Datum{0};
    });
}

Datum rowhouse_for_each_tenant(PG_FUNCTION_ARGS) {
    return rowhouse::pg::guard([&] { return rowhouse::pg::for_each_tenant(fcinfo); });
}
}
