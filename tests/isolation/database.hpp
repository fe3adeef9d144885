#pragma once

#include <pqxx/pqxx>

#include <string>
#include <vector>

namespace rowhouse::test {

/// Rows of statements run by the superuser in PGDATABASE, over one connection: what rows.sql
/// makes in pg_temp is there.
pqxx::result sql(const std::string& statement);

/// The first column of all rows; NULL is empty.
[[nodiscard]] std::vector<std::string> sql_values(const std::string& statement);

/// The only value of a statement's only row; empty for NULL.
[[nodiscard]] std::string sql_value(const std::string& statement);

/// A text as an SQL literal.
[[nodiscard]] std::string literal(const std::string& text);

/// Runs a file of this folder.
void run_file(const std::string& name);

/// A UUID of version 7 that names nothing.
[[nodiscard]] std::string random_id();

}  // namespace rowhouse::test
