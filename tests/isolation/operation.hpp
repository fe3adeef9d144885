#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client.hpp"

namespace rowhouse::test {

enum class Place { path, query, body };

/// What a client may say to an operation, as the registry and the function's signature have it.
struct Parameter {
    std::string name;
    std::string kind;  ///< the base type
    std::string type;  ///< oid of the type, of an array's elements if it is one
    Place place = Place::query;
    bool is_array = false;
    bool is_required = false;

    /// Names a row, so that a foreign one could be named.
    [[nodiscard]] bool is_id() const { return kind == "uuid"; }
    /// The last part of a nested name.
    [[nodiscard]] std::string leaf() const {
        const auto at = name.rfind("__");
        return at == std::string::npos ? name : name.substr(at + 2);
    }
};

/// Values by the names of parameters; an array's are separated by commas.
using Values = std::map<std::string, std::string>;

struct Operation {
    std::string method;
    std::string pattern;
    std::string access;  ///< public, tenant, user, instance
    std::string permission;
    bool is_list = false;
    std::vector<Parameter> parameters;

    [[nodiscard]] std::string name() const { return method + ' ' + pattern; }
    /// Whether it is about the tenant's rows, not the person's.
    [[nodiscard]] bool is_of_tenant() const { return access == "tenant" || access == "instance"; }
    [[nodiscard]] std::vector<Parameter> ids() const;
    /// What has no value here is left out. @throws std::runtime_error for a required one.
    [[nodiscard]] Request request(const Values& values) const;
    /// Made values for the parameters that are no ids: of the required ones, or of all.
    /// @throws std::runtime_error naming the parameter whose type has no known value.
    [[nodiscard]] Values values(bool all) const;
};

/// Everything in the registry whose pattern is like that.
[[nodiscard]] std::vector<Operation> operations(const std::string& pattern = "%");

}  // namespace rowhouse::test
