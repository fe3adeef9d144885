// rowhouse.tenant_id(), user_id(), session_id(), key_id(), instance_id(), request_id(), trace_id(),
// credential(), has_permission(): what SQL may know of the context.
#include "pg/context.hpp"
#include "pg/datum.hpp"

namespace {

using rowhouse::core::Context;
using rowhouse::core::Uuid;

/// The UUID datum points into the context, which outlives the expression it is used in.
Datum uuid_or_null(FunctionCallInfo fcinfo, const Uuid* uuid) {
    if (uuid == nullptr) PG_RETURN_NULL();
    static_assert(sizeof(Uuid) == UUID_LEN);
    auto* copy = static_cast<pg_uuid_t*>(palloc(sizeof(pg_uuid_t)));
    std::copy(uuid->begin(), uuid->end(), copy->data);
    return UUIDPGetDatum(copy);
}

Datum text_datum(FunctionCallInfo fcinfo, std::string_view text) {
    if (text.empty()) PG_RETURN_NULL();
    return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
}

const Uuid* member(std::optional<Uuid> Context::*uuid) {
    const auto* context = rowhouse::pg::current_context();
    return context != nullptr && (context->*uuid) ? &*(context->*uuid) : nullptr;
}

std::string_view member(std::string_view Context::*text) {
    const auto* context = rowhouse::pg::current_context();
    return context != nullptr ? context->*text : std::string_view{};
}

}  // namespace

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_tenant_id);
PG_FUNCTION_INFO_V1(rowhouse_user_id);
PG_FUNCTION_INFO_V1(rowhouse_session_id);
PG_FUNCTION_INFO_V1(rowhouse_key_id);
PG_FUNCTION_INFO_V1(rowhouse_instance_id);
PG_FUNCTION_INFO_V1(rowhouse_request_id);
PG_FUNCTION_INFO_V1(rowhouse_trace_id);
PG_FUNCTION_INFO_V1(rowhouse_credential);
PG_FUNCTION_INFO_V1(rowhouse_has_permission);
PG_FUNCTION_INFO_V1(rowhouse_has_permission_support);

Datum rowhouse_tenant_id(PG_FUNCTION_ARGS) {
    return uuid_or_null(fcinfo, rowhouse::pg::current_tenant());
}

Datum rowhouse_user_id(PG_FUNCTION_ARGS) {
    return uuid_or_null(fcinfo, member(&Context::user));
}

Datum rowhouse_session_id(PG_FUNCTION_ARGS) {
    return uuid_or_null(fcinfo, member(&Context::session));
}

Datum rowhouse_key_id(PG_FUNCTION_ARGS) {
    return uuid_or_null(fcinfo, member(&Context::key));
}

Datum rowhouse_instance_id(PG_FUNCTION_ARGS) {
    return uuid_or_null(fcinfo, member(&Context::instance));
}

Datum rowhouse_request_id(PG_FUNCTION_ARGS) {
    return text_datum(fcinfo, member(&Context::request_id));
}

Datum rowhouse_trace_id(PG_FUNCTION_ARGS) {
    return text_datum(fcinfo, member(&Context::trace_id));
}

Datum rowhouse_credential(PG_FUNCTION_ARGS) {
    return text_datum(fcinfo, member(&Context::credential));
}

Datum rowhouse_has_permission(PG_FUNCTION_ARGS) {
    const auto permission = rowhouse::pg::view_of(PG_GETARG_TEXT_PP(0));
    const auto* context = rowhouse::pg::current_context();
    PG_RETURN_BOOL(context != nullptr && rowhouse::core::has_permission(*context, permission));
}

/// Who holds a permission sees every row. The planner's own guess for a function, a third, makes it
/// fetch and sort all rows of a tenant where a page of them is asked for.
Datum rowhouse_has_permission_support(PG_FUNCTION_ARGS) {
    auto* request = reinterpret_cast<Node*>(PG_GETARG_POINTER(0));
    if (!IsA(request, SupportRequestSelectivity)) PG_RETURN_POINTER(nullptr);
    auto* asked = reinterpret_cast<SupportRequestSelectivity*>(request);
    asked->selectivity = 1;
    PG_RETURN_POINTER(asked);
}
}
