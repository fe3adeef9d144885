#pragma once

#include "core/target.hpp"
#include "pg/throttle.hpp"

namespace rowhouse::pg {

/// One request on its way to one endpoint.
struct Call {
    Registry& registry;
    Route& route;
    const core::Target& target;
    const std::vector<std::string_view>& path_values;
    Request& request;
    Answer& answer;
    Throttle& throttle;
    Principal principal;  ///< known once the credential was checked
};

/// Checks who is asking and whether they ask too much, runs the endpoint as them and puts its
/// result into the answer. What it wrote stays only if it succeeds, or refuses by
/// `rowhouse.reject()`; refusals become problem documents and, where somebody known was denied,
/// audit rows.
/// @throws PostgresError when the whole transaction has to be sent again
void serve(Call& call);

}  // namespace rowhouse::pg
