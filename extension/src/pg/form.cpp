// The statements that run an endpoint's function.
#include "pg/registry.hpp"
#include "pg/subtransaction.hpp"

namespace rowhouse::pg {
namespace {

/// More would only help a client to fill our memory with plans.
constexpr std::size_t most_forms = 16;

/// `$1, $2, …`
std::string placeholder_list(std::size_t count) {
    std::string text;
    for (std::size_t number = 1; number <= count; ++number)
        text += (number == 1 ? "$" : ", $") + std::to_string(number);
    return text;
}

/// A default is planned as a constant: a filter that is not asked for then costs nothing, and the
/// plan may be kept.
Form make_call(const Registry& registry, const Route& route, const std::string& left_out) {
    std::vector<Placeholder> placeholders;
    for (std::size_t place = 0; place < route.parameters.size(); ++place) {
        const auto& parameter = route.parameters[place];
        placeholders.push_back({parameter.type, left_out[place] == 'x', parameter.fallback,
                                parameter.fallback_is_null});
    }
    auto sql =
        "select r.* from " + route.function + "(" + placeholder_list(placeholders.size()) + ") r";
    return {left_out, Statement::with_constants(std::move(sql), std::move(placeholders)),
            Columns(route.result, registry.memory)};
}

/// The function's body as a statement of its own: PostgreSQL would plan it anew at each call.
Form make_body(const Registry& registry, const Route& route, const std::string& left_out) {
    std::vector<Oid> types;
    for (const auto& parameter : route.parameters) types.push_back(parameter.type);
    auto result = route.result;
    result.is_body = true;
    Form form{left_out, Statement(route.body, std::move(types)), Columns(result, registry.memory)};
    TupleDesc shape = form.statement.shape();
    if (shape == nullptr) throw core::Error(500, "internal_error", "a body returns no rows");
    form.columns.describe(shape);
    return form;
}

/// Nothing when the body cannot be read back as text or gives other rows than are declared.
std::optional<Form> try_body(const Registry& registry, const Route& route,
                             const std::string& left_out) {
    if (route.body.empty()) return std::nullopt;
    Subtransaction subtransaction;
    try {
        auto form = make_body(registry, route, left_out);
        subtransaction.commit();
        return form;
    } catch (const std::exception&) {
        subtransaction.rollback();
        return std::nullopt;
    }
}

Form* find_form(Route& route, const std::string& left_out) noexcept {
    for (const auto& form : route.forms)
        if (form->left_out == left_out) return form.get();
    return nullptr;
}

}  // namespace

Form& form_of(const Registry& registry, Route& route, std::string left_out) {
    // Defaults make no difference to the plan of a statement that is not a query.
    if (!route.is_read_only) left_out.assign(left_out.size(), ' ');
    if (auto* found = find_form(route, left_out)) return *found;
    if (route.forms.size() >= most_forms) left_out.assign(left_out.size(), ' ');
    if (auto* found = find_form(route, left_out)) return *found;
    auto form = try_body(registry, route, left_out);
    if (!form) route.body.clear();
    route.forms.push_back(
        std::make_unique<Form>(form ? std::move(*form) : make_call(registry, route, left_out)));
    return *route.forms.back();
}

}  // namespace rowhouse::pg
