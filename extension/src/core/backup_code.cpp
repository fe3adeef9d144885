#include "core/backup_code.hpp"

#include "core/base32.hpp"

namespace rowhouse::core {
namespace {

constexpr std::size_t byte_count = 10;
constexpr std::size_t letter_count = 16;

char lower(char letter) noexcept {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

char upper(char letter) noexcept {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

}  // namespace

std::string make_backup_code() {
    std::string code;
    for (const auto letter : to_base32(random_bytes(byte_count))) {
        if (code.size() % 5 == 4) code += '-';
        code += lower(letter);
    }
    return code;
}

std::optional<std::string> normal_backup_code(std::string_view typed) {
    std::string letters;
    for (const auto letter : typed)
        if (letter != ' ' && letter != '-') letters += upper(letter);
    if (letters.size() != letter_count || !from_base32(letters)) return std::nullopt;
    for (auto& letter : letters) letter = lower(letter);
    return letters;
}

}  // namespace rowhouse::core
