#pragma once

#include "pg/postgres.hpp"

namespace rowhouse::pg {

/// The roles that code runs as; see docs/architecture.md.
enum class Role { system, owner, tenant, visitor, platform };

/// The role's OID, remembered until a role changes.
/// @throws PostgresError 42704 when rowhouse.install() has not made it
[[nodiscard]] Oid role_oid(Role role);

/// Runs as another role for as long as it lives. What runs so cannot SET ROLE or RESET ROLE.
class AsRole {
public:
    explicit AsRole(Role role);
    ~AsRole();
    AsRole(const AsRole&) = delete;
    AsRole& operator=(const AsRole&) = delete;

private:
    Oid user_ = InvalidOid;
    int security_ = 0;
};

}  // namespace rowhouse::pg
