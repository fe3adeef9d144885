#pragma once

#include "pg/registry.hpp"

namespace rowhouse::pg {

/// The statement that asks the application's function registered by `rowhouse.authenticator()`
/// under that name: `select f(…) `, with parameters of these types; run as Role::system. Null when
/// none is registered. The plan is kept by this backend.
[[nodiscard]] Statement* application_function(const Registry& registry, std::string_view name,
                                              const std::vector<Oid>& types);

/// Runs the body in a subtransaction of its own, for what must not cost the request its answer: an
/// error undoes the body and is logged, not thrown. Called inside `with_spi`.
/// @param purpose what the body does, for the log
/// @return whether it was done
bool attempt(const char* purpose, const std::function<void()>& body);

}  // namespace rowhouse::pg
