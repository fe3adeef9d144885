#include "core/headers.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace rowhouse::core {

std::string_view Headers::find(std::string_view name) const noexcept {
    auto rest = block_;
    while (!rest.empty()) {
        const auto end = rest.find("\r\n");
        const auto line = rest.substr(0, end);
        if (line.starts_with(name) && line.substr(name.size()).starts_with(':'))
            return trim(line.substr(name.size() + 1));
        if (end == std::string_view::npos) return {};
        rest.remove_prefix(end + 2);
    }
    return {};
}

std::optional<std::string_view> Headers::cookie(std::string_view name) const noexcept {
    std::optional<std::string_view> found;
    auto rest = find("cookie");
    while (!rest.empty()) {
        const auto end = rest.find(';');
        const auto pair = trim(rest.substr(0, end));
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
            if (found) return std::nullopt;
            found = pair.substr(name.size() + 1);
        }
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    return found;
}

bool is_header_value(std::string_view value) noexcept {
    return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string render_cookie(std::string_view name, std::string_view value, std::string_view path,
                          long max_age, bool secure) {
    std::string cookie(name);
    cookie.append("=").append(value).append("; Path=").append(path);
    if (max_age >= 0) cookie += "; Max-Age=" + std::to_string(max_age);
    cookie += "; HttpOnly; SameSite=Strict";
    if (secure) cookie += "; Secure";
    return cookie;
}

}  // namespace rowhouse::core
