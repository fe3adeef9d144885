#pragma once

#include "core/context.hpp"
#include "pg/registry.hpp"
#include "pg/request.hpp"

namespace rowhouse::pg {

/// Who a credential stands for.
struct Principal {
    std::string credential = "none";  ///< its kind: `session`, `api_key`, `instance_token`
    std::optional<core::Uuid> tenant, user, session;
    std::optional<core::Uuid> key;       ///< what it is called, unless it is a session
    std::optional<core::Uuid> instance;  ///< the only one that it is for
    std::string permissions;             ///< words separated by blanks
    std::string denial;  ///< why it opens `enrolling` routes alone: a 403 code word; else empty

    [[nodiscard]] bool is_known() const noexcept { return tenant.has_value(); }

    /// Who a rate limit counts: the user, with all sessions, or a key by itself.
    [[nodiscard]] std::string rate_subject() const;

    /// The context of a request by this principal; its views point into both arguments.
    [[nodiscard]] core::Context context(const core::Trace& trace) const;
};

/// Checks the credential of a request. What can be revoked is read under the active snapshot,
/// which is to be a fresh one; checking an API key for the first time puts a newer one in its
/// place.
/// @return the principal; one that is not known when the request carries no credential
/// @throws core::Error 401 `token_invalid`, `token_expired`, `token_revoked`,
///         `credential_invalid`, 503 `service_busy`; PostgresError
[[nodiscard]] Principal authenticate(const Registry& registry, const Request& request);

}  // namespace rowhouse::pg
