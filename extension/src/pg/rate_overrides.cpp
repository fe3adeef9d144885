#include "pg/rate_overrides.hpp"

#include "pg/datum.hpp"
#include "pg/roles.hpp"
#include "pg/spi.hpp"
#include "pg/watch.hpp"

namespace rowhouse::pg {
namespace {

using Overrides = std::map<std::string, std::uint32_t, std::less<>>;

/// Tenants that this backend remembers; more than a backend meets between two changes.
constexpr std::size_t most_tenants = 4096;

Watch watch("rate_overrides");
std::map<core::Uuid, Overrides> remembered;

/// Under a snapshot younger than the watch: an older one could miss a change that was told already.
Overrides read(const core::Uuid& tenant) {
    static Statement select(
        "select class, requests from rowhouse.rate_overrides where tenant_id = $1", {UUIDOID});
    const AsRole system(Role::system);
    Overrides overrides;
    const auto count = select.run({uuid_datum(tenant)}, Access::read_write);
    for (std::uint64_t number = 0; number < count; ++number)
        overrides[Row(number).text_or_empty(1)] = static_cast<std::uint32_t>(Row(number).int4(2));
    return overrides;
}

const Overrides& overrides_of(const core::Uuid& tenant) {
    if (watch.is_stale() || remembered.size() >= most_tenants) {
        remembered.clear();
        watch.refreshed();
    }
    const auto found = remembered.find(tenant);
    if (found != remembered.end()) return found->second;
    return remembered[tenant] = read(tenant);
}

}  // namespace

std::optional<std::uint32_t> override_of(const core::Uuid& tenant, std::string_view rate_class) {
    const auto& overrides = overrides_of(tenant);
    const auto found = overrides.find(rate_class);
    if (found == overrides.end()) return std::nullopt;
    return found->second;
}

}  // namespace rowhouse::pg
