// JSON that is written, and its members counted, against nlohmann-json. An input's lines are texts
// to write; as a whole it is a JSON text to count in.
#include "core/json.hpp"

#include <nlohmann/json.hpp>

#include "core/problem.hpp"
#include "core/text.hpp"
#include "fuzz.hpp"

namespace rowhouse::fuzz {
namespace {

using Json = nlohmann::json;

void check_count(std::string_view text) {
    std::size_t count = 0;
    const auto note = [&](int /*depth*/, Json::parse_event_t event, Json& /*value*/) {
        count += event == Json::parse_event_t::key ? 1 : 0;
        return true;
    };
    const auto value = Json::parse(text, note, false);
    if (!value.is_discarded())
        expect(core::count_json_members(text) == count,
               "all members are counted, repeated ones too");
}

void check_strings(std::string_view text) {
    std::string json;
    core::append_json_string(json, text);
    const auto read = Json::parse(json, nullptr, false);
    expect(read.is_string() && read == text, "a text comes back from JSON");
    for (const unsigned char c : json)
        expect(c >= 0x20, "JSON that is written holds no character that JSON forbids");
}

void check_problem(std::string_view text) {
    core::Problem problem;
    problem.status = 422;
    problem.code = take_until(text, "\n");
    problem.title = take_until(text, "\n");
    problem.detail = take_until(text, "\n");
    while (!text.empty()) {
        core::FieldError error;
        error.pointer = take_until(text, "\n");
        error.code = take_until(text, "\n");
        error.message = take_until(text, "\n");
        problem.errors.push_back(error);
    }
    const auto read = Json::parse(core::render_problem(problem, problem.title), nullptr, false);
    expect(read.is_object() && read.at("status") == 422 && read.at("code") == problem.code &&
               read.at("title") == problem.title && read.at("request_id") == problem.title,
           "a problem is a JSON object that says what happened");
    expect(read.value("detail", "") == problem.detail, "and in detail");
    expect(read.value("errors", Json::array()).size() == problem.errors.size(),
           "and of each field");
    for (std::size_t i = 0; i < problem.errors.size(); ++i)
        expect(read["errors"][i]["pointer"] == problem.errors[i].pointer &&
                   read["errors"][i]["message"] == problem.errors[i].message,
               "what is wrong with it");
}

}  // namespace

void run(std::string_view input) {
    if (!core::is_storable_text(input)) return;
    check_count(input);
    check_strings(input);
    check_problem(input);
}

}  // namespace rowhouse::fuzz
