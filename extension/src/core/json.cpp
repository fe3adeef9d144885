#include "core/json.hpp"

#include <algorithm>

namespace rowhouse::core {
namespace {

bool is_plain(char c) noexcept {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

void append_escaped(std::string& json, char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    switch (c) {
        case '"': json += "\\\""; return;
        case '\\': json += "\\\\"; return;
        case '\b': json += "\\b"; return;
        case '\f': json += "\\f"; return;
        case '\n': json += "\\n"; return;
        case '\r': json += "\\r"; return;
        case '\t': json += "\\t"; return;
        default: break;
    }
    const auto byte = static_cast<unsigned char>(c);
    json += "\\u00";
    json += digits[byte >> 4U];
    json += digits[byte & 15U];
}

}  // namespace

void append_json_string(std::string& json, std::string_view text) {
    json += '"';
    while (!text.empty()) {
        const auto* special = std::find_if_not(text.begin(), text.end(), is_plain);
        const auto count = static_cast<std::size_t>(special - text.begin());
        json.append(text.substr(0, count));
        if (count == text.size()) break;
        append_escaped(json, text[count]);
        text.remove_prefix(count + 1);
    }
    json += '"';
}

void append_json_member(std::string& json, std::string_view name, std::string_view value) {
    if (!json.empty() && json.back() != '{' && json.back() != '[') json += ',';
    append_json_string(json, name);
    json += ':';
    append_json_string(json, value);
}

std::size_t count_json_members(std::string_view json) noexcept {
    std::size_t count = 0;
    bool is_in_string = false;
    for (std::size_t place = 0; place < json.size(); ++place) {
        const char c = json[place];
        if (c == '"') is_in_string = !is_in_string;
        if (is_in_string && c == '\\') ++place;  // whatever it escapes, it ends nothing
        if (!is_in_string && c == ':') ++count;
    }
    return count;
}

}  // namespace rowhouse::core
