// Values of every type, against other readers. An input is the value, tried as each type.
#include "core/value.hpp"

#include <arpa/inet.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "core/uuid.hpp"
#include "fuzz.hpp"

namespace rowhouse::fuzz {
namespace {

using core::is_value;
using core::ValueType;

/// As nlohmann-json sees it, which decodes what it writes.
bool is_text(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return false;
    try {
        (void)nlohmann::json(std::string(text)).dump();
        return true;
    } catch (const nlohmann::json::type_error&) {
        return false;
    }
}

bool is_whole(const std::string& text, std::size_t width) {
    const auto magnitude = text.substr(text.starts_with('-') ? 1 : 0);
    if (magnitude.empty() || !only(magnitude, digits)) return false;
    errno = 0;
    const auto number = std::strtoll(text.c_str(), nullptr, 10);
    if (errno != 0) return false;
    return width == 64 || (number >= INT32_MIN && number <= INT32_MAX);
}

bool is_number(std::string_view text) {
    if (text.size() > 100 || text.empty() || !only(text, "0123456789+-.eE")) return false;
    const auto mantissa = std::string(text.substr(0, text.find_first_of("eE")));
    // Without its exponent, so that no number is too large for nlohmann-json's double.
    if (!nlohmann::json::accept(mantissa)) return false;
    if (mantissa.size() == text.size()) return true;
    auto exponent = text.substr(mantissa.size() + 1);
    if (exponent.starts_with('+') || exponent.starts_with('-')) exponent.remove_prefix(1);
    return !exponent.empty() && exponent.size() <= 3 && only(exponent, digits);
}

int number_at(std::string_view text, std::size_t at, std::size_t size) {
    return std::atoi(std::string(text.substr(at, size)).c_str());
}

/// Whether the text has the shape of another one in which 9 stands for any digit.
bool is_shaped(std::string_view text, std::string_view shape) {
    if (text.size() != shape.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (shape[i] == '9' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i]) return false;
    return true;
}

bool is_day(std::string_view text) {
    if (!is_shaped(text, "9999-99-99")) return false;
    using namespace std::chrono;
    const auto year_of = number_at(text, 0, 4);
    return year_of > 0 &&
           year_month_day(year(year_of), month(number_at(text, 5, 2)), day(number_at(text, 8, 2)))
               .ok();
}

bool is_moment(std::string_view text) {
    if (text.size() < 20 || text.size() > 40 || !is_day(text.substr(0, 10))) return false;
    if (text[10] != 'T' && text[10] != 't') return false;
    if (!is_shaped(text.substr(11, 8), "99:99:99") || number_at(text, 11, 2) > 23 ||
        number_at(text, 14, 2) > 59 || number_at(text, 17, 2) > 59)
        return false;
    auto rest = text.substr(19);
    if (rest[0] == '.') {
        const auto end = std::min(rest.find_first_not_of(digits, 1), rest.size());
        if (end == 1) return false;
        rest.remove_prefix(end);
    }
    if (rest == "Z" || rest == "z") return true;
    if (!is_shaped(rest, "+99:99") && !is_shaped(rest, "-99:99")) return false;
    return number_at(rest, 1, 2) <= 14 && number_at(rest, 4, 2) <= 59;
}

/// By the other function of the C library.
bool is_network(const std::string& text) {
    if (text.find('\0') != std::string::npos) return false;
    const auto slash = text.find('/');
    const auto address = text.substr(0, slash);
    std::array<unsigned char, 16> bytes{};
    const bool is_six = address.find(':') != std::string::npos;
    if (inet_pton(is_six ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) != 1) return false;
    if (slash == std::string::npos) return true;
    const auto length = text.substr(slash + 1);
    return !length.empty() && length.size() <= 3 && only(length, digits) &&
           std::to_string(std::stoi(length)) == length && std::stoi(length) <= (is_six ? 128 : 32);
}

}  // namespace

void run(std::string_view input) {
    const std::string text(input);
    expect(is_value(ValueType::text, input) == is_text(input), "text is UTF-8 without zero");
    expect(is_value(ValueType::enumeration, input) == is_text(input), "so are words");
    expect(is_value(ValueType::int4, input) == is_whole(text, 32), "int4 is 32 bits");
    expect(is_value(ValueType::int8, input) == is_whole(text, 64), "int8 is 64 bits");
    expect(is_value(ValueType::numeric, input) == is_number(input), "numeric is a JSON number");
    expect(is_value(ValueType::date, input) == is_day(input), "date is a day");
    expect(is_value(ValueType::timestamptz, input) == is_moment(input), "a time is a moment");
    expect(is_value(ValueType::inet, input) == is_network(text), "inet is an address");
    expect(is_value(ValueType::boolean, input) == (text == "true" || text == "false"),
           "boolean is one of two words");
    expect(!is_value(ValueType::json, input), "json is never a text");
    const auto uuid = core::parse_uuid(input);
    expect(is_value(ValueType::uuid, input) == uuid.has_value(), "uuid is one that is read");
    expect(!uuid || core::to_text(*uuid) == lower(input), "and it is written as it was read");
}

}  // namespace rowhouse::fuzz
