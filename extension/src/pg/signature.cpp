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

/// The text of the one statement that a body of SQL holds; empty when there are several.
std::string statement_of(const std::string& body) {
    return call([&]() -> const char* {
        auto* node = static_cast<Node*>(stringToNode(body.c_str()));
        if (IsA(node, List)) node = static_cast<Node*>(linitial(castNode(List, node)));
        if (IsA(node, List) && list_length(castNode(List, node)) == 1)
            node = static_cast<Node*>(linitial(castNode(List, node)));
        if (!IsA(node, Query) || castNode(Query, node)->commandType == CMD_UTILITY) return "";
        return pg_get_querydef(castNode(Query, node), false);
    });
}

void read_result(Route& route) {
    // The body is taken where running it is all that calling the function would do.
    static Statement select(
        "select p.oid, t.oid, t.typrelid <> 0,"
        "       coalesce(base.typtype, t.typtype) = 'c' or p.prorettype = 'record'::regtype,"
        "       case when l.lanname = 'sql' and p.provolatile = 'v' and not p.prosecdef"
        "             and p.proretset and not p.proisstrict and p.proconfig is null"
        "            then p.prosqlbody::text end"
        "  from pg_catalog.pg_proc p"
        "  join pg_catalog.pg_language l on l.oid = p.prolang"
        "  join pg_catalog.pg_type t on t.oid = p.prorettype"
        "  left join pg_catalog.pg_type base on base.oid = t.typbasetype"
        " where p.oid = pg_catalog.to_regproc($1)",
        {TEXTOID});
    if (select.run({make_varlena(route.function)}, Access::read_only) == 0)
        throw core::Error(500, "internal_error", "the function of a route is gone");
    const Row row(0);
    route.function_id = row.oid(1);
    route.result = {row.oid(2), row.boolean(4), row.boolean(3), false};
    const auto body = row.text(5);
    if (body && !route.is_read_only) route.body = statement_of(*body);
}

}  // namespace

void prepare_route(const Registry& registry, Route& route) {
    if (OidIsValid(route.function_id)) return;
    const AsRole system(Role::system);
    route.parameters = read_parameters(registry.memory, route.function);
    read_result(route);
}

}  // namespace rowhouse::pg
