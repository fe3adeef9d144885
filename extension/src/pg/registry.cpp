#include "pg/registry.hpp"

#include "pg/roles.hpp"
#include "pg/watch.hpp"

namespace rowhouse::pg {
namespace {

Watch routes_watch("routes");
Watch errors_watch("errors");
Watch authenticators_watch("authenticators");
Watch rate_classes_watch("rate_classes");
std::unique_ptr<Registry> remembered;
bool functions_are_watched;

/// A changed function may have another signature. PostgreSQL tells a hash value of which, so any
/// change counts.
void hear_function(Datum, int, uint32) {
    routes_watch.make_stale();
}

/// Which of the path's parameters says what instance it is about; rowhouse.route() wants one where
/// the access is `instance`.
std::optional<std::size_t> find_instance(const Route& route) {
    const auto& names = route.path_parameters;
    const bool is_instance = (route.pattern + '/').starts_with("/api/v1/instances/:id/");
    for (std::size_t place = 0; place < names.size(); ++place)
        if (names[place] == "instance_id" || (is_instance && names[place] == "id")) return place;
    return std::nullopt;
}

void read_routes(Registry& registry) {
    static Statement select(
        "select method, pattern, function, access, permission, status, timeout_ms, keyset, rate"
        "  from rowhouse.routes"
        " order by pattern, method",
        {});
    routes_watch.refreshed();
    const auto count = select.run({}, Access::read_only);
    for (std::uint64_t number = 0; number < count; ++number) {
        const Row row(number);
        const auto method = row.text_or_empty(1);
        Route route;
        route.pattern = row.text_or_empty(2);
        route.function = row.text_or_empty(3);
        route.access = row.text_or_empty(4);
        route.permission = row.text_or_empty(5);
        route.status = row.int4(6);
        route.timeout = row.int4(7);
        route.keyset = row.texts(8);
        route.rate = row.text_or_empty(9);
        route.path_parameters = core::parameter_names(route.pattern);
        route.instance_place = find_instance(route);
        route.is_read_only = method == "GET";
        registry.router.add(method, route.pattern, registry.routes.size());
        registry.routes.push_back(std::move(route));
    }
}

void read_errors(Registry& registry) {
    static Statement select(
        "select code, status, title, sqlstate, constraint_name from rowhouse.errors", {});
    errors_watch.refreshed();
    const auto count = select.run({}, Access::read_only);
    for (std::uint64_t number = 0; number < count; ++number) {
        const Row row(number);
        ErrorEntry entry{row.text_or_empty(1), row.int4(2), row.text_or_empty(3)};
        if (const auto sqlstate = row.text(4)) registry.codes_by_sqlstate[*sqlstate] = entry.code;
        if (const auto name = row.text(5)) registry.codes_by_constraint[*name] = entry.code;
        auto code = entry.code;
        registry.errors.emplace(std::move(code), std::move(entry));
    }
}

void read_authenticators(Registry& registry) {
    static Statement select("select credential, function from rowhouse.authenticators", {});
    authenticators_watch.refreshed();
    const auto count = select.run({}, Access::read_only);
    for (std::uint64_t number = 0; number < count; ++number)
        registry.authenticators[Row(number).text_or_empty(1)] = Row(number).text_or_empty(2);
}

void read_rate_classes(Registry& registry) {
    static Statement select("select name, requests, window_seconds from rowhouse.rate_classes", {});
    rate_classes_watch.refreshed();
    const auto count = select.run({}, Access::read_only);
    for (std::uint64_t number = 0; number < count; ++number) {
        const Row row(number);
        registry.rate_classes[row.text_or_empty(1)] = {static_cast<std::uint32_t>(row.int4(2)),
                                                       static_cast<std::uint32_t>(row.int4(3))};
    }
}

std::unique_ptr<Registry> read_registry() {
    const AsRole system(Role::system);
    auto registry = std::make_unique<Registry>();
    read_routes(*registry);
    read_errors(*registry);
    read_authenticators(*registry);
    read_rate_classes(*registry);
    return registry;
}

std::string lookup(const std::map<std::string, std::string, std::less<>>& codes,
                   const std::string& key) {
    const auto found = codes.find(key);
    return found == codes.end() ? "" : found->second;
}

bool is_stale() {
    return !remembered || routes_watch.is_stale() || errors_watch.is_stale() ||
           authenticators_watch.is_stale() || rate_classes_watch.is_stale();
}

}  // namespace

Registry::Registry()
    : memory(call([] {
          return AllocSetContextCreate(TopMemoryContext, "rowhouse registry", ALLOCSET_SMALL_SIZES);
      })) {}

Registry::~Registry() {
    MemoryContextDelete(memory);
}

const Parameter* Route::find_parameter(std::string_view name) const noexcept {
    for (const auto& parameter : parameters)
        if (parameter.name == name) return &parameter;
    return nullptr;
}

Registry& fresh_registry() {
    if (!functions_are_watched) {
        call([] { CacheRegisterSyscacheCallback(PROCOID, hear_function, Datum{0}); });
        functions_are_watched = true;
    }
    if (is_stale()) {
        remembered.reset();
        remembered = read_registry();
    }
    return *remembered;
}

std::string code_of_constraint(const std::string& name) {
    return remembered ? lookup(remembered->codes_by_constraint, name) : "";
}

std::string code_of_sqlstate(const std::string& sqlstate) {
    return remembered ? lookup(remembered->codes_by_sqlstate, sqlstate) : "";
}

core::Problem make_problem(std::string_view code) {
    core::Problem problem;
    problem.code = "internal_error";
    problem.title = "Internal error";
    if (!remembered) return problem;
    auto found = remembered->errors.find(code);
    if (found == remembered->errors.end()) return problem;
    problem.code = found->second.code;
    problem.status = found->second.status;
    problem.title = found->second.title;
    return problem;
}

}  // namespace rowhouse::pg
