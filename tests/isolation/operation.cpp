#include "operation.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "database.hpp"

namespace rowhouse::test {
namespace {

constexpr const char* registry =
    "select r.method, r.pattern, r.access, coalesce(r.permission, ''), cardinality(r.keyset) > 0, "
    "r.function"
    "  from rowhouse.routes r where r.pattern like ";

constexpr const char* signature =
    "select s.name, s.kind, case when s.element <> 0 then s.element else s.type end, s.element <> "
    "0,"
    "       s.fallback is null"
    "  from rowhouse.signature(";

bool is_set(const pqxx::field& field) {
    return field.c_str() == std::string("t");
}

Place place_of(const std::string& name, const Operation& operation) {
    if ((operation.pattern + '/').find("/:" + name + '/') != std::string::npos) return Place::path;
    return operation.method == "GET" ? Place::query : Place::body;
}

std::vector<Parameter> parameters_of(const std::string& function, const Operation& operation) {
    std::vector<Parameter> found;
    const auto rows = sql(signature + literal(function) + ") s where s.name not like '\\_%'");
    for (const auto& row : rows)
        found.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(),
                         place_of(row[0].c_str(), operation), is_set(row[3]), is_set(row[4])});
    return found;
}

std::string escaped(const std::string& text) {
    static constexpr const char* digits = "0123456789ABCDEF";
    std::string result;
    for (const unsigned char c : text)
        if (std::isalnum(c) || c == '-' || c == '.' || c == '_')
            result += static_cast<char>(c);
        else
            (result += '%').append({digits[c >> 4], digits[c & 15]});
    return result;
}

std::vector<std::string> parts(const std::string& text) {
    std::vector<std::string> found;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, ',');) found.push_back(part);
    return found;
}

Json json_of(const std::string& kind, const std::string& value) {
    static constexpr std::array<const char*, 5> as_it_is{"boolean", "integer", "bigint", "numeric",
                                                         "jsonb"};
    const auto found = std::find(as_it_is.begin(), as_it_is.end(), kind);
    if (kind == "boolean") return value == "true" || value == "1";
    return found == as_it_is.end() ? Json(value) : Json::parse(value);
}

Json json_of(const Parameter& parameter, const std::string& value) {
    if (!parameter.is_array) return json_of(parameter.kind, value);
    auto array = Json::array();
    for (const auto& part : parts(value)) array.push_back(json_of(parameter.kind, part));
    return array;
}

/// a__b is {"a": {"b": …}}.
Json::json_pointer pointer_of(std::string name) {
    for (auto at = name.find("__"); at != std::string::npos; at = name.find("__"))
        name.replace(at, 2, "/");
    return Json::json_pointer("/" + name);
}

void put(Request& request, Json& body, const Parameter& parameter, const std::string& value) {
    if (parameter.place == Place::body) {
        body[pointer_of(parameter.name)] = json_of(parameter, value);
    } else if (parameter.place == Place::query) {
        for (const auto& part : parameter.is_array ? parts(value) : std::vector{value})
            request.path += (request.path.find('?') == std::string::npos ? '?' : '&') +
                            parameter.name + '=' + escaped(part);
    } else {
        const auto at = (request.path + '/').find("/:" + parameter.name + '/');
        request.path.replace(at + 1, parameter.name.size() + 1, escaped(value));
    }
}

}  // namespace

std::vector<Parameter> Operation::ids() const {
    std::vector<Parameter> found;
    std::copy_if(parameters.begin(), parameters.end(), std::back_inserter(found),
                 [](const Parameter& parameter) { return parameter.is_id(); });
    return found;
}

Request Operation::request(const Values& values) const {
    Request request{method, '/' + pattern};
    auto body = Json::object();
    for (const auto& parameter : parameters) {
        const auto value = values.find(parameter.name);
        if (value != values.end())
            put(request, body, parameter, value->second);
        else if (parameter.is_required)
            throw std::runtime_error(name() + ": no value for " + parameter.name);
    }
    if (method != "GET" && (method != "DELETE" || !body.empty())) request.body = body.dump();
    return request;
}

Values Operation::values(bool all) const {
    Values values;
    for (const auto& parameter : parameters) {
        if (parameter.is_id() || (!all && !parameter.is_required)) continue;
        const auto value = sql_value("select pg_temp.fresh(" + parameter.type + ")");
        if (value.empty())
            throw std::runtime_error(name() + ": rows.sql knows no " + parameter.kind +
                                     " that may be " + parameter.name);
        values[parameter.name] = value;
    }
    return values;
}

std::vector<Operation> operations(const std::string& pattern) {
    std::vector<Operation> found;
    for (const auto& row : sql(registry + literal(pattern) + " order by r.pattern, r.method")) {
        Operation operation{row[0].c_str(), row[1].c_str(), row[2].c_str(),
                            row[3].c_str(), is_set(row[4]), {}};
        operation.parameters = parameters_of(row[5].c_str(), operation);
        found.push_back(std::move(operation));
    }
    return found;
}

}  // namespace rowhouse::test
