#include "core/cursor.hpp"

#include "core/bytes.hpp"
#include "core/error.hpp"
#include "core/text.hpp"

namespace rowhouse::core {

std::string render_cursor(const std::vector<std::string>& keys) {
    std::string text;
    for (const auto& key : keys) {
        if (key.find('\n') != std::string::npos)
            throw Error(500, "internal_error", "a page key must not hold a newline");
        text += key + '\n';
    }
    return to_base64url(as_bytes(text));
}

std::optional<std::vector<std::string>> parse_cursor(std::string_view cursor) {
    const auto bytes = from_base64url(cursor);
    if (!bytes || bytes->empty() || bytes->back() != '\n') return std::nullopt;
    auto text = as_text(*bytes);
    if (!is_storable_text(text)) return std::nullopt;
    text.remove_suffix(1);
    const auto keys = split(text, '\n');
    return std::vector<std::string>(keys.begin(), keys.end());
}

}  // namespace rowhouse::core
