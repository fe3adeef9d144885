// How a request is named. An input's lines are X-Request-ID, X-Trace-Id and traceparent.
#include "core/trace.hpp"

#include "fuzz.hpp"

namespace rowhouse::fuzz {
namespace {

constexpr std::string_view hex = "0123456789abcdef";

bool is_hex(std::string_view text, std::size_t size) {
    return text.size() == size && only(text, hex);
}

bool is_id(std::string_view text, std::size_t size) {
    return is_hex(text, size) && !only(text, "0");
}

/// The trace id by the grammar of W3C Trace Context; empty when there is none.
std::string parent_id(std::string_view parent) {
    const auto version = std::string(take_until(parent, "-"));
    const auto trace = std::string(take_until(parent, "-"));
    const auto span = std::string(take_until(parent, "-"));
    const bool has_more = parent.find('-') != std::string_view::npos;
    const auto flags = std::string(take_until(parent, "-"));
    const bool is_good = is_hex(version, 2) && version != "ff" && is_id(trace, 32) &&
                         is_id(span, 16) && is_hex(flags, 2) && (version != "00" || !has_more);
    return is_good ? trace : "";
}

bool is_name(std::string_view text) {
    return text.size() >= 8 && text.size() <= 64 &&
           only(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
}

}  // namespace

void run(std::string_view input) {
    const auto request = take_until(input, "\n");
    const auto trace = take_until(input, "\n");
    const auto named = core::resolve_trace(request, trace, input);
    expect(is_name(named.request_id), "a request id is plain");
    expect(is_id(named.trace_id, 32), "a trace id is 32 digits, not all zero");
    expect(!is_name(request) || named.request_id == request, "a good request id is kept");
    expect(is_name(request) || named.request_id != request, "a bad one is not");
    const auto parent = parent_id(input);
    if (!parent.empty())
        expect(named.trace_id == parent, "a good traceparent wins");
    else if (is_id(trace, 32))
        expect(named.trace_id == trace, "else a good trace id is kept");
    else
        expect(input.find(named.trace_id) == std::string_view::npos, "nothing bad is used");
}

}  // namespace rowhouse::fuzz
