#pragma once

#include "pg/credential.hpp"

namespace rowhouse::pg {

/// Asks for shared memory; called once, at preload.
void request_last_seen();

/// Lets the application write down, by its function `seen`, that a session or key was seen; once
/// in `rowhouse.last_seen_interval`, which shared memory knows without asking any row. Called after
/// the request's subtransaction, inside `with_spi`. When writing fails the request is none the
/// worse. Nothing is done for a principal that is not known.
void note_seen(const Registry& registry, const Principal& principal);

}  // namespace rowhouse::pg
