#pragma once

#include <string>

#include "core/context.hpp"

namespace rowhouse::pg {

/// Who is asking in this transaction; null when nobody is. In parallel workers too.
[[nodiscard]] const core::Context* current_context() noexcept;

/// The tenant of the context or, without one, the tenant this login role is bound to; null when
/// there is neither.
[[nodiscard]] const core::Uuid* current_tenant() noexcept;

/// Whether this session's role is bound to one tenant for reporting.
[[nodiscard]] bool is_bound_session() noexcept;

/// Sets the context until the end of the (sub)transaction. The only way in: no SQL reaches it.
/// @throws PostgresError
void set_context(const core::Context& value);

/// Takes the context away again.
/// @throws PostgresError
void clear_context();

/// Claims this top-level transaction for one request; a second request in it is refused.
/// @throws core::Error 500
void claim_transaction();

/// Whether a request has claimed this top-level transaction.
[[nodiscard]] bool is_transaction_claimed() noexcept;

/// Defines the two settings that carry the context; part of `define_settings`.
void define_context_settings();

}  // namespace rowhouse::pg
