// The trigger rowhouse.tg__touch, which protect() puts on every table: before an update or delete
// of a row it keeps the row in its tenant, honours If-Match and stamps the time of a change.
#include "pg/boundary.hpp"
#include "pg/context.hpp"
#include "pg/request.hpp"

namespace rowhouse::pg {
namespace {

struct Columns {
    /// Attribute numbers; not positive when there is none.
    int tenant_id, id, updated_at, last_used_at;
};

Columns find_columns(TupleDesc shape) {
    return call([&] {
        return Columns{SPI_fnumber(shape, "tenant_id"), SPI_fnumber(shape, "id"),
                       SPI_fnumber(shape, "updated_at"), SPI_fnumber(shape, "last_used_at")};
    });
}

std::optional<Datum> value_of(HeapTuple row, TupleDesc shape, int column) {
    if (column <= 0) return std::nullopt;
    bool is_null = false;
    const Datum value = call([&] { return heap_getattr(row, column, shape, &is_null); });
    if (is_null) return std::nullopt;
    return value;
}

bool is_same_uuid(Datum datum, const core::Uuid& uuid) {
    return std::equal(uuid.begin(), uuid.end(), DatumGetUUIDP(datum)->data);
}

void keep_tenant(const TriggerData& trigger, TupleDesc shape, const Columns& columns) {
    if (columns.tenant_id <= 0) return;  // a global table
    const auto before = value_of(trigger.tg_trigtuple, shape, columns.tenant_id);
    const auto after = value_of(trigger.tg_newtuple, shape, columns.tenant_id);
    const bool is_same =
        before && after &&
        std::equal(DatumGetUUIDP(*before)->data, DatumGetUUIDP(*before)->data + UUID_LEN,
                   DatumGetUUIDP(*after)->data);
    if (!is_same) throw core::Error(403, "permission_denied", "a row cannot change its tenant");
}

/// Holds the row that the request names against its If-Match header. The row is the newest
/// version, already locked, so no other change can come between.
void check_precondition(const TriggerData& trigger, TupleDesc shape, const Columns& columns) {
    auto* request = current_request();
    if (request == nullptr) return;
    // A row without an id is the tenant's own, such as its account.
    const auto& subject = columns.id > 0 ? request->subject : request->own_tenant;
    const auto id =
        value_of(trigger.tg_trigtuple, shape, columns.id > 0 ? columns.id : columns.tenant_id);
    const auto wanted = request->headers.find("if-match");
    const auto updated_at = value_of(trigger.tg_trigtuple, shape, columns.updated_at);
    if (wanted.empty() || !subject || !id || !updated_at || !is_same_uuid(*id, *subject)) return;
    if (!matches(wanted, entity_tag(DatumGetTimestampTz(*updated_at))))
        throw core::Error(412, "precondition_failed", "the object has changed: fetch it again");
    request->precondition_was_checked = true;
}

/// Whether the update changes nothing; compared byte by byte, as sealed values have no equality.
bool is_unchanged(HeapTuple before, HeapTuple after) {
    const auto* old_row = before->t_data;
    const auto* new_row = after->t_data;
    const auto start = offsetof(HeapTupleHeaderData, t_bits);
    return before->t_len == after->t_len && old_row->t_hoff == new_row->t_hoff &&
           HeapTupleHeaderGetNatts(old_row) == HeapTupleHeaderGetNatts(new_row) &&
           (old_row->t_infomask & ~HEAP_XACT_MASK) == (new_row->t_infomask & ~HEAP_XACT_MASK) &&
           memcmp(old_row->t_bits, new_row->t_bits, before->t_len - start) == 0;
}

/// Whether the row was used, and nothing else: no change, or a key in use could not be changed
/// under If-Match.
bool is_only_used(const TriggerData& trigger, TupleDesc shape, const Columns& columns) {
    if (columns.last_used_at <= 0 || is_unchanged(trigger.tg_trigtuple, trigger.tg_newtuple))
        return false;
    const auto before = value_of(trigger.tg_trigtuple, shape, columns.last_used_at);
    HeapTuple unused = call([&] {
        int column = columns.last_used_at;
        Datum value = before.value_or(Datum{0});
        bool is_null = !before;
        return heap_modify_tuple_by_cols(trigger.tg_newtuple, shape, 1, &column, &value, &is_null);
    });
    return is_unchanged(trigger.tg_trigtuple, unused);
}

/// The new row with the time of change; later than the old one, so that entity tags differ.
HeapTuple stamp(const TriggerData& trigger, TupleDesc shape, const Columns& columns) {
    const auto before = value_of(trigger.tg_trigtuple, shape, columns.updated_at);
    if (!before) return trigger.tg_newtuple;
    const auto now = std::max(GetCurrentTimestamp(), DatumGetTimestampTz(*before) + 1);
    return call([&] {
        int column = columns.updated_at;
        Datum value = TimestampTzGetDatum(now);
        bool is_null = false;
        return heap_modify_tuple_by_cols(trigger.tg_newtuple, shape, 1, &column, &value, &is_null);
    });
}

HeapTuple touch(const TriggerData& trigger) {
    TupleDesc shape = RelationGetDescr(trigger.tg_relation);
    const auto columns = find_columns(shape);
    const bool is_delete = TRIGGER_FIRED_BY_DELETE(trigger.tg_event);
    if (!is_delete && is_only_used(trigger, shape, columns)) return trigger.tg_newtuple;
    check_precondition(trigger, shape, columns);
    if (is_delete) return trigger.tg_trigtuple;
    keep_tenant(trigger, shape, columns);
    if (is_unchanged(trigger.tg_trigtuple, trigger.tg_newtuple)) return trigger.tg_newtuple;
    return stamp(trigger, shape, columns);
}

}  // namespace
}  // namespace rowhouse::pg

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_tg__touch);

Datum rowhouse_tg__touch(PG_FUNCTION_ARGS) {
    return rowhouse::pg::guard([&] {
        const bool is_right = CALLED_AS_TRIGGER(fcinfo);
        const auto* trigger = is_right ? reinterpret_cast<TriggerData*>(fcinfo->context) : nullptr;
        if (trigger == nullptr || !TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
            !TRIGGER_FIRED_FOR_ROW(trigger->tg_event) || TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
            throw rowhouse::core::Error(
                500, "internal_error",
                "rowhouse.tg__touch() is a trigger before update or delete, "
                "for each row");
        return PointerGetDatum(rowhouse::pg::touch(*trigger));
    });
}
}
