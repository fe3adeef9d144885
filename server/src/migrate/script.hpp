#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::server {

/// One statement of an SQL script, without the semicolon and what stands before it.
struct Statement {
    int line;  ///< of the script, counted from 1
    std::string_view text;
};

/// Cuts an SQL script into statements, as psql does: quotes, dollar quotes, nested
/// comments and `begin atomic` bodies are understood; psql's own commands are not.
/// The result points into `sql`.
[[nodiscard]] std::vector<Statement> split_script(std::string_view sql);

/// The script without comments and without white space that does not matter: what has to
/// stay the same for the script to mean the same.
[[nodiscard]] std::string normalize_script(std::string_view sql);

/// The first word of a statement, in lower case; empty when it begins otherwise.
[[nodiscard]] std::string first_word(std::string_view statement);

}  // namespace rowhouse::server
