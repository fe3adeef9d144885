// Base32 and the backup codes that people type: each has one reading. An input is a text; its bytes
// are also written as base32.
#include "core/backup_code.hpp"

#include "core/base32.hpp"
#include "fuzz.hpp"

namespace rowhouse::fuzz {
namespace {

constexpr std::string_view lower_base32 = "abcdefghijklmnopqrstuvwxyz234567";

void check_base32(std::string_view input) {
    if (const auto bytes = core::from_base32(input)) {
        expect(core::to_base32(*bytes) == input, "bytes have one spelling");
        expect(bytes->size() == input.size() * 5 / 8, "no byte is lost");
    }
    const auto text = core::to_base32(core::as_bytes(input));
    expect(only(lower(text), lower_base32), "base32 is written in its letters");
    const auto read = core::from_base32(text);
    expect(read && core::as_text(*read) == input, "what was written is read");
    expect(!core::from_base32(text + '='), "without padding");
}

void check_code(std::string_view input) {
    const auto code = core::normal_backup_code(input);
    std::string letters = lower(input);
    std::erase(letters, ' ');
    std::erase(letters, '-');
    const bool is_one = letters.size() == 16 && only(letters, lower_base32);
    expect(code.has_value() == is_one, "sixteen letters of base32 are a code, nothing else is");
    if (!code) return;
    expect(*code == letters, "case, blanks and hyphens do not matter");
    expect(core::normal_backup_code(*code) == code, "the normal form is its own");
}

}  // namespace

void run(std::string_view input) {
    check_base32(input);
    check_code(input);
}

}  // namespace rowhouse::fuzz
