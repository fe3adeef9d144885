#include "pg/statistics.hpp"

#include "pg/context.hpp"
#include "pg/postgres.hpp"

namespace rowhouse::pg {
namespace {

get_relation_stats_hook_type earlier_relation_hook;
get_index_stats_hook_type earlier_index_hook;

/// Whether row level security is forced on the table, which is what protect() does.
bool is_walled(Oid table) {
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
    if (!HeapTupleIsValid(tuple)) return false;
    const bool walled = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relforcerowsecurity;
    ReleaseSysCache(tuple);
    return walled;
}

/// Says "there are no statistics": true ends PostgreSQL's own search, the tuple stays empty.
bool hide(Oid table, VariableStatData* statistics) {
    if (!is_bound_session() || !is_walled(table)) return false;
    statistics->statsTuple = nullptr;
    return true;
}

bool relation_hook(PlannerInfo* root, RangeTblEntry* entry, AttrNumber column,
                   VariableStatData* statistics) {
    if (hide(entry->relid, statistics)) return true;
    return earlier_relation_hook != nullptr &&
           earlier_relation_hook(root, entry, column, statistics);
}

bool index_hook(PlannerInfo* root, Oid index, AttrNumber column, VariableStatData* statistics) {
    if (is_bound_session() && hide(IndexGetRelation(index, true), statistics)) return true;
    return earlier_index_hook != nullptr && earlier_index_hook(root, index, column, statistics);
}

}  // namespace

void hide_statistics() {
    earlier_relation_hook = get_relation_stats_hook;
    get_relation_stats_hook = relation_hook;
    earlier_index_hook = get_index_stats_hook;
    get_index_stats_hook = index_hook;
}

}  // namespace rowhouse::pg
