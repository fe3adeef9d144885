// Cursors: what is read is what would be written, and the other way round.
#include "core/cursor.hpp"

#include "core/bytes.hpp"
#include "core/text.hpp"
#include "fuzz.hpp"

namespace rowhouse::fuzz {

void run(std::string_view input) {
    if (const auto keys = core::parse_cursor(input)) {
        expect(!keys->empty(), "a cursor holds a key");
        for (const auto& key : *keys) expect(core::is_storable_text(key), "keys are text");
        expect(core::render_cursor(*keys) == input, "a cursor has one spelling");
    }
    std::vector<std::string> keys;
    auto rest = input;
    do keys.emplace_back(take_until(rest, "\n"));
    while (!rest.empty());
    const auto again = core::parse_cursor(core::render_cursor(keys));
    expect(again.has_value() == core::is_storable_text(input), "keys that are text come back");
    expect(!again || *again == keys, "as they were");
    if (const auto bytes = core::from_base64url(input))
        expect(core::to_base64url(*bytes) == input, "base64url has one spelling");
    if (const auto bytes = core::from_hex(input))
        expect(core::to_hex(*bytes) == lower(input), "hexadecimal is read as it is written");
}

}  // namespace rowhouse::fuzz
