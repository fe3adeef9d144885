#include "migrate/run_script.hpp"

#include "migrate/script.hpp"

#include <pqxx/except>
#include <pqxx/result>

#include <charconv>

namespace rowhouse::server {
namespace {

constexpr const char* enter_script =
    "set local role rowhouse_owner; "
    "set local search_path = pg_catalog, pg_temp";
constexpr const char* leave_script =
    "set local role none; "
    "set local search_path = pg_catalog, pg_temp";

constexpr std::string_view line_mark = "\nLINE ";

/// PostgreSQL says `LINE n:` of the statement it was sent. Gives the line that stands
/// for in the file, and takes the mark out of the message, whose caret would not fit.
/// With `QUERY:` the line is one of another text, inside a function.
int take_line(std::string& message, int first_line) {
    const auto mark = message.find(line_mark);
    if (mark == std::string::npos || message.find("\nQUERY:") != std::string::npos) {
        return first_line;
    }
    const auto number = mark + line_mark.size();
    const auto colon = message.find(": ", number);
    if (colon == std::string::npos) {
        return first_line;
    }
    int line = 1;
    std::from_chars(message.data() + number, message.data() + colon, line);
    const auto width = colon + 2 - (mark + 1);
    message.replace(mark + 1, width, "  ");
    const auto caret = message.find('\n', mark + 1);
    if (caret != std::string::npos &&
        message.compare(caret + 1, width, std::string(width, ' ')) == 0) {
        message.replace(caret + 1, width, "  ");
    }
    return first_line + line - 1;
}

std::string describe(const Script& script, const Statement& statement, std::string message) {
    const int line = take_line(message, script.first_line + statement.line - 1);
    while (message.ends_with('\n')) {
        message.pop_back();
    }
    return script.path + ":" + std::to_string(line) + ": " + message;
}

}  // namespace

void run_script(pqxx::transaction_base& transaction, const Script& script) {
    transaction.exec(enter_script);
    for (const auto& statement : split_script(script.text)) {
        try {
            transaction.exec(std::string(statement.text));
        } catch (const pqxx::failure& error) {
            throw MigrationError(describe(script, statement, error.what()));
        }
    }
    transaction.exec(leave_script);
}

}  // namespace rowhouse::server
