#include "core/bytes.hpp"

#include <sodium.h>

#include <algorithm>

#include "core/error.hpp"

namespace rowhouse::core {

void start_crypto() {
    if (sodium_init() < 0)
        throw Error(500, "internal_error", "libsodium found no usable random source");
}

ByteView as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(ByteView bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes random_bytes(std::size_t size) {
    Bytes bytes(size);
    if (size > 0) randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::string to_hex(ByteView bytes) {
    std::string hex(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
    hex.pop_back();
    return hex;
}

std::optional<Bytes> from_hex(std::string_view hex) {
    Bytes bytes(hex.size() / 2 + 1);  // never without memory, which libsodium forbids
    std::size_t size = 0;
    const char* end = nullptr;
    const int failed =
        sodium_hex2bin(bytes.data(), bytes.size(), hex.data(), hex.size(), nullptr, &size, &end);
    if (failed != 0 || size * 2 != hex.size() || end != hex.data() + hex.size())
        return std::nullopt;
    bytes.resize(size);
    return bytes;
}

std::string to_base64url(ByteView bytes) {
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back();
    return text;
}

std::optional<Bytes> from_base64url(std::string_view text) {
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    // libsodium takes bytes beyond ASCII for letters.
    const bool is_ascii =
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
    if (!is_ascii) return std::nullopt;
    Bytes bytes(text.size() * 3 / 4 + 1);
    std::size_t size = 0;
    const char* end = nullptr;
    const int failed = sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(),
                                         nullptr, &size, &end, variant);
    if (failed != 0 || end != text.data() + text.size()) return std::nullopt;
    bytes.resize(size);
    return bytes;
}

bool equal_in_constant_time(ByteView left, ByteView right) noexcept {
    return left.size() == right.size() &&
           sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

Bytes blake2b(ByteView data, ByteView key) {
    Bytes digest(crypto_generichash_BYTES);
    const bool shaped = key.empty() || (key.size() >= crypto_generichash_KEYBYTES_MIN &&
                                        key.size() <= crypto_generichash_KEYBYTES_MAX);
    // libsodium leaves the digest alone when a key is too long: all zero, whatever the data.
    if (!shaped || crypto_generichash(digest.data(), digest.size(), data.data(), data.size(),
                                      key.data(), key.size()) != 0)
        throw Error(500, "internal_error", "a hash key must have 16 to 64 bytes");
    return digest;
}

}  // namespace rowhouse::core
