#include "core/trace.hpp"

#include <algorithm>

#include "core/bytes.hpp"

namespace rowhouse::core {
namespace {

bool is_alphanumeric(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_lower_hex(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool all_lower_hex(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), is_lower_hex);
}

bool all_zero(std::string_view text) noexcept {
    return text.find_first_not_of('0') == std::string_view::npos;
}

/// The trace id of a `traceparent`, `version-traceid-parentid-flags`; empty when malformed.
std::string_view trace_id_of(std::string_view parent) noexcept {
    const bool shaped =
        parent.size() >= 55 && parent[2] == '-' && parent[35] == '-' && parent[52] == '-';
    if (!shaped || !all_lower_hex(parent.substr(0, 2)) || parent.substr(0, 2) == "ff") return {};
    // Later versions may append fields; version 00 may not.
    if (parent.size() > 55 && (parent.substr(0, 2) == "00" || parent[55] != '-')) return {};
    const auto span_id = parent.substr(36, 16);
    if (!all_lower_hex(span_id) || all_zero(span_id)) return {};
    if (!all_lower_hex(parent.substr(53, 2))) return {};
    return parent.substr(3, 32);
}

std::string fresh_id() {
    return to_hex(random_bytes(16));
}

}  // namespace

bool is_request_id(std::string_view text) noexcept {
    constexpr auto allowed = [](char c) {
        return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
    };
    return text.size() >= 8 && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

bool is_trace_id(std::string_view text) noexcept {
    return text.size() == 32 && all_lower_hex(text) && !all_zero(text);
}

Trace resolve_trace(std::string_view request_id, std::string_view trace_id,
                    std::string_view traceparent) {
    if (const auto parent = trace_id_of(traceparent); is_trace_id(parent)) trace_id = parent;
    Trace trace;
    trace.request_id = is_request_id(request_id) ? std::string(request_id) : fresh_id();
    trace.trace_id = is_trace_id(trace_id) ? std::string(trace_id) : fresh_id();
    return trace;
}

}  // namespace rowhouse::core
