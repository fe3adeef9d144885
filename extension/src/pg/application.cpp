#include "pg/application.hpp"

#include "pg/subtransaction.hpp"

namespace rowhouse::pg {
namespace {

void log_failure(const char* purpose, const char* message) {
    call([&] {
        ereport(LOG, (errmsg("%s failed: %s", purpose, message), errhidestmt(true),
                      errhidecontext(true)));
    });
}

}  // namespace

Statement* application_function(const Registry& registry, std::string_view name,
                                const std::vector<Oid>& types) {
    static std::map<std::string, Statement, std::less<>> statements;
    const auto found = registry.authenticators.find(name);
    if (found == registry.authenticators.end()) return nullptr;
    const auto& function = found->second;
    const auto known = statements.find(function);
    if (known != statements.end()) return &known->second;
    std::string sql = "select " + function + "(";
    for (std::size_t number = 1; number <= types.size(); ++number)
        sql.append(number == 1 ? "$" : ", $").append(std::to_string(number));
    return &statements.try_emplace(function, sql + ")", types).first->second;
}

bool attempt(const char* purpose, const std::function<void()>& body) {
    Subtransaction subtransaction;
    try {
        body();
        subtransaction.commit();
        return true;
    } catch (const PostgresError& error) {
        subtransaction.rollback();
        log_failure(purpose, error.what());
    } catch (const core::Error& error) {
        subtransaction.rollback();
        log_failure(purpose, error.what());
    }
    return false;
}

}  // namespace rowhouse::pg
