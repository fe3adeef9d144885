#include "core/headers.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace rowhouse::core {
namespace {

/// Takes the front of `text` up to the separator off, and the separator.
std::string_view take_until(std::string_view& text, std::string_view separator) noexcept {
    const auto end = text.find(separator);
    const auto piece = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + separator.size());
    return piece;
}

/// Takes lines off until one of that name, whose value it gives; nothing when none is left.
std::optional<std::string_view> take_header(std::string_view& block,
                                            std::string_view name) noexcept {
    while (!block.empty()) {
        const auto line = take_until(block, "\r\n");
        if (line.starts_with(name) && line.substr(name.size()).starts_with(':'))
            return trim(line.substr(name.size() + 1));
    }
    return std::nullopt;
}

}  // namespace

std::string_view Headers::find(std::string_view name) const noexcept {
    auto rest = block_;
    return take_header(rest, name).value_or("");
}

std::optional<std::string_view> Headers::cookie(std::string_view name) const noexcept {
    std::optional<std::string_view> found;
    auto rest = block_;
    while (auto pairs = take_header(rest, "cookie")) {
        while (!pairs->empty()) {
            const auto pair = trim(take_until(*pairs, ";"));
            if (!pair.starts_with(name) || !pair.substr(name.size()).starts_with('=')) continue;
            if (found) return std::nullopt;
            found = pair.substr(name.size() + 1);
        }
    }
    return found;
}

bool is_header_value(std::string_view value) noexcept {
    return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_cookie_value(std::string_view value) noexcept {
    constexpr std::string_view separators = " \",;\\";
    return is_header_value(value) && value.find_first_of(separators) == std::string_view::npos;
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
