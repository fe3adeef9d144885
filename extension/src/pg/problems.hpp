#pragma once

#include "core/problem.hpp"
#include "pg/boundary.hpp"
#include "pg/request.hpp"

namespace rowhouse::pg {

/// Whether the whole transaction is lost to another one and the server should send it again.
[[nodiscard]] bool should_retry(const PostgresError& error) noexcept;

/// The problem that a client sees for an error of PostgreSQL's, by the error registry. Nothing of
/// an unregistered one is shown; it is written to the log with the request id instead.
/// To be called after the subtransaction was rolled back, inside `with_spi`.
[[nodiscard]] core::Problem problem_of(const PostgresError& error, const Request& request);

/// The same for an error of ours.
[[nodiscard]] core::Problem problem_of(const core::Error& error, const Request& request);

/// Makes the answer that problem. Headers that it has already stay.
void answer_problem(const core::Problem& problem, const Request& request, Answer& answer);

}  // namespace rowhouse::pg
