#include "core/totp.hpp"

#include "core/error.hpp"

namespace rowhouse::core {
namespace {

constexpr std::size_t digit_count = 6;
constexpr std::uint32_t code_count = 1000000;

Bytes big_endian(std::uint64_t number) {
    Bytes bytes;
    for (unsigned shift = 64; shift != 0; shift -= 8)
        bytes.push_back(static_cast<std::uint8_t>(number >> (shift - 8)));
    return bytes;
}

/// RFC 4226 §5.3: four bytes of the HMAC, from where its last half byte says, without the sign.
std::uint32_t truncate(ByteView mac) {
    std::uint32_t number = 0;
    for (const auto byte : mac.subspan(mac.back() & 0xfU, 4)) number = number << 8U | byte;
    return number & 0x7fffffffU;
}

std::string without_blanks(std::string_view text) {
    std::string rest(text);
    std::erase(rest, ' ');
    return rest;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const auto letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (plain.find(letter) != std::string_view::npos)
            encoded += letter;
        else
            encoded.append(1, '%').append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
    }
    return encoded;
}

}  // namespace

std::string hotp(ByteView secret, std::uint64_t counter, const HmacSha1& hmac) {
    const auto mac = hmac(secret, big_endian(counter));
    if (mac.size() != 20) throw Error(500, "internal_error", "an HMAC-SHA1 has 20 bytes");
    const auto code = std::to_string(truncate(mac) % code_count);
    return std::string(digit_count - code.size(), '0') + code;
}

std::optional<std::int64_t> totp_step(ByteView secret, std::string_view code,
                                      std::int64_t present_step, std::int64_t after_step,
                                      const HmacSha1& hmac) {
    const auto given = without_blanks(code);
    std::optional<std::int64_t> found;
    for (auto step = present_step - 1; step <= present_step + 1; ++step) {
        const auto expected = hotp(secret, static_cast<std::uint64_t>(step), hmac);
        const bool fits = equal_in_constant_time(as_bytes(given), as_bytes(expected));
        if (fits && step >= 0 && step > after_step) found = step;
    }
    return found;
}

std::string totp_uri(std::string_view issuer, std::string_view account, std::string_view secret) {
    const auto name = percent_encode(issuer);
    return "otpauth://totp/" + name + ':' + percent_encode(account) +
           "?secret=" + percent_encode(secret) + "&issuer=" + name +
           "&algorithm=SHA1&digits=6&period=" + std::to_string(totp_period);
}

}  // namespace rowhouse::core
