// Flat JSON objects, as tokens are made of, against nlohmann-json.
#include "core/flat_json.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "core/text.hpp"
#include "fuzz.hpp"

namespace rowhouse::fuzz {
namespace {

using Json = nlohmann::json;

/// Whether a value is one that stands in a token.
bool is_flat(const Json& value) {
    if (value.is_string()) return true;
    if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= INT64_MAX;
    return value.is_number_integer();
}

/// Whether a `\u` stands there that is no escaped backslash before a letter.
bool has_unicode_escape(std::string_view text) {
    for (std::size_t at = 0; at + 1 < text.size(); ++at)
        if (text[at] == '\\' && text[++at] == 'u') return true;
    return false;
}

/// What the text says when it is such an object, every member once, without what is refused on
/// purpose.
std::optional<Json> read(std::string_view text) {
    if (!core::is_storable_text(text) || has_unicode_escape(text) ||
        text.starts_with("\xef\xbb\xbf"))
        return std::nullopt;
    std::set<std::string> names;
    bool is_repeated = false;
    const auto note = [&](int depth, Json::parse_event_t event, Json& value) {
        if (event == Json::parse_event_t::key && depth == 1)
            is_repeated |= !names.insert(value.get<std::string>()).second;
        return true;
    };
    auto object = Json::parse(text, note, false);
    if (!object.is_object() || is_repeated) return std::nullopt;
    for (const auto& [name, value] : object.items())
        if (!is_flat(value)) return std::nullopt;
    return object;
}

}  // namespace

void run(std::string_view input) {
    const auto meant = read(input);
    const auto object = core::parse_flat_json(input);
    expect(object.has_value() == meant.has_value(), "both take it for a flat object or neither");
    if (!object) return;
    expect(object->size() == meant->size(), "both find as many members");
    for (const auto& [name, value] : *object) {
        const auto& other = meant->at(name);
        if (const auto* text = std::get_if<std::string>(&value))
            expect(other == *text, "both read the same text");
        else
            expect(other == std::get<std::int64_t>(value), "both read the same number");
    }
}

}  // namespace rowhouse::fuzz
