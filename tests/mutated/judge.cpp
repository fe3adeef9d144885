#include "judge.hpp"

#include <utility>

namespace rowhouse::test {
namespace {

bool is_block(std::string_view block) {
    while (!block.empty()) {
        const auto end = block.find("\r\n");
        if (end == std::string_view::npos) return false;
        const auto line = block.substr(0, end);
        const auto colon = line.find(": ");
        if (colon == 0 || colon == std::string_view::npos) return false;
        for (const unsigned char c : line)
            if (c < 0x20 || c >= 0x7f) return false;
        block.remove_prefix(end + 2);
    }
    return true;
}

/// Whether it is JSON, whose numbers may be larger than nlohmann-json's double.
bool is_json(std::string_view text) {
    constexpr std::size_t longest_run = 300;
    std::string shorter;
    std::size_t run = 0;
    for (const char c : text) {
        run = c >= '0' && c <= '9' ? run + 1 : 0;
        if (run <= longest_run) shorter += c;
    }
    return Json::accept(shorter);
}

bool has_text(const Json& object, const char* name) {
    return object.contains(name) && object[name].is_string() && !object[name].empty();
}

std::string fault_of_field(const Json& error) {
    if (!error.is_object() || error.size() != 3) return "a field's error has other members";
    if (!has_text(error, "pointer") || !has_text(error, "code") || !has_text(error, "message"))
        return "a field's error has a member that is no text";
    if (!error["pointer"].get<std::string>().starts_with('/')) return "a field's pointer is none";
    return "";
}

}  // namespace

Judge::Judge(pqxx::connection& admin, std::string tenant) : tenant_(std::move(tenant)) {
    pqxx::nontransaction reading(admin);
    for (const auto& row : reading.exec("select code, status from rowhouse.errors"))
        errors_[row[0].c_str()] = row[1].as<int>();
    for (const auto& row :
         reading.exec("select pattern, min(access::text) from rowhouse.routes group by 1"))
        accesses_[row[0].c_str()] = row[1].c_str();
}

std::string Judge::fault_of_problem(const Answer& answer) const {
    const auto problem = Json::parse(answer.body, nullptr, false);
    if (!problem.is_object()) return "a problem is no JSON object";
    for (const auto* name : {"type", "title", "code", "request_id"})
        if (!has_text(problem, name)) return std::string("a problem has no ") + name;
    if (problem.value("status", 0) != answer.status) return "a problem has another status";
    const auto known = errors_.find(problem["code"]);
    if (known == errors_.end()) return "a problem's code is not registered";
    if (known->second != answer.status) return "a problem's code is registered with another status";
    if (answer.headers.find("Content-Type: application/problem+json\r\n") == std::string::npos)
        return "a problem does not say that it is one";
    for (const auto& error : problem.value("errors", Json::array()))
        if (auto fault = fault_of_field(error); !fault.empty()) return fault;
    return "";
}

std::string Judge::fault_of(const Request& request, const Answer& answer) const {
    if (!is_block(answer.headers)) return "the headers are malformed";
    // Nobody else is there: what needs a free slot, a lock or time has it.
    if (answer.status >= 500 && answer.status != 503) return "the database failed";
    if (answer.status >= 400) return fault_of_problem(answer);
    if (answer.status != 200 && answer.status != 201 && answer.status != 202 &&
        answer.status != 204 && answer.status != 304)
        return "the status is a strange one";
    if (!answer.body.empty() && !is_json(answer.body)) return "the body is not JSON";
    if (answer.body.empty() && answer.status <= 201) return "there is no body";
    if (answer.route.empty()) return request.method == "OPTIONS" ? "" : "no route has answered";
    const auto access = accesses_.find(answer.route);
    if (access == accesses_.end()) return "the route is unknown";
    if (access->second == "public") return "";
    if (!request.is_authentic) return "somebody without the token was served";
    return answer.tenant == tenant_ ? "" : "the tenant is another one";
}

}  // namespace rowhouse::test
