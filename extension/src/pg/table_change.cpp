// The event trigger that keeps the tables of protected schemas protected. Which they are is looked
// up as rowhouse_system, because whoever runs the statement may not know the registry; what is
// then done is done as them, who own the table.
#include "pg/datum.hpp"
#include "pg/roles.hpp"
#include "pg/spi.hpp"

namespace rowhouse::pg {
namespace {

std::vector<Oid> find_changed_tables() {
    static Statement select(
        "select distinct r.oid"
        "  from pg_catalog.pg_event_trigger_ddl_commands() c"
        "  left join pg_catalog.pg_index i on i.indexrelid = c.objid"
        "  join pg_catalog.pg_class r on r.oid = coalesce(i.indrelid, c.objid)"
        "  join pg_catalog.pg_namespace n on n.oid = r.relnamespace"
        "  join rowhouse.protected_schemas s on s.name = n.nspname"
        " where c.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
        "   and r.relkind in ('r', 'p')",
        {});
    const AsRole system(Role::system);
    const auto count = select.run({}, Access::read_write);
    std::vector<Oid> tables;
    for (std::uint64_t number = 0; number < count; ++number) tables.push_back(Row(number).oid(1));
    return tables;
}

void keep_protected(Oid table) {
    static Statement keep("select rowhouse.keep_protected($1)", {REGCLASSOID});
    keep.run({ObjectIdGetDatum(table)}, Access::read_write);
}

}  // namespace
}  // namespace rowhouse::pg

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_on_table_change);

Datum rowhouse_on_table_change(PG_FUNCTION_ARGS) {
    return rowhouse::pg::guard([&] {
        if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
            throw rowhouse::core::Error(500, "internal_error",
                                        "rowhouse.on_table_change() is an event trigger");
        rowhouse::pg::with_spi([] {
            for (const auto table : rowhouse::pg::find_changed_tables())
                rowhouse::pg::keep_protected(table);
        });
        return Datum{0};
    });
}
}
