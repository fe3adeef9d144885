#include "pg/throttle.hpp"

#include "core/json.hpp"
#include "pg/audit.hpp"
#include "pg/rate_limits.hpp"
#include "pg/rate_overrides.hpp"
#include "pg/roles.hpp"
#include "pg/settings.hpp"
#include "pg/spi.hpp"

namespace rowhouse::pg {
namespace {

constexpr std::uint32_t minute = 60;

std::string network_subject(const Request& request) {
    return "network " + core::network_of(request.client);
}

core::RateRule a_minute(int requests) noexcept {
    return {static_cast<std::uint32_t>(requests), minute};
}

/// A class that is gone from the registry counts as the default.
core::RateRule rule_of_class(const Registry& registry, const std::string& name) {
    const auto found = registry.rate_classes.find(name);
    return found == registry.rate_classes.end() ? a_minute(settings.rate_limit) : found->second;
}

/// With the number that the tenant has of its own.
core::RateRule rule_of_tenant(core::RateRule rule, const core::Uuid& tenant,
                              std::string_view rate_class) {
    rule.requests = override_of(tenant, rate_class).value_or(rule.requests);
    return rule;
}

constexpr std::size_t room_for_item = 40;

/// A member of a list of RFC 9651: the policy's name and two parameters.
void append_item(std::string& list, std::string_view policy, const char* first,
                 std::uint32_t first_value, const char* second, std::uint32_t second_value) {
    list.append(list.empty() ? "\"" : ", \"").append(policy).append("\"");
    list.append(first).append(std::to_string(first_value));
    list.append(second).append(std::to_string(second_value));
}

void audit_stranger() {
    static Statement count("select rowhouse.audit_stranger('rate.limited')", {});
    const AsRole system(Role::system);
    count.run({}, Access::read_write);
}

}  // namespace

void Throttle::charge(std::string policy, std::string_view subject, const core::RateRule& rule) {
    if (rule.requests == 0) return;
    std::string name;
    name.reserve(policy.size() + subject.size() + room_for_item);
    name.append(policy).append(" ").append(std::to_string(rule.window)).append(" ").append(subject);
    const auto verdict = pg::charge(name, rule);
    items_.push_back({std::move(policy), std::move(name), rule, verdict});
    if (!verdict.is_allowed)
        throw core::Error(429, "rate_limited", "wait until the time in Retry-After is over");
}

void Throttle::charge_network(const Request& request) {
    charge("address", network_subject(request), a_minute(settings.rate_limit_address));
}

void Throttle::charge_route(const Registry& registry, const Route& route,
                            const Principal& principal, const Request& request) {
    const bool is_limited = settings.rate_limit != 0;
    if (route.access == "public" && route.rate != "default" && is_limited)
        charge(route.rate, network_subject(request), rule_of_class(registry, route.rate));
    if (!principal.is_known()) return;
    const auto& tenant = *principal.tenant;
    if (is_limited)
        charge(route.rate, principal.rate_subject(),
               rule_of_tenant(rule_of_class(registry, route.rate), tenant, route.rate));
    if (settings.rate_limit_tenant != 0)
        charge("tenant", core::to_text(tenant),
               rule_of_tenant(a_minute(settings.rate_limit_tenant), tenant, "tenant"));
}

bool Throttle::has_refused() const noexcept {
    return !items_.empty() && !items_.back().verdict.is_allowed;
}

void Throttle::audit_refusal(const Principal& principal, const Request& request,
                             std::string_view pattern) const {
    if (!has_refused() || !is_first_in_minute(items_.back().subject)) return;
    if (!principal.is_known()) return audit_stranger();
    auto entry = audit_entry("rate.limited", principal.context(request.trace));
    entry.resource = pattern;
    entry.details = "{";
    core::append_json_member(entry.details, "policy", items_.back().policy);
    core::append_json_member(entry.details, "method", request.method);
    entry.details += '}';
    write_audit(entry);
}

void Throttle::add_headers(Answer& answer) const {
    if (items_.empty()) return;
    std::string limits, policies;
    limits.reserve(items_.size() * room_for_item);
    policies.reserve(items_.size() * room_for_item);
    for (const auto& [policy, subject, rule, verdict] : items_) {
        append_item(limits, policy, ";r=", verdict.remaining, ";t=", verdict.wait);
        append_item(policies, policy, ";q=", rule.requests, ";w=", rule.window);
    }
    answer.add_header("RateLimit-Policy", policies);
    answer.add_header("RateLimit", limits);
    if (has_refused()) answer.add_header("Retry-After", std::to_string(items_.back().verdict.wait));
}

}  // namespace rowhouse::pg
