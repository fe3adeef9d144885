#include "core/base32.hpp"

namespace rowhouse::core {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

}  // namespace

std::string to_base32(ByteView bytes) {
    std::string text;
    text.reserve((bytes.size() * 8 + 4) / 5);
    unsigned held = 0;  // bits that are not written yet are the lowest `count`
    unsigned count = 0;
    for (const auto byte : bytes) {
        held = (held << 8U | byte) & 0xfffU;
        for (count += 8; count >= 5; count -= 5) text += alphabet[held >> (count - 5) & 31U];
    }
    if (count != 0) text += alphabet[held << (5 - count) & 31U];
    return text;
}

std::optional<Bytes> from_base32(std::string_view text) {
    Bytes bytes;
    bytes.reserve(text.size() * 5 / 8);
    unsigned held = 0;
    unsigned count = 0;
    for (const auto letter : text) {
        const auto digit = alphabet.find(letter);
        if (digit == std::string_view::npos) return std::nullopt;
        held = (held << 5U | static_cast<unsigned>(digit)) & 0xfffU;
        count += 5;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<std::uint8_t>(held >> count));
    }
    // A letter too many, or one of whose bits some are lost, would be a second spelling.
    if (count >= 5 || (held & ((1U << count) - 1)) != 0) return std::nullopt;
    return bytes;
}

}  // namespace rowhouse::core
