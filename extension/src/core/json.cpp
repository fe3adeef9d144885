#include "core/json.hpp"

namespace rowhouse::core {
namespace {

void append_escaped(std::string& json, char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    switch (c) {
        case '"': json += "\\\""; return;
        case '\\': json += "\\\\"; return;
        case '\n': json += "\\n"; return;
        case '\r': json += "\\r"; return;
        case '\t': json += "\\t"; return;
        default: break;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
        json += c;
        return;
    }
    json += "\\u00";
    json += digits[byte >> 4U];
    json += digits[byte & 15U];
}

}  // namespace

void append_json_string(std::string& json, std::string_view text) {
    json += '"';
    for (const char c : text) append_escaped(json, c);
    json += '"';
}

void append_json_member(std::string& json, std::string_view name, std::string_view value) {
    if (!json.empty() && json.back() != '{' && json.back() != '[') json += ',';
    append_json_string(json, name);
    json += ':';
    append_json_string(json, value);
}

}  // namespace rowhouse::core
