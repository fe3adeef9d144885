#include "pg/columns.hpp"

#include "core/json.hpp"
#include "core/timestamp.hpp"
#include "pg/datum.hpp"

namespace rowhouse::pg {
namespace {

using Kind = Column::Kind;

Kind kind_of(Oid type) {
    switch (type) {
        case TEXTOID:
        case VARCHAROID: return Kind::text;
        case UUIDOID: return Kind::uuid;
        case BOOLOID: return Kind::boolean;
        case INT2OID: return Kind::int2;
        case INT4OID: return Kind::int4;
        case INT8OID: return Kind::int8;
        case TIMESTAMPTZOID: return Kind::timestamptz;
        default: return Kind::other;
    }
}

/// to_json() for one type; it learns the type from the expression that it seems to stand in.
FmgrInfo find_to_json(Oid type, MemoryContext memory) {
    return call([&] {
        const MemoryContext earlier = MemoryContextSwitchTo(memory);
        FmgrInfo function;
        fmgr_info(F_TO_JSON, &function);
        auto* argument = reinterpret_cast<Node*>(makeNullConst(type, -1, InvalidOid));
        auto* expression = makeFuncExpr(F_TO_JSON, JSONOID, list_make1(argument), InvalidOid,
                                        InvalidOid, COERCE_EXPLICIT_CALL);
        fmgr_info_set_expr(reinterpret_cast<Node*>(expression), &function);
        MemoryContextSwitchTo(earlier);
        return function;
    });
}

void append_plain(std::string& text, const Column& column, Datum value) {
    switch (column.kind) {
        case Kind::text:
        case Kind::other: text += view_of(DatumGetPointer(value)); return;
        case Kind::uuid: core::append_uuid(text, to_uuid(value)); return;
        case Kind::boolean: text += DatumGetBool(value) ? "true" : "false"; return;
        case Kind::int2: text += std::to_string(DatumGetInt16(value)); return;
        case Kind::int4: text += std::to_string(DatumGetInt32(value)); return;
        case Kind::int8: text += std::to_string(DatumGetInt64(value)); return;
        case Kind::timestamptz: core::append_timestamp(text, DatumGetTimestampTz(value)); return;
    }
}

void append_json(std::string& json, const Column& column, Datum value) {
    if (column.kind == Kind::text)
        return core::append_json_string(json, view_of(DatumGetPointer(value)));
    const bool is_quoted = column.kind == Kind::uuid || column.kind == Kind::timestamptz;
    if (is_quoted) json += '"';
    append_plain(json, column, value);
    if (is_quoted) json += '"';
}

/// The columns that a function declares, where those of its body may have other names.
std::vector<std::pair<std::string, Oid>> declared_columns(const RowType& type) {
    if (!type.is_row) return {{"", type.type}};
    std::vector<std::pair<std::string, Oid>> columns;
    TupleDesc shape = call([&] { return lookup_rowtype_tupdesc_copy(type.type, -1); });
    for (int place = 0; place < shape->natts; ++place) {
        const auto* attribute = TupleDescAttr(shape, place);
        if (!attribute->attisdropped)
            columns.emplace_back(NameStr(attribute->attname), attribute->atttypid);
    }
    return columns;
}

}  // namespace

bool Columns::is_seen(TupleDesc shape) const noexcept {
    if (seen_.empty() || seen_.size() != static_cast<std::size_t>(shape->natts)) return false;
    for (int place = 0; place < shape->natts; ++place) {
        const auto* attribute = TupleDescAttr(shape, place);
        const auto& seen = seen_[static_cast<std::size_t>(place)];
        if (seen.type != attribute->atttypid || seen.name != NameStr(attribute->attname))
            return false;
    }
    return true;
}

void Columns::add(std::string name, Oid type) {
    Column column;
    column.type = call([&] { return getBaseType(type); });
    column.kind = kind_of(column.type);
    if (column.kind == Kind::other) column.to_json = find_to_json(column.type, memory_);
    if (type_.is_row) {
        column.label = columns_.empty() ? "{" : ",";
        core::append_json_string(column.label, name);
        column.label += ':';
    }
    column.name = std::move(name);
    columns_.push_back(std::move(column));
}

void Columns::describe(TupleDesc shape) {
    if (is_seen(shape)) return;
    columns_.clear();
    seen_.clear();
    std::vector<std::pair<std::string, Oid>> columns;
    for (int place = 0; place < shape->natts; ++place) {
        const auto* attribute = TupleDescAttr(shape, place);
        columns.emplace_back(NameStr(attribute->attname), attribute->atttypid);
    }
    const auto declared = type_.is_body ? declared_columns(type_) : columns;
    bool fits = declared.size() == columns.size();
    for (std::size_t place = 0; fits && place < columns.size(); ++place)
        fits =
            call([&] { return IsBinaryCoercible(columns[place].second, declared[place].second); });
    if (!fits) throw core::Error(500, "internal_error", "a function's rows are not as declared");
    for (const auto& [name, type] : declared) add(name, type);
    for (auto& [name, type] : columns) seen_.push_back({std::move(name), type});
}

void Columns::prepare(const Datum* values, const bool* nulls, Datum* prepared) {
    for (std::size_t place = 0; place < columns_.size(); ++place) {
        auto& column = columns_[place];
        prepared[place] = values[place];
        if (nulls[place] || column.type == VOIDOID) continue;
        if (column.kind == Kind::other)
            prepared[place] = FunctionCall1(&column.to_json, values[place]);
        if (column.kind == Kind::other || column.kind == Kind::text)
            prepared[place] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(prepared[place]));
    }
}

bool Columns::append_row(std::string& json, const Datum* prepared, const bool* nulls) const {
    if (!type_.is_row && (nulls[0] || type_.type == VOIDOID)) return false;
    for (std::size_t place = 0; place < columns_.size(); ++place) {
        const auto& column = columns_[place];
        json += column.label;
        if (nulls[place])
            json += "null";
        else
            append_json(json, column, prepared[place]);
    }
    if (type_.is_row) json += columns_.empty() ? "{}" : "}";
    return true;
}

std::string Columns::text(std::size_t place, Datum value) const {
    const auto& column = columns_[place];
    std::string text;
    if (column.kind != Kind::other) {
        const Datum plain = column.kind != Kind::text ? value : call([&] {
            return PointerGetDatum(PG_DETOAST_DATUM_PACKED(value));
        });
        append_plain(text, column, plain);
        return text;
    }
    return call([&] {
        Oid output = InvalidOid;
        bool is_varlena = false;
        getTypeOutputInfo(column.type, &output, &is_varlena);
        return OidOutputFunctionCall(output, value);
    });
}

std::optional<std::size_t> Columns::find(std::string_view name) const noexcept {
    for (std::size_t place = 0; place < columns_.size(); ++place)
        if (columns_[place].name == name) return place;
    return std::nullopt;
}

}  // namespace rowhouse::pg
