#pragma once

#include "pg/credential.hpp"

namespace rowhouse::pg {

/// Answers a preflight (Fetch §3.2.2) for a path that has these methods.
void answer_preflight(const Request& request, Answer& answer, std::string_view methods);

/// Lets the page of an origin read the answer when the installation's list has it, or a tenant's:
/// the credential's tenant; without one the tenant that the request names; and for a preflight that
/// names none any tenant. Adds nothing else for any other request. Called inside `with_spi`,
/// outside the request's subtransaction. A request without an origin costs no question.
void add_cors(const Registry& registry, const Request& request, const Principal& principal,
              Answer& answer);

}  // namespace rowhouse::pg
