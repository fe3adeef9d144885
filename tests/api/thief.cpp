#include "thief.hpp"

#include <stdexcept>

#include "client.hpp"
#include "cluster.hpp"

namespace rowhouse::test {
namespace {

Outcome outcome_of(PGresult* raw) {
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result(raw, PQclear);
    const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
    Outcome outcome{state == nullptr ? "" : state, {}, {}};
    if (PQntuples(result.get()) == 0) return outcome;
    outcome.value = PQgetvalue(result.get(), 0, 0);
    const int body = PQfnumber(result.get(), "body");
    if (body >= 0) outcome.body = PQgetvalue(result.get(), 0, body);
    return outcome;
}

}  // namespace

Thief::Thief() : connection_(PQconnectdb(environment("ROWHOUSE_TEST_GATEWAY").c_str()), PQfinish) {
    if (PQstatus(get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(get()));
    PQsetNoticeReceiver(
        get(), [](void*, const PGresult*) {}, nullptr);
}

Outcome Thief::run(const std::string& statements) const {
    return outcome_of(PQexec(get(), statements.c_str()));
}

std::vector<Outcome> Thief::pipeline(const std::vector<std::string>& statements) const {
    PQenterPipelineMode(get());
    for (const auto& statement : statements)
        PQsendQueryParams(get(), statement.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0);
    PQpipelineSync(get());
    std::vector<Outcome> outcomes;
    for (std::size_t number = 0; number < statements.size(); ++number) {
        outcomes.push_back(outcome_of(PQgetResult(get())));
        while (PGresult* rest = PQgetResult(get())) PQclear(rest);
    }
    while (PGresult* rest = PQgetResult(get())) PQclear(rest);  // of the synchronisation
    PQexitPipelineMode(get());
    return outcomes;
}

std::string call(const std::string& target, const std::string& token) {
    return "select * from rowhouse.handle('GET', " + quoted(target) + ", convert_to(" +
           quoted("authorization: Bearer " + token + "\r\n") + ", 'UTF8'), ''::bytea, '127.0.0.1')";
}

}  // namespace rowhouse::test
