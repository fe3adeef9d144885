#include "problems.hpp"

#include <algorithm>

#include "core/headers.hpp"
#include "core/problem.hpp"

namespace rowhouse::server {

std::string trace_headers(const core::Trace& trace) {
    return "X-Request-ID: " + trace.request_id + "\r\nX-Trace-Id: " + trace.trace_id + "\r\n";
}

http::Response render_failure(const http::Refusal& failure, const core::Trace& trace) {
    core::Problem problem;
    problem.status = failure.status;
    problem.code = failure.code;
    problem.title = failure.title;
    problem.detail = failure.detail;
    std::string headers = "Content-Type: application/problem+json\r\n";
    if (failure.status == 503) headers += "Retry-After: 1\r\n";
    return {failure.status, std::move(headers), core::render_problem(problem, trace.request_id)};
}

core::Trace trace_of(std::string_view headers) {
    const core::Headers fields(headers);
    return core::resolve_trace(fields.find("x-request-id"), fields.find("x-trace-id"),
                               fields.find("traceparent"));
}

std::string with_trace(std::string_view headers, const core::Trace& trace) {
    std::string result;
    result.reserve(headers.size() + 128);
    while (!headers.empty()) {
        const auto end = std::min(headers.find("\r\n"), headers.size() - 2) + 2;
        const auto line = headers.substr(0, end);
        if (!line.starts_with("x-request-id: ") && !line.starts_with("x-trace-id: "))
            result += line;
        headers.remove_prefix(end);
    }
    return result.append("x-request-id: ")
        .append(trace.request_id)
        .append("\r\nx-trace-id: ")
        .append(trace.trace_id)
        .append("\r\n");
}

}  // namespace rowhouse::server
