// From a function's signature to the statement that calls it.
#include "pg/datum.hpp"
#include "pg/registry.hpp"
#include "pg/roles.hpp"

namespace rowhouse::pg {
namespace {

core::ValueType kind_of(const std::string& type) {
    using core::ValueType;
    static const std::map<std::string, ValueType> kinds{
        {"text", ValueType::text},
        {"boolean", ValueType::boolean},
        {"integer", ValueType::int4},
        {"bigint", ValueType::int8},
        {"numeric", ValueType::numeric},
        {"date", ValueType::date},
        {"timestamp with time zone", ValueType::timestamptz},
        {"uuid", ValueType::uuid},
        {"inet", ValueType::inet},
        {"jsonb", ValueType::json},
        {"enum", ValueType::enumeration}};
    const auto found = kinds.find(type);
    if (found == kinds.end())
        throw core::Error(500, "internal_error", "an endpoint has a parameter of type " + type);
    return found->second;
}

/// Evaluates a default, which registration has checked to be a constant.
void read_fallback(MemoryContext memory, Parameter& parameter, const std::string& expression) {
    const auto type = call([&] { return format_type_be_qualified(parameter.type); });
    Statement select("select (" + expression + ")::" + type, {});
    select.run({}, Access::read_only);
    call([&] {
        bool is_null = false;
        const Datum value =
            SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
        const MemoryContext earlier = MemoryContextSwitchTo(memory);
        parameter.fallback_is_null = is_null;
        if (!is_null)
            parameter.fallback =
                datumCopy(value, get_typbyval(parameter.type), get_typlen(parameter.type));
        MemoryContextSwitchTo(earlier);
    });
}

void find_input(MemoryContext memory, Parameter& parameter) {
    call([&] {
        const Oid scalar = parameter.is_array ? parameter.element_type : parameter.type;
        parameter.is_domain = get_typtype(scalar) == TYPTYPE_DOMAIN;
        Oid function = InvalidOid;
        getTypeInputInfo(scalar, &function, &parameter.input_parameter);
        fmgr_info_cxt(function, &parameter.input, memory);
    });
}

std::vector<Parameter> read_parameters(MemoryContext memory, const std::string& function) {
    static Statement select("select * from rowhouse.signature($1)", {TEXTOID});
    const auto count = select.run({make_varlena(function)}, Access::read_only);
    std::vector<Parameter> parameters;
    std::vector<std::optional<std::string>> fallbacks;
    for (std::uint64_t number = 0; number < count; ++number) {
        const Row row(number);
        Parameter parameter;
        parameter.name = row.text_or_empty(1);
        parameter.type = row.oid(2);
        parameter.element_type = row.oid(3);
        parameter.is_array = OidIsValid(parameter.element_type);
        parameter.kind = kind_of(row.text_or_empty(4));
        parameter.labels = row.texts(5);
        parameter.meaning = row.text_or_empty(6);
        fallbacks.push_back(row.text(7));
        parameter.is_required = !fallbacks.back();
        parameters.push_back(std::move(parameter));
    }
    for (std::size_t place = 0; place < parameters.size(); ++place) {
        find_input(memory, parameters[place]);
        if (fallbacks[place]) read_fallback(memory, parameters[place], *fallbacks[place]);
    }
    return parameters;
}

/// `$1, $2, …`
std::string placeholders(std::size_t count) {
    std::string text;
    for (std::size_t number = 1; number <= count; ++number)
        text += (number == 1 ? "$" : ", $") + std::to_string(number);
    return text;
}

std::string quoted(const std::string& name) {
    return call([&] { return quote_identifier(name.c_str()); });
}

/// Columns: the body, the row's id, its time of change, then the keys of a list.
std::string call_text(const Route& route) {
    static Statement select("select body, id, version from rowhouse.result_columns($1)", {TEXTOID});
    if (select.run({make_varlena(route.function)}, Access::read_only) == 0)
        throw core::Error(500, "internal_error", "the function of a route is gone");
    const Row row(0);
    std::string sql = "select " + row.text_or_empty(1) + ", " + row.text_or_empty(2) + ", " +
                      row.text_or_empty(3);
    for (const auto& key : route.keyset) sql += ", r." + quoted(key) + "::pg_catalog.text";
    return sql + " from " + route.function + "(" + placeholders(route.parameters.size()) + ") r";
}

}  // namespace

void prepare_route(const Registry& registry, Route& route) {
    if (route.statement) return;
    const AsRole system(Role::system);
    route.parameters = read_parameters(registry.memory, route.function);
    std::vector<Oid> types;
    for (const auto& parameter : route.parameters) types.push_back(parameter.type);
    route.statement = std::make_unique<Statement>(call_text(route), std::move(types));
}

}  // namespace rowhouse::pg
