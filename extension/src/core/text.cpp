#include "core/text.hpp"

namespace rowhouse::core {
namespace {

struct Sequence {
    std::size_t size;
    unsigned char second_low, second_high;
};

/// How a sequence that begins with `lead` goes on (Unicode, table 3-7); size 0 for no lead byte.
Sequence sequence_of(unsigned char lead) noexcept {
    if (lead >= 0x01 && lead <= 0x7f) return {1, 0, 0};
    if (lead >= 0xc2 && lead <= 0xdf) return {2, 0x80, 0xbf};
    if (lead == 0xe0) return {3, 0xa0, 0xbf};
    if (lead == 0xed) return {3, 0x80, 0x9f};
    if (lead >= 0xe1 && lead <= 0xef) return {3, 0x80, 0xbf};
    if (lead == 0xf0) return {4, 0x90, 0xbf};
    if (lead >= 0xf1 && lead <= 0xf3) return {4, 0x80, 0xbf};
    if (lead == 0xf4) return {4, 0x80, 0x8f};
    return {0, 0, 0};
}

bool starts_with_sequence(std::string_view text, const Sequence& sequence) noexcept {
    if (sequence.size == 0 || text.size() < sequence.size) return false;
    if (sequence.size == 1) return true;
    const auto byte = [&](std::size_t place) { return static_cast<unsigned char>(text[place]); };
    if (byte(1) < sequence.second_low || byte(1) > sequence.second_high) return false;
    for (std::size_t place = 2; place < sequence.size; ++place)
        if (byte(place) < 0x80 || byte(place) > 0xbf) return false;
    return true;
}

}  // namespace

bool is_storable_text(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto sequence = sequence_of(static_cast<unsigned char>(text.front()));
        if (!starts_with_sequence(text, sequence)) return false;
        text.remove_prefix(sequence.size);
    }
    return true;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const auto end = text.find(separator);
        pieces.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return pieces;
        text.remove_prefix(end + 1);
    }
}

std::string_view trim(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace rowhouse::core
