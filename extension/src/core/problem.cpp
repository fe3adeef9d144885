#include "core/problem.hpp"

#include "core/json.hpp"

namespace rowhouse::core {
namespace {

void append_field_errors(std::string& json, const std::vector<FieldError>& errors) {
    json += R"(,"errors":[)";
    for (const auto& error : errors) {
        if (json.back() != '[') json += ',';
        json += '{';
        append_json_member(json, "pointer", error.pointer);
        append_json_member(json, "code", error.code);
        append_json_member(json, "message", error.message);
        json += '}';
    }
    json += ']';
}

}  // namespace

std::string render_problem(const Problem& problem, std::string_view request_id) {
    std::string json = "{";
    append_json_member(json, "type", "urn:rowhouse:problem:" + problem.code);
    append_json_member(json, "title", problem.title);
    json += ",\"status\":" + std::to_string(problem.status);
    if (!problem.detail.empty()) append_json_member(json, "detail", problem.detail);
    append_json_member(json, "code", problem.code);
    append_json_member(json, "request_id", request_id);
    if (!problem.errors.empty()) append_field_errors(json, problem.errors);
    if (!problem.members.empty()) json += ',' + problem.members;
    return json + '}';
}

}  // namespace rowhouse::core
