#pragma once

#include "migrate/plan.hpp"

#include <pqxx/transaction_base>

namespace rowhouse::server {

/// Which part of a file a row of rowhouse.migrations is about.
enum class Part { domain, definitions, change, policies };

/// All rows of rowhouse.migrations.
[[nodiscard]] Ledger read_ledger(pqxx::transaction_base& transaction);

/// Notes a part as applied in its present form.
void record(pqxx::transaction_base& transaction, Part part, const Script& script);

/// Forgets one part of a file that is gone.
void forget(pqxx::transaction_base& transaction, Part part, const std::string& path);

/// Forgets all rows of a part, so that it counts as not applied: if the step that
/// applies it again fails, the next run still knows that it is due.
void forget_all(pqxx::transaction_base& transaction, Part part);

}  // namespace rowhouse::server
