#pragma once

#include "core/problem.hpp"
#include "core/rate_limit.hpp"
#include "core/router.hpp"
#include "core/value.hpp"
#include "pg/form.hpp"

namespace rowhouse::pg {

/// One parameter of an endpoint function.
struct Parameter {
    std::string name;
    Oid type = InvalidOid;
    core::ValueType kind = core::ValueType::text;  ///< of the value, or of an array's elements
    bool is_array = false;
    bool is_domain = false;           ///< of the value, or of an array's elements
    std::vector<std::string> labels;  ///< of an enumeration
    std::string meaning;              ///< of a domain: its comment, to end "must be …"
    mutable FmgrInfo input{};         ///< makes the datum of a value; caches as it works
    Oid input_parameter = InvalidOid;
    Oid element_type = InvalidOid;
    bool is_required = true;
    Datum fallback = 0;  ///< the default, in memory that lives as long as the route
    bool fallback_is_null = true;
};

/// An endpoint: what `rowhouse.routes` says of it and what its function's signature says.
struct Route {
    std::string pattern;
    std::string function;
    std::string access;      ///< `public`, `enrolling`, `user`, `tenant`, `instance`
    std::string permission;  ///< empty when none is needed
    int status = 200;
    int timeout = 0;                  ///< milliseconds
    std::vector<std::string> keyset;  ///< columns that order a list; empty for a single object
    std::vector<std::string> path_parameters;
    std::optional<std::size_t> instance_place;  ///< of the path's parameters: names an instance
    std::string rate;                           ///< the class of its rate limit

    std::vector<Parameter> parameters;
    bool is_read_only = false;
    Oid function_id = InvalidOid;  ///< known once `prepare_route` was called, as what follows
    RowType result;
    std::string body;                          ///< the statement that the function is, if it may
                                               ///< be run itself; else empty
    std::vector<std::unique_ptr<Form>> forms;  ///< those that were wanted so far

    [[nodiscard]] bool is_list() const noexcept { return !keyset.empty(); }
    [[nodiscard]] const Parameter* find_parameter(std::string_view name) const noexcept;
};

/// An entry of `rowhouse.errors`.
struct ErrorEntry {
    std::string code;
    int status = 500;
    std::string title;
};

/// The registries of this database, as this backend remembers them.
struct Registry {
    Registry();
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    MemoryContext memory;  ///< for what PostgreSQL allocates; goes with the registry
    core::Router router;
    std::vector<Route> routes;
    std::map<std::string, ErrorEntry, std::less<>> errors;              ///< by code word
    std::map<std::string, std::string, std::less<>> codes_by_sqlstate;  ///< code words
    std::map<std::string, std::string, std::less<>> codes_by_constraint;
    std::map<std::string, std::string, std::less<>> authenticators;   ///< functions, by credential
    std::map<std::string, core::RateRule, std::less<>> rate_classes;  ///< without `default`
};

/// The registries, read again when something of them changed. Called once for each request, inside
/// `with_spi`: what was got before is gone when they are read again.
/// @throws PostgresError
[[nodiscard]] Registry& fresh_registry();

/// The code word that stands for a constraint or an SQLSTATE; empty when none is registered.
[[nodiscard]] std::string code_of_constraint(const std::string& name);
[[nodiscard]] std::string code_of_sqlstate(const std::string& sqlstate);

/// Reads the function's signature, once.
/// @throws core::Error 500 when the function is gone or has a parameter that cannot be bound
void prepare_route(const Registry& registry, Route& route);

/// The statement that runs the function when those parameters (see `Form`) are left out. It knows
/// their defaults, so that a plan that is kept is as good as one that is made for the request.
[[nodiscard]] Form& form_of(const Registry& registry, Route& route, std::string left_out);

/// The registered problem of a code word, without detail; `internal_error` for an unknown one.
[[nodiscard]] core::Problem make_problem(std::string_view code);

}  // namespace rowhouse::pg
