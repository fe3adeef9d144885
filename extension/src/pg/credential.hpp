#pragma once

#include "core/context.hpp"
#include "pg/registry.hpp"
#include "pg/request.hpp"

namespace rowhouse::pg {

/// Who a credential stands for.
struct Principal {
    std::string credential = "none";  ///< its kind: `none`, `session`
    std::optional<core::Uuid> tenant, user, session;
    std::string permissions;  ///< words separated by blanks

    [[nodiscard]] bool is_known() const noexcept { return tenant.has_value(); }

    /// The context of a request by this principal; its views point into both arguments.
    [[nodiscard]] core::Context context(const core::Trace& trace) const;
};

/// Checks the credential of a request. What can be revoked is read under the active snapshot,
/// which is to be a fresh one.
/// @return the principal; one that is not known when the request carries no credential
/// @throws core::Error 401 `token_invalid`, `token_expired`, `token_revoked`,
///         `credential_invalid`; PostgresError
[[nodiscard]] Principal authenticate(const Registry& registry, const Request& request);

}  // namespace rowhouse::pg
