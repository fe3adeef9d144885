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

namespace {

Node* make_constant(const Placeholder& placeholder) {
    std::int16_t length = 0;
    bool by_value = false;
    get_typlenbyval(placeholder.type, &length, &by_value);
    return reinterpret_cast<Node*>(makeConst(placeholder.type, -1,
                                             get_typcollation(placeholder.type), length,
                                             placeholder.value, placeholder.is_null, by_value));
}

/// Called by the parser for `$n`.
Node* resolve_placeholder(ParseState* state, ParamRef* reference) {
    const auto& all = *static_cast<const std::vector<Placeholder>*>(state->p_ref_hook_state);
    const auto place = static_cast<std::size_t>(reference->number) - 1;
    if (place >= all.size()) return nullptr;
    if (all[place].is_constant) return make_constant(all[place]);
    auto* parameter = makeNode(Param);
    parameter->paramkind = PARAM_EXTERN;
    parameter->paramid = reference->number;
    parameter->paramtype = all[place].type;
    parameter->paramtypmod = -1;
    parameter->paramcollid = get_typcollation(all[place].type);
    parameter->location = reference->location;
    return reinterpret_cast<Node*>(parameter);
}

void set_up_parser(ParseState* state, void* placeholders) {
    state->p_ref_hook_state = placeholders;
    state->p_paramref_hook = resolve_placeholder;
}

}  // namespace

Statement Statement::with_constants(std::string sql, std::vector<Placeholder> placeholders) {
    std::vector<Oid> types;
    for (const auto& placeholder : placeholders) types.push_back(placeholder.type);
    Statement statement(std::move(sql), std::move(types));
    statement.placeholders_ = std::make_unique<std::vector<Placeholder>>(std::move(placeholders));
    return statement;
}

Statement::~Statement() {
    if (plan_ != nullptr) SPI_freeplan(plan_);
}

Statement::Statement(Statement&& other) noexcept
    : sql_(std::move(other.sql_)),
      types_(std::move(other.types_)),
      placeholders_(std::move(other.placeholders_)),
      plan_(std::exchange(other.plan_, nullptr)) {}

void Statement::prepare() {
    if (plan_ != nullptr) return;
    plan_ = call([&] {
        SPIPrepareOptions options{};
        options.parserSetup = set_up_parser;
        options.parserSetupArg = placeholders_.get();
        SPIPlanPtr plan = placeholders_ ? SPI_prepare_extended(sql_.c_str(), &options)
                                        : SPI_prepare(sql_.c_str(), static_cast<int>(types_.size()),
                                                      types_.data());
        if (plan == nullptr || SPI_keepplan(plan) != 0) elog(ERROR, "SPI_prepare failed");
        return plan;
    });
}

std::uint64_t Statement::run(const std::vector<Datum>& values, Access access, const char* nulls) {
    prepare();
    return call([&] {
        auto* arguments = const_cast<Datum*>(values.data());
        if (SPI_execute_plan(plan_, arguments, nulls, access == Access::read_only, 0) < 0)
            elog(ERROR, "SPI_execute_plan failed");
        return SPI_processed;
    });
}

ParamListInfo Statement::bind(const std::vector<Datum>& values, const char* nulls) const {
    ParamListInfo parameters = makeParamList(static_cast<int>(values.size()));
    for (std::size_t place = 0; place < values.size(); ++place)
        parameters->params[place] = {values[place], nulls[place] == 'n', PARAM_FLAG_CONST,
                                     types_[place]};
    return parameters;
}

void Statement::run_into(DestReceiver* receiver, const std::vector<Datum>& values, Access access,
                         const char* nulls) {
    prepare();
    call([&] {
        SPIExecuteOptions options{};
        options.params = bind(values, nulls);
        options.read_only = access == Access::read_only;
        options.dest = receiver;
        if (SPI_execute_plan_extended(plan_, &options) < 0)
            elog(ERROR, "SPI_execute_plan_extended failed");
    });
}

TupleDesc Statement::shape() {
    prepare();
    return call([&] {
        auto* source = static_cast<CachedPlanSource*>(linitial(SPI_plan_get_plan_sources(plan_)));
        return source->resultDesc;
    });
}

}  // namespace rowhouse::pg
