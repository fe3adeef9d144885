#include "database.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace rowhouse::test {

pqxx::result sql(const std::string& statement) {
    static pqxx::connection connection("");
    return pqxx::nontransaction(connection).exec(statement);
}

std::vector<std::string> sql_values(const std::string& statement) {
    std::vector<std::string> values;
    for (const auto& row : sql(statement)) values.emplace_back(row.at(0).c_str());
    return values;
}

std::string sql_value(const std::string& statement) {
    return sql(statement).at(0).at(0).c_str();
}

std::string literal(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
    return quoted + '\'';
}

void run_file(const std::string& name) {
    const auto folder = std::filesystem::canonical("/proc/self/exe").parent_path().parent_path();
    std::stringstream text;
    text << std::ifstream(folder / name).rdbuf();
    sql(text.str());
}

std::string random_id() {
    return sql_value("select rowhouse.uuid_v7()");
}

}  // namespace rowhouse::test
