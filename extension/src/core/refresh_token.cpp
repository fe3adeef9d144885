#include "core/refresh_token.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace rowhouse::core {
namespace {

constexpr std::string_view prefix = "rh_rt_";
constexpr std::uint8_t version = 1;
constexpr std::size_t body_size = 1 + 16 + 4;
constexpr std::size_t mac_size = 32;
constexpr std::size_t key_size = 32;

/// Without a key anybody could make the hash.
Bytes mac_of(ByteView body, ByteView key) {
    if (key.size() != key_size)
        throw Error(500, "internal_error", "a refresh token key must have 32 bytes");
    return blake2b(body, key);
}

Bytes render_body(const RefreshToken& token) {
    Bytes body{version};
    body.insert(body.end(), token.session.begin(), token.session.end());
    for (unsigned shift = 32; shift != 0; shift -= 8)
        body.push_back(static_cast<std::uint8_t>(token.generation >> (shift - 8)));
    return body;
}

RefreshToken parse_body(ByteView body) {
    RefreshToken token;
    std::copy_n(body.begin() + 1, token.session.size(), token.session.begin());
    for (const auto byte : body.subspan(17, 4)) token.generation = token.generation << 8U | byte;
    return token;
}

}  // namespace

std::string render_refresh_token(const RefreshToken& token, ByteView key) {
    auto bytes = render_body(token);
    const auto mac = mac_of(bytes, key);
    bytes.insert(bytes.end(), mac.begin(), mac.end());
    return std::string(prefix) + to_base64url(bytes);
}

std::optional<RefreshToken> parse_refresh_token(std::string_view text, ByteView key) {
    if (!text.starts_with(prefix)) return std::nullopt;
    const auto bytes = from_base64url(text.substr(prefix.size()));
    if (!bytes || bytes->size() != body_size + mac_size || bytes->front() != version)
        return std::nullopt;
    const auto body = ByteView(*bytes).first(body_size);
    if (!equal_in_constant_time(mac_of(body, key), ByteView(*bytes).subspan(body_size)))
        return std::nullopt;
    return parse_body(body);
}

}  // namespace rowhouse::core
