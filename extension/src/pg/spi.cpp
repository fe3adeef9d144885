#include "pg/spi.hpp"

#include "pg/datum.hpp"

namespace rowhouse::pg {

std::optional<Datum> Row::datum(int column) const {
    bool is_null = false;
    const Datum value = call([&] {
        return SPI_getbinval(SPI_tuptable->vals[number_], SPI_tuptable->tupdesc, column, &is_null);
    });
    if (is_null) return std::nullopt;
    return value;
}

std::optional<std::string> Row::text(int column) const {
    const char* value = call(
        [&] { return SPI_getvalue(SPI_tuptable->vals[number_], SPI_tuptable->tupdesc, column); });
    if (value == nullptr) return std::nullopt;
    return value;
}

std::string Row::text_or_empty(int column) const {
    return text(column).value_or("");
}

bool Row::is_null(int column) const {
    return !datum(column).has_value();
}

bool Row::boolean(int column) const {
    return DatumGetBool(datum(column).value_or(BoolGetDatum(false)));
}

std::int32_t Row::int4(int column) const {
    return DatumGetInt32(datum(column).value_or(Int32GetDatum(0)));
}

std::int64_t Row::int8(int column) const {
    return DatumGetInt64(datum(column).value_or(Int64GetDatum(0)));
}

Oid Row::oid(int column) const {
    return DatumGetObjectId(datum(column).value_or(ObjectIdGetDatum(InvalidOid)));
}

std::string_view Row::bytes(int column) const {
    const auto value = datum(column);
    if (!value) return {};
    return view_of(call([&] { return PG_DETOAST_DATUM_PACKED(*value); }));
}

std::vector<std::string> Row::texts(int column) const {
    const auto value = datum(column);
    std::vector<std::string> texts;
    if (!value) return texts;
    Datum* elements = nullptr;
    int count = 0;
    call([&] {
        deconstruct_array(DatumGetArrayTypeP(*value), TEXTOID, -1, false, TYPALIGN_INT, &elements,
                          nullptr, &count);
    });
    for (const Datum element : std::span(elements, static_cast<std::size_t>(count)))
        texts.emplace_back(view_of(DatumGetPointer(element)));
    return texts;
}

Statement::~Statement() {
    if (plan_ != nullptr) SPI_freeplan(plan_);
}

Statement::Statement(Statement&& other) noexcept
    : sql_(std::move(other.sql_)),
      types_(std::move(other.types_)),
      plan_(std::exchange(other.plan_, nullptr)) {}

std::uint64_t Statement::run(const std::vector<Datum>& values, Access access, const char* nulls) {
    if (plan_ == nullptr)
        plan_ = call([&] {
            SPIPlanPtr plan =
                SPI_prepare(sql_.c_str(), static_cast<int>(types_.size()), types_.data());
            if (plan == nullptr || SPI_keepplan(plan) != 0) elog(ERROR, "SPI_prepare failed");
            return plan;
        });
    return call([&] {
        auto* arguments = const_cast<Datum*>(values.data());
        if (SPI_execute_plan(plan_, arguments, nulls, access == Access::read_only, 0) < 0)
            elog(ERROR, "SPI_execute_plan failed");
        return SPI_processed;
    });
}

}  // namespace rowhouse::pg
