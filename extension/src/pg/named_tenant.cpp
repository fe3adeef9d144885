#include "pg/named_tenant.hpp"

#include "core/tenant_name.hpp"
#include "pg/application.hpp"
#include "pg/datum.hpp"
#include "pg/roles.hpp"
#include "pg/settings.hpp"

namespace rowhouse::pg {
namespace {

std::optional<core::Uuid> find_tenant(const Registry& registry, const std::string& slug) {
    if (slug.empty()) return std::nullopt;
    auto* statement = application_function(registry, "tenant", {TEXTOID});
    if (statement == nullptr) return std::nullopt;
    const AsRole system(Role::system);
    if (statement->run({make_varlena(slug)}, Access::read_only) != 1) return std::nullopt;
    const auto id = Row(0).text(1);
    return id ? core::parse_uuid(*id) : std::nullopt;
}

}  // namespace

std::optional<std::string> named_tenant(const Request& request) {
    const auto header = request.headers.find("x-tenant");
    if (header.empty() && *settings.base_domain == '\0') return std::nullopt;
    return core::named_tenant(request.headers.find("host"), settings.base_domain, header);
}

std::optional<core::Uuid> find_named_tenant(const Registry& registry, const Request& request) {
    const auto slug = named_tenant(request);
    return slug ? find_tenant(registry, *slug) : std::nullopt;
}

void check_named_tenant(const Registry& registry, const Request& request,
                        const Principal& principal) {
    if (!principal.is_known()) return;
    const auto slug = named_tenant(request);
    if (slug && find_tenant(registry, *slug) != principal.tenant)
        throw core::Error(403, "tenant_mismatch", "the credential is not of the tenant named");
}

}  // namespace rowhouse::pg

using namespace rowhouse;  // the functions below are the C face of the namespace

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_named_tenant);

Datum rowhouse_named_tenant(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto* request = pg::current_request();
        const auto slug = request != nullptr ? pg::named_tenant(*request) : std::nullopt;
        fcinfo->isnull = !slug;
        return slug ? pg::make_varlena(*slug) : Datum{0};
    });
}
}
