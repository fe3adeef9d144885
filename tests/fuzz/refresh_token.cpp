// Refresh tokens: genuine ones alone are read. An input is a token; its last four bytes also make
// one and say how that is changed.
#include "core/refresh_token.hpp"

#include <algorithm>

#include "fuzz.hpp"

namespace rowhouse::fuzz {
namespace {

const core::Bytes key(32, 7);

void check_changed(const std::string& token, const std::string& tail) {
    const auto place = 6 + byte_of(tail, 2) % (token.size() - 6);
    auto changed = token;
    changed[place] = static_cast<char>(changed[place] ^ std::max<std::size_t>(1, byte_of(tail, 3)));
    expect(!core::parse_refresh_token(changed, key), "a changed character is noticed");
    // One bit of the bytes, so that what is changed is still base64url.
    auto bytes = core::from_base64url(std::string_view(token).substr(6)).value();
    bytes[byte_of(tail, 2) % bytes.size()] ^=
        static_cast<std::uint8_t>(1U << (byte_of(tail, 3) % 8));
    expect(!core::parse_refresh_token("rh_rt_" + core::to_base64url(bytes), key), "so is a bit");
    expect(!core::parse_refresh_token(token.substr(0, place), key), "so is a missing end");
    expect(!core::parse_refresh_token(token + 'A', key), "and one that is too long");
    auto other = key;
    other[place % other.size()] ^= 1;
    expect(!core::parse_refresh_token(token, other), "another key reads nothing");
}

}  // namespace

void run(std::string_view input) {
    if (const auto token = core::parse_refresh_token(input, key))
        expect(core::render_refresh_token(*token, key) == input, "a token has one spelling");
    const auto tail = take_tail(input, 4);
    core::RefreshToken token;
    token.generation = static_cast<std::uint32_t>(byte_of(tail, 0) << 24U | byte_of(tail, 1));
    for (std::size_t i = 0; i < token.session.size() && i < input.size(); ++i)
        token.session.at(i) = static_cast<std::uint8_t>(input[i]);
    const auto text = core::render_refresh_token(token, key);
    const auto read = core::parse_refresh_token(text, key);
    expect(read && read->session == token.session && read->generation == token.generation,
           "what was made is read");
    check_changed(text, tail);
}

}  // namespace rowhouse::fuzz
