#include "pg/cors.hpp"

#include "core/text.hpp"
#include "pg/origins.hpp"
#include "pg/settings.hpp"

namespace rowhouse::pg {
namespace {

enum class Match { none, any, exact };

bool is_origin(std::string_view text) {
    return !text.empty() && core::is_header_value(text);
}

/// How the installation's list covers an origin. A star never goes with credentials.
Match match_origin(std::string_view origin) {
    bool has_star = false;
    for (const auto entry : core::split(settings.cors_origins, ',')) {
        if (core::trim(entry) == origin) return Match::exact;
        has_star = has_star || core::trim(entry) == "*";
    }
    return has_star && settings.environment == development ? Match::any : Match::none;
}

}  // namespace

void answer_preflight(const Request&, Answer& answer, std::string_view methods) {
    answer.status = 204;
    answer.add_header("Allow", methods);
    answer.add_header("Access-Control-Allow-Methods", methods);
    answer.add_header("Access-Control-Allow-Headers",
                      "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
                      "X-Request-ID, X-Trace-Id, traceparent, X-Tenant");
    answer.add_header("Access-Control-Max-Age", "600");
}

void add_cors(const Registry& registry, const Request& request, const Principal& principal,
              Answer& answer) {
    if (*settings.cors_origins == '\0' && !have_tenants_origins(registry)) return;
    answer.add_header("Vary", "Origin");
    const auto origin = request.headers.find("origin");
    if (!is_origin(origin)) return;
    auto match = match_origin(origin);
    if (match != Match::exact && is_tenants_origin(registry, request, principal, origin))
        match = Match::exact;
    if (match == Match::none) return;
    answer.add_header("Access-Control-Allow-Origin", match == Match::any ? "*" : origin);
    if (match == Match::exact) answer.add_header("Access-Control-Allow-Credentials", "true");
    answer.add_header("Access-Control-Expose-Headers",
                      "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID, "
                      "X-Trace-Id");
}

}  // namespace rowhouse::pg
