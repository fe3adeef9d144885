#pragma once

#include "migrate/sources.hpp"

#include <pqxx/transaction_base>

namespace rowhouse::server {

/// Runs a script as rowhouse_owner with search_path pinned; the script may change role
/// by itself, and afterwards the caller's role is back. Throws MigrationError with the
/// file, the line, and PostgreSQL's message, detail and hint; the transaction is then lost.
void run_script(pqxx::transaction_base& transaction, const Script& script);

}  // namespace rowhouse::server
