// rowhouse.handle(), the one entry of the gateway: one HTTP request in one transaction of its own.
#include "pg/context.hpp"
#include "pg/cors.hpp"
#include "pg/datum.hpp"
#include "pg/endpoint.hpp"
#include "pg/last_seen.hpp"
#include "pg/problems.hpp"
#include "pg/subtransaction.hpp"

namespace rowhouse::pg {
namespace {

/// What the server may log of a request.
struct Outcome {
    std::string route;
    Principal principal;
};

/// Whoever controls the transaction controls what the call sees and what outlives it: an old
/// snapshot, a savepoint, a cursor. So there must be no transaction but the call's own.
void refuse_unless_alone() {
    const bool is_alone = !IsTransactionBlock() && !IsSubTransaction() &&
                          !IsolationUsesXactSnapshot() &&
                          (MyXactFlags & XACT_FLAGS_PIPELINING) == 0;
    if (is_alone) return;
    call([] {
        ereport(ERROR, (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
                        errmsg("rowhouse.handle() must be alone in its transaction"),
                        errhint("Call it outside BEGIN, in READ COMMITTED, not pipelined.")));
    });
}

Request read_request(FunctionCallInfo fcinfo) {
    Request request;
    request.method = text_argument(fcinfo, 0);
    request.target = text_argument(fcinfo, 1);
    request.headers = core::Headers(text_argument(fcinfo, 2));
    request.body = text_argument(fcinfo, 3);
    request.client = text_argument(fcinfo, 4);
    if (!core::is_value(core::ValueType::inet, request.client)) request.client = {};
    request.trace = core::resolve_trace(request.headers.find("x-request-id"),
                                        request.headers.find("x-trace-id"),
                                        request.headers.find("traceparent"));
    return request;
}

void route_request(Registry& known, Request& request, Answer& answer, Throttle& throttle,
                   Outcome& outcome) {
    if (request.method != "OPTIONS") throttle.charge_network(request);
    const auto target = core::parse_target(request.target);
    const auto match = known.router.find(request.method, target.segments);
    if (!match) throw core::Error(404, "not_found", "there is nothing at this path");
    if (request.method == "OPTIONS") return answer_preflight(request, answer, match->allow);
    if (!match->route) {
        answer.add_header("Allow", match->allow);
        throw core::Error(405, "method_not_allowed", "this path allows " + match->allow);
    }
    auto& route = known.routes[*match->route];
    outcome.route = route.pattern;
    Call call{known, route, target, match->values, request, answer, throttle, {}};
    serve(call);
    outcome.principal = std::move(call.principal);
}

void answer_request(Request& request, Answer& answer, Outcome& outcome) {
    auto& known = fresh_registry();
    Throttle throttle;
    try {
        route_request(known, request, answer, throttle, outcome);
    } catch (const core::Error& error) {
        answer_problem(problem_of(error, request), request, answer);
        throttle.audit_refusal({}, request, {});
    }
    throttle.add_headers(answer);
    note_seen(known, outcome.principal);
    add_cors(known, request, outcome.principal, answer);
}

/// Collects the columns of the result.
class Result {
public:
    void add(Datum value) { put(value, false); }

    void add(const std::string& text) {
        if (text.empty()) return put(0, true);
        put(make_varlena(text), false);
    }

    void add(const std::optional<core::Uuid>& uuid) {
        put(uuid ? uuid_datum(*uuid) : Datum{0}, !uuid);
    }

    Datum make(FunctionCallInfo fcinfo) {
        // Found once: it is the extension's own, and as old as this library.
        static TupleDesc shape = call([&] { return find_shape(fcinfo); });
        return call([&] {
            return HeapTupleGetDatum(heap_form_tuple(shape, values_.data(), nulls_.data()));
        });
    }

private:
    static TupleDesc find_shape(FunctionCallInfo fcinfo) {
        TupleDesc shape = nullptr;
        if (get_call_result_type(fcinfo, nullptr, &shape) != TYPEFUNC_COMPOSITE)
            elog(ERROR, "rowhouse.handle() must return a row");
        const MemoryContext earlier = MemoryContextSwitchTo(TopMemoryContext);
        shape = BlessTupleDesc(CreateTupleDescCopy(shape));
        MemoryContextSwitchTo(earlier);
        return shape;
    }

    void put(Datum value, bool is_null) {
        values_[count_] = value;
        nulls_[count_++] = is_null;
    }

    std::array<Datum, 7> values_{};
    std::array<bool, 7> nulls_{};
    std::size_t count_ = 0;
};

Datum handle(FunctionCallInfo fcinfo) {
    refuse_unless_alone();
    claim_transaction();
    Request request = read_request(fcinfo);
    Answer answer;
    Outcome outcome;
    {
        const Serving serving(request, answer);
        const Pins pins;
        with_spi([&] { answer_request(request, answer, outcome); });
        pins.unpin();
    }
    Result result;
    result.add(Int32GetDatum(answer.status));
    result.add(answer.headers);
    result.add(answer.body);
    result.add(outcome.route);
    result.add(outcome.principal.tenant);
    result.add(outcome.principal.user);
    result.add(outcome.principal.session);
    return result.make(fcinfo);
}

}  // namespace
}  // namespace rowhouse::pg

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_handle);

Datum rowhouse_handle(PG_FUNCTION_ARGS) {
    return rowhouse::pg::guard([&] { return rowhouse::pg::handle(fcinfo); });
}
}
