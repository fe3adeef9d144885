#pragma once

#include "pg/credential.hpp"

namespace rowhouse::pg {

/// The slug that the request names; see `core::named_tenant`.
[[nodiscard]] std::optional<std::string> named_tenant(const Request& request);

/// The tenant that the request names, as the application's function `tenant` knows it at this
/// moment; nothing when it names none, or one that is not there. Called inside `with_spi`, under
/// the snapshot to read with. A request that names nobody costs no question.
/// @throws PostgresError
[[nodiscard]] std::optional<core::Uuid> find_named_tenant(const Registry& registry,
                                                          const Request& request);

/// Refuses a request that names another tenant than its credential is of, be there such a one or
/// not; anybody may come without a credential.
/// @throws core::Error 403 `tenant_mismatch`; PostgresError
void check_named_tenant(const Registry& registry, const Request& request,
                        const Principal& principal);

}  // namespace rowhouse::pg
