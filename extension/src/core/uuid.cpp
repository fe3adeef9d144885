#include "core/uuid.hpp"

#include <sodium.h>

namespace rowhouse::core {
namespace {

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_hyphen_place(std::size_t place) noexcept {
    return place == 8 || place == 13 || place == 18 || place == 23;
}

}  // namespace

void append_uuid(std::string& text, const Uuid& uuid) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<char, 36> form{};
    std::size_t place = 0;
    for (const auto byte : uuid) {
        if (is_hyphen_place(place)) form[place++] = '-';
        form[place++] = digits[byte >> 4U];
        form[place++] = digits[byte & 15U];
    }
    text.append(form.data(), form.size());
}

std::string to_text(const Uuid& uuid) {
    std::string text;
    append_uuid(text, uuid);
    return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) noexcept {
    if (text.size() != 36) return std::nullopt;
    Uuid uuid{};
    std::size_t nibble = 0;
    for (std::size_t place = 0; place < text.size(); ++place) {
        if (is_hyphen_place(place)) {
            if (text[place] != '-') return std::nullopt;
            continue;
        }
        const int value = hex_value(text[place]);
        if (value < 0) return std::nullopt;
        auto& byte = uuid[nibble / 2];
        byte = static_cast<std::uint8_t>(byte << 4U | static_cast<unsigned>(value));
        ++nibble;
    }
    return uuid;
}

Uuid make_uuid_v7(std::int64_t unix_microseconds) {
    Uuid uuid{};
    randombytes_buf(uuid.data() + 8, 8);
    const auto milliseconds = static_cast<std::uint64_t>(unix_microseconds / 1000);
    // The fraction of the millisecond, scaled from 0..999 to 12 bits.
    const auto fraction = static_cast<std::uint64_t>(unix_microseconds % 1000) * 4096 / 1000;
    for (unsigned i = 0; i < 6; ++i)
        uuid[i] = static_cast<std::uint8_t>(milliseconds >> (8U * (5 - i)));
    uuid[6] = static_cast<std::uint8_t>(0x70U | fraction >> 8U);
    uuid[7] = static_cast<std::uint8_t>(fraction);
    uuid[8] = static_cast<std::uint8_t>(0x80U | (uuid[8] & 0x3fU));
    return uuid;
}

}  // namespace rowhouse::core
