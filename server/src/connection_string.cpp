#include "connection_string.hpp"

#include <libpq-fe.h>  // PQconninfoParse

#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>

namespace rowhouse::server {
namespace {

using Keywords = std::map<std::string, std::string>;

Keywords parse(const std::string& url) {
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(url.c_str(), &message), PQconninfoFree);
    PQfreemem(message);
    if (!options)
        throw std::runtime_error("the database URL is not a PostgreSQL connection string");
    Keywords keywords;
    for (const auto* option = options.get(); option->keyword != nullptr; ++option)
        if (option->val != nullptr) keywords[option->keyword] = option->val;
    return keywords;
}

std::string read_password(const std::string& file) {
    std::ifstream stream(file);
    std::string password;
    if (!std::getline(stream, password))
        throw std::runtime_error("the database password file cannot be read");
    return password;
}

std::string quote(const std::string& value) {
    std::string quoted = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '\'';
}

}  // namespace

std::string complete_connection_string(const std::string& url, const std::string& password_file) {
    auto keywords = parse(url);
    if (!password_file.empty()) keywords["password"] = read_password(password_file);
    // emplace: what the URL says goes first.
    keywords.emplace("application_name", "rowhoused");
    keywords.emplace("connect_timeout", "3");
    keywords.emplace("keepalives_idle", "10");
    keywords.emplace("keepalives_interval", "5");
    keywords.emplace("keepalives_count", "3");
    keywords.emplace("tcp_user_timeout", "15000");
    // After a failover the old primary may come back as a standby.
    keywords.emplace("target_session_attrs", "read-write");
    std::string text;
    for (const auto& [keyword, value] : keywords)
        text.append(keyword).append("=").append(quote(value)).append(" ");
    return text;
}

}  // namespace rowhouse::server
