#include "core/context.hpp"

#include <algorithm>

namespace rowhouse::core {
namespace {

std::string_view take_line(std::string_view& text) noexcept {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

/// Reads a line that is empty or a UUID; false for any other.
bool take_uuid(std::string_view& text, std::optional<Uuid>& uuid) noexcept {
    const auto line = take_line(text);
    uuid = parse_uuid(line);
    return uuid.has_value() || line.empty();
}

void append_line(std::string& text, const std::optional<Uuid>& uuid) {
    if (uuid) append_uuid(text, *uuid);
    text += '\n';
}

}  // namespace

std::string render_context(const Context& context) {
    std::string text;
    text.reserve(256 + context.permissions.size());
    append_line(text, context.tenant);
    append_line(text, context.user);
    append_line(text, context.session);
    append_line(text, context.key);
    append_line(text, context.instance);
    text.append(context.credential).append("\n");
    text.append(context.request_id).append("\n");
    text.append(context.trace_id).append("\n");
    return text.append(context.permissions);
}

std::optional<Context> parse_context(std::string_view text) noexcept {
    if (std::count(text.begin(), text.end(), '\n') != 8) return std::nullopt;
    Context context;
    if (!take_uuid(text, context.tenant) || !take_uuid(text, context.user) ||
        !take_uuid(text, context.session) || !take_uuid(text, context.key) ||
        !take_uuid(text, context.instance))
        return std::nullopt;
    context.credential = take_line(text);
    context.request_id = take_line(text);
    context.trace_id = take_line(text);
    context.permissions = text;
    if (context.credential.empty()) return std::nullopt;
    return context;
}

bool has_permission(const Context& context, std::string_view permission) noexcept {
    if (permission.empty()) return false;
    auto rest = context.permissions;
    while (!rest.empty()) {
        const auto end = rest.find(' ');
        if (rest.substr(0, end) == permission) return true;
        if (end == std::string_view::npos) return false;
        rest.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace rowhouse::core
