#pragma once

#include "pg/credential.hpp"

namespace rowhouse::pg {

/// Whether the application has origins of tenants: a function `origins` is registered.
[[nodiscard]] bool have_tenants_origins(const Registry& registry) noexcept;

/// Whether a tenant lets pages of that origin read the answer to this request: the principal's
/// tenant; without a principal the one that the request names; for a preflight that names none,
/// any. False when the application cannot be asked. Called inside `with_spi`.
[[nodiscard]] bool is_tenants_origin(const Registry& registry, const Request& request,
                                     const Principal& principal, std::string_view origin);

}  // namespace rowhouse::pg
