#include "pg/problems.hpp"

#include "pg/datum.hpp"
#include "pg/invalid_request.hpp"
#include "pg/registry.hpp"
#include "pg/roles.hpp"

namespace rowhouse::pg {
namespace {

std::string text(const char* chars) {
    return chars == nullptr ? "" : chars;
}

bool is_ours(int sqlstate) noexcept {
    return (sqlstate & 0xfff) == (sqlstate_of(404) & 0xfff);
}

bool is_constraint(int sqlstate) noexcept {
    return ERRCODE_TO_CATEGORY(sqlstate) == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION;
}

/// The code word of an error: its own, its constraint's, its SQLSTATE's.
std::string code_of(const ErrorData& error) {
    auto name = text(error.constraint_name);
    if (is_ours(error.sqlerrcode) && make_problem(name).code == name) return name;
    if (auto code = code_of_constraint(name); !code.empty()) return code;
    return code_of_sqlstate(unpack_sql_state(error.sqlerrcode));
}

/// Tells which field of the request a violated constraint is about, by the catalog: a check's
/// comment is the sentence for the client.
std::vector<core::FieldError> describe_constraint(const ErrorData& error, const std::string& code) {
    static Statement select("select field, message from rowhouse.describe_constraint($1,$2,$3,$4)",
                            {TEXTOID, TEXTOID, TEXTOID, TEXTOID});
    const AsRole system(Role::system);
    const auto rows = select.run(
        {make_varlena(text(error.schema_name)), make_varlena(text(error.table_name)),
         make_varlena(text(error.constraint_name)), make_varlena(text(error.column_name))},
        Access::read_only);
    if (rows == 0) return {};
    const Row row(0);
    return {{pointer_of(row.text_or_empty(1)), code, row.text_or_empty(2)}};
}

void log_failure(int sqlstate, const char* message, const char* context, const Request& request) {
    call([&] {
        ereport(LOG, (errcode(sqlstate),
                      errmsg("request %s failed: %s", request.trace.request_id.c_str(), message),
                      context != nullptr ? errdetail_log("%s", context) : 0, errhidestmt(true),
                      errhidecontext(true)));
    });
}

constexpr const char* our_fault = "The request failed for a reason of ours; quote its request_id.";

core::Problem problem_of_ours(const ErrorData& error, core::Problem problem) {
    problem.detail = text(error.detail);
    if (problem.detail.empty() && text(error.message) != problem.title)
        problem.detail = text(error.message);
    for (auto names = text(error.column_name); !names.empty();) {
        const auto end = std::min(names.find(','), names.size());
        problem.errors.push_back({pointer_of(names.substr(0, end)), problem.code, problem.detail});
        names.erase(0, end + 1);
    }
    problem.members = text(error.datatype_name);
    return problem;
}

}  // namespace

bool should_retry(const PostgresError& error) noexcept {
    const int sqlstate = error.data().sqlerrcode;
    return sqlstate == ERRCODE_T_R_SERIALIZATION_FAILURE ||
           sqlstate == ERRCODE_T_R_DEADLOCK_DETECTED;
}

core::Problem problem_of(const PostgresError& error, const Request& request) {
    const auto& data = error.data();
    auto problem = make_problem(code_of(data));
    if (problem.status >= 500) log_failure(data.sqlerrcode, data.message, data.context, request);
    if (is_ours(data.sqlerrcode)) return problem_of_ours(data, std::move(problem));
    if (problem.status == 422 && is_constraint(data.sqlerrcode))
        problem.errors = describe_constraint(data, problem.code);
    if (problem.status == 500) problem.detail = our_fault;
    return problem;
}

core::Problem problem_of(const core::Error& error, const Request& request) {
    auto problem = make_problem(error.code());
    problem.detail = error.what();
    if (problem.status == 500) {
        log_failure(ERRCODE_INTERNAL_ERROR, error.what(), nullptr, request);
        problem.detail = our_fault;
    }
    if (const auto* invalid = dynamic_cast<const InvalidRequest*>(&error))
        problem.errors = invalid->errors();
    return problem;
}

void answer_problem(const core::Problem& problem, const Request& request, Answer& answer) {
    answer.status = problem.status;
    answer.add_header("Content-Type", "application/problem+json");
    if (problem.status == 401) answer.add_header("WWW-Authenticate", "Bearer");
    if (problem.status == 503) answer.add_header("Retry-After", "1");
    answer.body = core::render_problem(problem, request.trace.request_id);
}

}  // namespace rowhouse::pg
