// Sealed secrets: they open with their key and context, unchanged, and not otherwise. The last four
// bytes of an input say what is changed; the first line is the context.
#include "core/seal.hpp"

#include <algorithm>

#include "fuzz.hpp"

namespace rowhouse::fuzz {
namespace {

const core::Bytes key(core::seal_key_size, 7);

void check_changed(const core::Bytes& sealed, std::string_view context, const std::string& tail) {
    const auto place = (byte_of(tail, 0) * 256 + byte_of(tail, 1)) % sealed.size();
    auto changed = sealed;
    changed[place] =
        static_cast<std::uint8_t>(changed[place] ^ std::max<std::size_t>(1, byte_of(tail, 2)));
    expect(!core::open(changed, key, context), "a changed byte is noticed");
    const core::ByteView view(sealed);
    expect(!core::open(view.first(place), key, context), "so is a missing end");
    expect(!core::open(view.subspan(place == 0 ? 1 : place), key, context), "a missing front");
    auto longer = sealed;
    longer.insert(longer.end(), 1 + byte_of(tail, 3), 0);
    expect(!core::open(longer, key, context), "and more behind");
    expect(!core::open(sealed, key, std::string(context) + 'x'), "another context opens nothing");
    auto other = key;
    other[place % other.size()] ^= 1;
    expect(!core::open(sealed, other, context), "nor does another key");
}

}  // namespace

void run(std::string_view input) {
    expect(!core::open(core::as_bytes(input), key, ""), "nothing opens that was not sealed");
    if (const auto root = core::parse_root_key(input))
        expect(lower(input).find(core::to_hex(*root)) != std::string::npos,
               "a root key stands there");
    const auto tail = take_tail(input, 4);
    const auto context = take_until(input, "\n");
    const auto plain = core::as_bytes(input);
    const auto sealed = core::seal(plain, key, context);
    const auto opened = core::open(sealed, key, context);
    expect(opened && std::equal(opened->begin(), opened->end(), plain.begin(), plain.end()),
           "what was sealed opens");
    check_changed(sealed, context, tail);
}

}  // namespace rowhouse::fuzz
