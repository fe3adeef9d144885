#include "pg/roles.hpp"

#include "pg/boundary.hpp"

namespace rowhouse::pg {
namespace {

constexpr std::array names{"rowhouse_system", "rowhouse_owner", "rowhouse_tenant",
                           "rowhouse_public", "rowhouse_platform"};

std::array<Oid, names.size()> oids;
bool is_watching;

void forget_oids(Datum, int, uint32) {
    oids.fill(InvalidOid);
}

}  // namespace

Oid role_oid(Role role) {
    const auto place = static_cast<std::size_t>(role);
    if (!is_watching) {
        call([] { CacheRegisterSyscacheCallback(AUTHOID, forget_oids, Datum{0}); });
        is_watching = true;
    }
    if (!OidIsValid(oids[place]))
        oids[place] = call([&] { return get_role_oid(names[place], false); });
    return oids[place];
}

AsRole::AsRole(Role role) {
    const Oid oid = role_oid(role);
    GetUserIdAndSecContext(&user_, &security_);
    SetUserIdAndSecContext(oid, security_ | SECURITY_LOCAL_USERID_CHANGE);
}

AsRole::~AsRole() {
    SetUserIdAndSecContext(user_, security_);
}

}  // namespace rowhouse::pg
