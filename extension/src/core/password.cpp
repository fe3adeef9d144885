#include "core/password.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "core/error.hpp"

namespace rowhouse::core {
namespace {

constexpr std::size_t pepper_size = 32;

/// The PHC string within a stored text: all from the first dollar sign.
std::string_view phc_of(std::string_view stored) noexcept {
    const auto start = stored.find('$');
    return start == std::string_view::npos ? std::string_view{} : stored.substr(start);
}

/// Reads `<prefix><number>` off the front of `text`.
std::optional<unsigned> take_number(std::string_view& text, std::string_view prefix) noexcept {
    if (!text.starts_with(prefix)) return std::nullopt;
    text.remove_prefix(prefix.size());
    unsigned number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

bool is_base64(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '/';
    });
}

/// Whether `text` is a salt of 16 bytes and a hash of 32, as libsodium writes them.
bool is_salt_and_hash(std::string_view text) noexcept {
    constexpr std::size_t salt_size = 22;
    constexpr std::size_t hash_size = 43;
    return text.size() == salt_size + hash_size + 2 && text[0] == '$' &&
           text[salt_size + 1] == '$' && is_base64(text.substr(1, salt_size)) &&
           is_base64(text.substr(salt_size + 2));
}

std::optional<PasswordCost> cost_of(std::string_view stored) noexcept {
    auto text = phc_of(stored);
    const auto memory = take_number(text, "$argon2id$v=19$m=");
    const auto passes = take_number(text, ",t=");
    const auto lanes = take_number(text, ",p=");
    if (!memory || !passes || lanes != 1U || !is_salt_and_hash(text)) return std::nullopt;
    return PasswordCost{*passes, *memory};
}

/// Keyed hash of the password; hexadecimal, because Argon2 in libsodium takes a C string.
std::string peppered(std::string_view password, const Pepper* pepper) {
    if (pepper != nullptr && pepper->key.size() != pepper_size)
        throw Error(500, "internal_error", "a pepper must have 32 bytes");
    return to_hex(
        blake2b(as_bytes(password), pepper != nullptr ? ByteView(pepper->key) : ByteView{}));
}

}  // namespace

std::string hash_password(std::string_view password, const Pepper* pepper,
                          const PasswordCost& cost) {
    std::array<char, crypto_pwhash_STRBYTES> phc{};
    const auto secret = peppered(password, pepper);
    const int failed =
        crypto_pwhash_str_alg(phc.data(), secret.data(), secret.size(), cost.passes,
                              std::size_t{cost.memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13);
    if (failed != 0) throw Error(503, "service_busy", "not enough memory to hash a password");
    return (pepper != nullptr ? pepper->id : "") + phc.data();
}

std::string_view pepper_id_of(std::string_view stored) noexcept {
    return stored.substr(0, stored.size() - phc_of(stored).size());
}

bool is_password_hash(std::string_view stored) noexcept {
    const auto cost = cost_of(stored);
    return phc_of(stored).size() < crypto_pwhash_STRBYTES && cost &&
           cost->passes <= highest_password_cost.passes &&
           cost->memory_kib <= highest_password_cost.memory_kib;
}

bool verify_password(std::string_view password, std::string_view stored, const Pepper* pepper) {
    if (!is_password_hash(stored)) return false;
    const std::string phc(phc_of(stored));
    const auto secret = peppered(password, pepper);
    return crypto_pwhash_str_verify(phc.c_str(), secret.data(), secret.size()) == 0;
}

bool needs_rehash(std::string_view stored, const Pepper* pepper, const PasswordCost& cost) {
    const std::string_view current_pepper = pepper != nullptr ? pepper->id : std::string_view{};
    return cost_of(stored) != cost || pepper_id_of(stored) != current_pepper;
}

}  // namespace rowhouse::core
