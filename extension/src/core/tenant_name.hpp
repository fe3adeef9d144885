#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::core {

/// The tenant that a request names: by its host, one DNS label before the base domain, or by
/// `X-Tenant`. That a request names a tenant gives it no right; the name is to fit the credential.
/// @param host the header Host: a port, a trailing dot and the case do not matter
/// @param base_domain without dots at its ends; empty: no host names anybody
/// @return the tenant's slug; an empty text when the request names what can be no tenant: a label
///         that is none, several labels, or two tenants; nothing when it names none
[[nodiscard]] std::optional<std::string> named_tenant(std::string_view host,
                                                      std::string_view base_domain,
                                                      std::string_view x_tenant);

}  // namespace rowhouse::core
