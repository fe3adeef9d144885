#include "core/target.hpp"

#include <algorithm>

#include "core/bytes.hpp"
#include "core/error.hpp"
#include "core/text.hpp"

namespace rowhouse::core {
namespace {

std::string decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    while (!text.empty()) {
        if (text.front() != '%') {
            decoded += text.front();
            text.remove_prefix(1);
            continue;
        }
        const auto byte = text.size() < 3 ? std::nullopt : from_hex(text.substr(1, 2));
        if (!byte)
            throw Error(400, "malformed_request", "the target has a malformed percent escape");
        decoded += as_text(*byte);
        text.remove_prefix(3);
    }
    if (!is_storable_text(decoded))
        throw Error(400, "malformed_request", "the target must be UTF-8 without zero bytes");
    return decoded;
}

std::string decode_form(std::string_view text) {
    std::string blanks(text);
    std::replace(blanks.begin(), blanks.end(), '+', ' ');
    return decode(blanks);
}

}  // namespace

Target parse_target(std::string_view target) {
    if (!target.starts_with('/'))
        throw Error(400, "malformed_request", "the target must begin with a slash");
    const auto question = target.find('?');
    Target parsed;
    for (const auto segment : split(target.substr(0, question).substr(1), '/'))
        parsed.segments.push_back(decode(segment));
    if (question == std::string_view::npos) return parsed;
    for (const auto pair : split(target.substr(question + 1), '&')) {
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const auto value =
            equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
        parsed.query.emplace_back(decode_form(pair.substr(0, equals)), decode_form(value));
    }
    return parsed;
}

}  // namespace rowhouse::core
