#pragma once

#include "pg/credential.hpp"

namespace rowhouse::pg {

/// Who an API key or an instance's token stands for; see `rowhouse.authenticator()`. Its row is
/// read at every request, under the active snapshot. A secret that is met the first time costs an
/// Argon2id hash; the row is read once more after it, and the active snapshot is a new one then.
/// @throws core::Error 401 `credential_invalid`, in the same words whatever is wrong; 503
///         `service_busy`; PostgresError
[[nodiscard]] Principal read_key(const Registry& registry, const Request& request,
                                 std::string_view text);

}  // namespace rowhouse::pg
