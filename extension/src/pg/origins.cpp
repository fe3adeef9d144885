#include "pg/origins.hpp"

#include "pg/application.hpp"
#include "pg/datum.hpp"
#include "pg/named_tenant.hpp"
#include "pg/roles.hpp"

namespace rowhouse::pg {
namespace {

/// @param tenant nothing: any tenant
bool ask(Statement& statement, std::string_view origin, const std::optional<core::Uuid>& tenant) {
    const AsRole system(Role::system);
    const std::vector<Datum> values{make_varlena(origin), tenant ? uuid_datum(*tenant) : Datum{0}};
    const auto rows = statement.run(values, Access::read_only, tenant ? nullptr : " n");
    return rows == 1 && Row(0).boolean(1);
}

/// What a page reads with a credential is one tenant's, so no other tenant's page may read it. A
/// preflight carries no credential and answers nothing of anybody's.
bool find_origin(const Registry& registry, const Request& request, const Principal& principal,
                 Statement& statement, std::string_view origin) {
    if (principal.is_known()) return ask(statement, origin, principal.tenant);
    if (named_tenant(request)) {
        const auto tenant = find_named_tenant(registry, request);
        return tenant && ask(statement, origin, tenant);
    }
    return request.method == "OPTIONS" && ask(statement, origin, std::nullopt);
}

}  // namespace

bool have_tenants_origins(const Registry& registry) noexcept {
    return registry.authenticators.contains("origins");
}

bool is_tenants_origin(const Registry& registry, const Request& request, const Principal& principal,
                       std::string_view origin) {
    auto* statement = application_function(registry, "origins", {TEXTOID, UUIDOID});
    if (statement == nullptr) return false;
    bool is_allowed = false;
    attempt("asking whose origin it is",
            [&] { is_allowed = find_origin(registry, request, principal, *statement, origin); });
    return is_allowed;
}

}  // namespace rowhouse::pg
