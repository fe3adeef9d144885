#include "core/value.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include "core/text.hpp"
#include "core/uuid.hpp"

namespace rowhouse::core {
namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

template <typename Integer>
bool is_integer(std::string_view text) noexcept {
    Integer number{};
    const auto* end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, number);
    return !text.empty() && failed == std::errc{} && stop == end;
}

/// Takes at least one digit off the front.
bool take_digits(std::string_view& text) noexcept {
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count])) ++count;
    text.remove_prefix(count);
    return count > 0;
}

bool take(std::string_view& text, std::string_view any_of) noexcept {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

bool has_leading_zero(std::string_view text) noexcept {
    return text.size() > 1 && text[0] == '0' && is_digit(text[1]);
}

bool is_numeric(std::string_view text) noexcept {
    if (text.size() > 100) return false;
    take(text, "-");
    if (has_leading_zero(text) || !take_digits(text)) return false;
    if (take(text, ".") && !take_digits(text)) return false;
    if (!take(text, "eE")) return text.empty();
    take(text, "+-");
    // Three digits keep the number of digits that PostgreSQL would store in bounds.
    return text.size() <= 3 && take_digits(text) && text.empty();
}

/// Takes exactly `width` digits off the front that stand for a number within [low, high].
std::optional<int> take_field(std::string_view& text, std::size_t width, int low,
                              int high) noexcept {
    int number = 0;
    if (text.size() < width) return std::nullopt;
    for (const char c : text.substr(0, width)) {
        if (!is_digit(c)) return std::nullopt;
        number = number * 10 + (c - '0');
    }
    text.remove_prefix(width);
    if (number < low || number > high) return std::nullopt;
    return number;
}

int days_in(int year, int month) noexcept {
    constexpr std::array days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)];
}

bool take_date(std::string_view& text) noexcept {
    const auto year = take_field(text, 4, 1, 9999);
    if (!year || !take(text, "-")) return false;
    const auto month = take_field(text, 2, 1, 12);
    if (!month || !take(text, "-")) return false;
    return take_field(text, 2, 1, days_in(*year, *month)).has_value();
}

bool take_clock(std::string_view& text) noexcept {
    return take_field(text, 2, 0, 23) && take(text, ":") && take_field(text, 2, 0, 59) &&
           take(text, ":") && take_field(text, 2, 0, 59);
}

bool is_date(std::string_view text) noexcept {
    return take_date(text) && text.empty();
}

bool is_timestamp(std::string_view text) noexcept {
    if (text.size() > 40 || !take_date(text) || !take(text, "Tt") || !take_clock(text))
        return false;
    if (take(text, ".") && !take_digits(text)) return false;
    if (take(text, "Zz")) return text.empty();
    return take(text, "+-") && take_field(text, 2, 0, 14) && take(text, ":") &&
           take_field(text, 2, 0, 59) && text.empty();
}

bool is_address(std::string_view text) noexcept {
    // inet_pton reads a C string and would overlook what stands behind a zero byte.
    if (!is_storable_text(text)) return false;
    const auto slash = text.find('/');
    const std::string address(text.substr(0, slash));
    std::array<unsigned char, 16> bytes{};
    const bool four = inet_pton(AF_INET, address.c_str(), bytes.data()) == 1;
    if (!four && inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return false;
    if (slash == std::string_view::npos) return true;
    auto prefix = text.substr(slash + 1);
    // PostgreSQL takes no leading zero in the prefix length of an IPv6 address.
    return !has_leading_zero(prefix) &&
           take_field(prefix, prefix.size() < 4 ? prefix.size() : 0, 0, four ? 32 : 128) &&
           prefix.empty() && !text.ends_with('/');
}

}  // namespace

bool is_value(ValueType type, std::string_view text) noexcept {
    switch (type) {
        case ValueType::text:
        case ValueType::enumeration: return is_storable_text(text);
        case ValueType::boolean: return text == "true" || text == "false";
        case ValueType::int4: return is_integer<std::int32_t>(text);
        case ValueType::int8: return is_integer<std::int64_t>(text);
        case ValueType::numeric: return is_numeric(text);
        case ValueType::date: return is_date(text);
        case ValueType::timestamptz: return is_timestamp(text);
        case ValueType::uuid: return parse_uuid(text).has_value();
        case ValueType::inet: return is_address(text);
        case ValueType::json: return false;
    }
    return false;
}

std::string_view describe(ValueType type) noexcept {
    switch (type) {
        case ValueType::text: return "a text";
        case ValueType::boolean: return "true or false";
        case ValueType::int4: return "a whole number of 32 bits";
        case ValueType::int8: return "a whole number of 64 bits";
        case ValueType::numeric: return "a number";
        case ValueType::date: return "a date such as 2026-01-31";
        case ValueType::timestamptz: return "an RFC 3339 time such as 2026-01-31T09:00:00Z";
        case ValueType::uuid: return "a UUID";
        case ValueType::inet: return "an IP address";
        case ValueType::json: return "a JSON value";
        case ValueType::enumeration: return "one of the allowed words";
    }
    return "a value";
}

}  // namespace rowhouse::core
