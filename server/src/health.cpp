#include "health.hpp"

#include <algorithm>

#include "core/json.hpp"

namespace rowhouse::server {
namespace {

constexpr const char* json_type = "Content-Type: application/json\r\n";

bool asks_for(const http::Request& request, std::string_view path) {
    const std::string_view target = request.target;
    return (request.method == "GET" || request.method == "HEAD") &&
           target.substr(0, target.find('?')) == path;
}

}  // namespace

bool is_liveness(const http::Request& request) {
    return asks_for(request, "/healthz");
}

bool is_readiness(const http::Request& request) {
    return asks_for(request, "/readyz") || asks_for(request, "/api/health");
}

http::Response render_liveness() {
    return {200, json_type, R"({"status":"ok"})"};
}

http::Response render_readiness(const std::vector<Check>& checks) {
    const bool is_ok =
        std::all_of(checks.begin(), checks.end(), [](const Check& check) { return check.is_ok; });
    std::string json = R"({"status":)";
    json += is_ok ? R"("ok")" : R"("unavailable")";
    json += R"(,"checks":[)";
    for (const auto& check : checks) {
        if (json.back() == '}') json += ',';
        json += '{';
        core::append_json_member(json, "name", check.name);
        json += check.is_ok ? R"(,"ok":true)" : R"(,"ok":false)";
        core::append_json_member(json, "detail", check.detail);
        json += '}';
    }
    return {is_ok ? 200 : 503, json_type, json + "]}"};
}

std::vector<Check> checks_of(Outcome&& outcome) {
    if (auto* checks = std::get_if<std::vector<Check>>(&outcome)) {
        const bool names_database = std::any_of(
            checks->begin(), checks->end(), [](const Check& c) { return c.name == "database"; });
        if (!names_database) checks->insert(checks->begin(), {"database", true, "reachable"});
        return std::move(*checks);
    }
    const auto* failure = std::get_if<Failure>(&outcome);
    const bool has_answered = failure == nullptr || failure->kind == Failure::Kind::failed;
    return {{"database", false, has_answered ? "the health checks failed" : "not reachable"}};
}

}  // namespace rowhouse::server
