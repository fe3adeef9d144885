#include "pg/watch.hpp"

#include "pg/boundary.hpp"

namespace rowhouse::pg {
namespace {

void hear_relation(Datum watch, Oid relation) {
    static_cast<Watch*>(static_cast<void*>(DatumGetPointer(watch)))->hear(relation);
}

}  // namespace

void Watch::refreshed() {
    if (!is_registered_) {
        call([&] { CacheRegisterRelcacheCallback(hear_relation, PointerGetDatum(this)); });
        is_registered_ = true;
    }
    oid_ = call([&] { return get_relname_relid(table_, get_namespace_oid("rowhouse", false)); });
    if (!OidIsValid(oid_))
        call([&] {
            ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                            errmsg("table rowhouse.%s does not exist", table_),
                            errhint("Call rowhouse.install() once in this database.")));
        });
    stale_ = false;
    ++version_;
}

void Watch::hear(Oid relation) noexcept {
    if (!OidIsValid(relation) || relation == oid_) stale_ = true;
}

}  // namespace rowhouse::pg

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_tg__announce_change);

Datum rowhouse_tg__announce_change(PG_FUNCTION_ARGS) {
    if (!CALLED_AS_TRIGGER(fcinfo))
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("rowhouse.tg__announce_change() can only be called as a trigger")));
    auto* trigger = reinterpret_cast<TriggerData*>(fcinfo->context);
    CacheInvalidateRelcacheByRelid(RelationGetRelid(trigger->tg_relation));
    return PointerGetDatum(nullptr);  // the row plays no part in a statement trigger
}
}
