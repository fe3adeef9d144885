#pragma once

#include "pg/request.hpp"

namespace rowhouse::pg {

/// Answers a preflight (Fetch §3.2.2) for a path that has these methods.
void answer_preflight(const Request& request, Answer& answer, std::string_view methods);

/// Lets the page of a listed origin read the answer; adds nothing for any other request.
void add_cors(const Request& request, Answer& answer);

}  // namespace rowhouse::pg
