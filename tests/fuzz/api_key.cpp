// API keys: what was rendered alone is read. An input is a text; its bytes also make a key, and its
// last two say how that is changed.
#include "core/api_key.hpp"

#include <algorithm>

#include "fuzz.hpp"

namespace rowhouse::fuzz {
namespace {

core::ApiKey key_of(std::string_view input, std::size_t kind) {
    core::ApiKey key;
    key.kind = static_cast<core::ApiKeyKind>(kind % 3);
    const auto bytes = core::as_bytes(input);
    const auto id_size = std::min(bytes.size(), key.id.size());
    std::ranges::copy(bytes.first(id_size), key.id.begin());
    const auto rest = bytes.subspan(id_size);
    std::ranges::copy(rest.first(std::min(rest.size(), key.secret.size())), key.secret.begin());
    return key;
}

void check_changed(const std::string& text, const std::string& tail) {
    const auto place = 8 + byte_of(tail, 0) % (text.size() - 8);
    expect(!core::parse_api_key(text.substr(0, place)), "a missing end is noticed");
    expect(!core::parse_api_key(text + 'A'), "and one that is too long");
    auto changed = text;
    changed[place] = static_cast<char>(changed[place] ^ std::max<std::size_t>(1, byte_of(tail, 1)));
    expect(!core::parse_api_key(changed), "and a changed character");
}

}  // namespace

void run(std::string_view input) {
    if (const auto key = core::parse_api_key(input))
        expect(core::render_api_key(*key) == input, "a key has one spelling");
    const auto tail = take_tail(input, 2);
    const auto key = key_of(input, byte_of(tail, 1));
    const auto text = core::render_api_key(key);
    const auto read = core::parse_api_key(text);
    expect(read && read->kind == key.kind && read->id == key.id && read->secret == key.secret,
           "what was made is read");
    expect(text.size() == 78, "keys are of one length");
    check_changed(text, tail);
}

}  // namespace rowhouse::fuzz
