#pragma once

#include "core/target.hpp"
#include "pg/invalid_request.hpp"
#include "pg/registry.hpp"
#include "pg/request.hpp"

namespace rowhouse::pg {

/// The arguments of an endpoint's function, and the page that a list asks for.
struct Arguments {
    std::vector<Datum> values;
    std::string nulls;     ///< 'n' or ' ' for each value
    std::string left_out;  ///< 'x' for each value that is the parameter's default, else ' '
    int limit = 0;         ///< rows of the page
};

/// Binds path, query and body to the endpoint's parameters by name. `__` in a parameter's name
/// goes one object deeper: `account__name` is `{"account": {"name": …}}`. Parameters that begin
/// with `_` are ours: `_given` (what the body carried), `_limit` (one row more than the page) and
/// `_after_<key>` (from the cursor).
/// @throws InvalidRequest; core::Error 400, 415; PostgresError
[[nodiscard]] Arguments bind_arguments(const Route& route, const Request& request,
                                       const core::Target& target,
                                       const std::vector<std::string_view>& path_values);

}  // namespace rowhouse::pg
