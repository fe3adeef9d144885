#include "core/seal.hpp"

#include <sodium.h>

#include <algorithm>

#include "core/error.hpp"

namespace rowhouse::core {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t header_size = 1 + nonce_size;

static_assert(seal_key_size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

void check_key(ByteView key) {
    if (key.size() != seal_key_size)
        throw Error(500, "internal_error", "a sealing key must have 32 bytes");
}

}  // namespace

Bytes seal(ByteView plain, ByteView key, std::string_view context) {
    check_key(key);
    const auto aad = as_bytes(context);
    Bytes sealed(header_size + plain.size() + tag_size);
    sealed[0] = version;
    randombytes_buf(sealed.data() + 1, nonce_size);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + header_size, nullptr, plain.data(),
                                               plain.size(), aad.data(), aad.size(), nullptr,
                                               sealed.data() + 1, key.data());
    return sealed;
}

std::optional<Bytes> open(ByteView sealed, ByteView key, std::string_view context) {
    check_key(key);
    if (sealed.size() < header_size + tag_size || sealed[0] != version) return std::nullopt;
    const auto aad = as_bytes(context);
    const auto body = sealed.subspan(header_size);
    Bytes plain(body.size() - tag_size);
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain.data(), nullptr, nullptr, body.data(), body.size(), aad.data(), aad.size(),
        sealed.data() + 1, key.data());
    if (failed != 0) return std::nullopt;
    return plain;
}

std::optional<Bytes> parse_root_key(std::string_view file_text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = file_text.find_first_not_of(blank);
    if (first == std::string_view::npos) return std::nullopt;
    const auto last = file_text.find_last_not_of(blank);
    auto key = from_hex(file_text.substr(first, last - first + 1));
    if (!key || key->size() != seal_key_size) return std::nullopt;
    return key;
}

}  // namespace rowhouse::core
