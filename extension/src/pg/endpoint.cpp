#include "pg/endpoint.hpp"

#include "core/cursor.hpp"
#include "core/json.hpp"
#include "pg/arguments.hpp"
#include "pg/audit.hpp"
#include "pg/context.hpp"
#include "pg/named_tenant.hpp"
#include "pg/problems.hpp"
#include "pg/roles.hpp"
#include "pg/rows.hpp"
#include "pg/subtransaction.hpp"

namespace rowhouse::pg {
namespace {

/// Whether the path names that instance.
bool is_about(const Call& call, const core::Uuid& instance) {
    const auto place = call.route.instance_place;
    return place && core::parse_uuid(call.path_values[*place]) == instance;
}

/// What this kind of credential, and this one of its kind, opens at all.
void check_kind(const Call& call) {
    const auto& principal = call.principal;
    const auto refuse = [](const char* why) { throw core::Error(403, "permission_denied", why); };
    const bool is_personal = call.route.access == "user" || call.route.access == "enrolling";
    if (is_personal && !principal.session) refuse("this needs a user's session");
    if (!principal.denial.empty() && call.route.access != "enrolling")
        throw core::Error(403, principal.denial, "set up a second factor first");
    const bool is_bound = principal.credential == "instance_token" || principal.instance;
    if (!is_bound) return;
    if (call.route.access != "instance") refuse("this is not for a credential of one instance");
    if (!principal.instance || !is_about(call, *principal.instance))
        refuse("the credential is for another instance");
}

void check_access(const Call& call) {
    const auto& route = call.route;
    if (route.access == "public") return;
    if (!call.principal.is_known())
        throw core::Error(401, "credential_required", "send a credential as a bearer token");
    check_kind(call);
    const auto context = call.principal.context(call.request.trace);
    if (!route.permission.empty() && !core::has_permission(context, route.permission))
        throw core::Error(403, "permission_denied",
                          "this needs the permission " + route.permission);
}

Role role_of(const Route& route) {
    return route.access == "public" ? Role::visitor : Role::tenant;
}

/// The row that the path names; where it names none, as `/me` and `/account`, the caller's own.
void find_subject(Call& call) {
    call.request.subject = call.principal.user;
    call.request.own_tenant = call.principal.tenant;
    for (const auto value : call.path_values) {
        const auto uuid = core::parse_uuid(value);
        if (!uuid) continue;
        call.request.subject = uuid;
        call.request.own_tenant.reset();
    }
}

void put_list(const Call& call, const Rows& rows, int limit) {
    auto& body = call.answer.body;
    body += R"(],"next_cursor":)";
    if (rows.count() <= static_cast<std::uint64_t>(limit))
        body += "null";
    else
        core::append_json_string(body, core::render_cursor(rows.keys()));
    body += '}';
}

/// The status of success: what the endpoint said, else its route's.
int status_of(const Call& call) {
    return call.answer.status != 0 ? call.answer.status : call.route.status;
}

void put_object(const Call& call, const Rows& rows) {
    const int status = status_of(call);
    const bool may_be_empty = status == 202 || status == 204;
    if (rows.count() == 0 || (!rows.has_body() && !may_be_empty))
        throw core::Error(404, "not_found", "there is no such object");
    if (rows.version()) call.answer.entity_tag = entity_tag(*rows.version());
    if (status == 204 || call.answer.status == 202) call.answer.body.clear();
    if (status != 201 || !rows.id()) return;
    const auto path = call.request.target.substr(0, call.request.target.find('?'));
    call.answer.add_header("Location", std::string(path) + '/' + *rows.id());
}

void check_precondition(const Call& call) {
    if (call.route.is_read_only || call.request.headers.find("if-match").empty()) return;
    if (!call.request.precondition_was_checked)
        throw core::Error(412, "precondition_failed", "no object here could be held against it");
}

/// As PostgreSQL checks it when a function is called; its body alone would ask for no leave.
void check_may_execute(const Route& route) {
    pg::call([&] {
#if PG_VERSION_NUM >= 160000
        const auto refusal =
            object_aclcheck(ProcedureRelationId, route.function_id, GetUserId(), ACL_EXECUTE);
#else
        const auto refusal = pg_proc_aclcheck(route.function_id, GetUserId(), ACL_EXECUTE);
#endif
        if (refusal != ACLCHECK_OK)
            aclcheck_error(refusal, OBJECT_FUNCTION, route.function.c_str());
    });
}

/// Runs the statement of the endpoint's function.
void run_statement(const Call& call, const Arguments& arguments, Form& form, Rows& rows) {
    check_may_execute(call.route);
    form.statement.run_into(rows.receiver(), arguments.values,
                            call.route.is_read_only ? Access::read_only : Access::read_write,
                            arguments.nulls.c_str());
}

/// Runs the endpoint's function as the tenant's role and writes its rows into the answer.
void run_function(Call& call) {
    auto& route = call.route;
    const AsRole role(role_of(route));
    if (route.is_read_only) XactReadOnly = true;
    const auto arguments = bind_arguments(route, call.request, call.target, call.path_values);
    auto& form = form_of(call.registry, route, arguments.left_out);
    if (route.is_list()) call.answer.body = R"({"data":[)";
    const int limit = route.is_list() ? arguments.limit : 1;
    Rows rows(form.columns, call.answer.body, static_cast<std::uint64_t>(limit), route.keyset);
    run_statement(call, arguments, form, rows);
    if (!call.answer.refusal.empty()) return;
    if (route.is_list())
        put_list(call, rows, limit);
    else
        put_object(call, rows);
    // Deferred checks must not wait until another role is asking.
    if (!route.is_read_only)
        pg::call([] {
            auto* immediate = makeNode(ConstraintsSetStmt);
            AfterTriggerSetState(immediate);
        });
    check_precondition(call);
}

void perform(Call& call) {
    // A public endpoint asks nothing of a credential, not even that it is valid.
    if (call.route.access != "public") call.principal = authenticate(call.registry, call.request);
    call.throttle.charge_route(call.registry, call.route, call.principal, call.request);
    check_named_tenant(call.registry, call.request, call.principal);
    check_access(call);
    prepare_route(call.registry, call.route);
    find_subject(call);
    set_context(call.principal.context(call.request.trace));
    {
        const TimeLimit limit(call.route.timeout);
        run_function(call);
    }
    clear_context();
}

/// Whether the client has this very version already (RFC 9110 §13.1.2).
bool is_known_version(const Call& call) {
    const auto known = call.request.headers.find("if-none-match");
    return call.route.is_read_only && !call.answer.entity_tag.empty() &&
           matches(known, call.answer.entity_tag);
}

void put_success(Call& call) {
    call.answer.status = status_of(call);
    if (!call.answer.entity_tag.empty()) call.answer.add_header("ETag", call.answer.entity_tag);
    if (is_known_version(call)) {
        call.answer.status = 304;
        call.answer.body.clear();
    }
    if (!call.answer.body.empty()) call.answer.add_header("Content-Type", "application/json");
}

void audit_denial(const Call& call, const core::Problem& problem) {
    auto entry = audit_entry("permission.denied", call.principal.context(call.request.trace));
    entry.resource = call.route.pattern;
    entry.details = "{";
    core::append_json_member(entry.details, "code", problem.code);
    core::append_json_member(entry.details, "method", call.request.method);
    entry.details += '}';
    write_audit(entry);
}

}  // namespace

void serve(Call& call) {
    Subtransaction subtransaction;
    std::optional<core::Problem> problem;
    try {
        perform(call);
        subtransaction.commit();
    } catch (const PostgresError& error) {
        if (should_retry(error)) throw;
        subtransaction.rollback();
        problem = problem_of(error, call.request);
    } catch (const core::Error& error) {
        subtransaction.rollback();
        problem = problem_of(error, call.request);
    }
    if (problem) {
        call.answer.headers.clear();
    } else if (!call.answer.refusal.empty()) {
        problem = make_problem(call.answer.refusal);
        problem->detail = call.answer.refusal_detail;
    }
    if (!problem) return put_success(call);
    call.answer.body.clear();
    answer_problem(*problem, call.request, call.answer);
    call.throttle.audit_refusal(call.principal, call.request, call.route.pattern);
    if (problem->status == 403 && call.principal.is_known()) audit_denial(call, *problem);
}

}  // namespace rowhouse::pg
