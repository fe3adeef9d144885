#include "core/timestamp.hpp"

#include <limits>

namespace rowhouse::core {
namespace {

constexpr std::int64_t microseconds_in_day = 86400LL * 1000000;

struct Date {
    std::int64_t year, month, day;
};

/// Days since 2000-01-01 as a date of the proleptic Gregorian calendar. Years are counted from
/// March, so that the leap day is a year's last.
Date date_of(std::int64_t days) noexcept {
    constexpr std::int64_t days_in_era = 146097;  // 400 years
    constexpr std::int64_t from_year_0 = 730425;  // 0000-03-01 to 2000-01-01
    days += from_year_0;
    const auto era = (days >= 0 ? days : days - days_in_era + 1) / days_in_era;
    const auto day_of_era = days - era * days_in_era;
    const auto year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const auto day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const auto month = (5 * day_of_year + 2) / 153;  // 0 is March
    const auto is_next_year = month >= 10;
    return {year_of_era + era * 400 + (is_next_year ? 1 : 0), is_next_year ? month - 9 : month + 3,
            day_of_year - (153 * month + 2) / 5 + 1};
}

void append_padded(std::string& text, std::int64_t number, std::size_t width) {
    const auto digits = std::to_string(number);
    if (digits.size() < width) text.append(width - digits.size(), '0');
    text += digits;
}

void append_clock(std::string& text, std::int64_t microseconds) {
    const auto seconds = microseconds / 1000000;
    append_padded(text, seconds / 3600, 2);
    text += ':';
    append_padded(text, seconds / 60 % 60, 2);
    text += ':';
    append_padded(text, seconds % 60, 2);
    const auto fraction = microseconds % 1000000;
    if (fraction == 0) return;
    text += '.';
    append_padded(text, fraction, 6);
    while (text.back() == '0') text.pop_back();
}

}  // namespace

void append_timestamp(std::string& text, std::int64_t microseconds) {
    if (microseconds == std::numeric_limits<std::int64_t>::max()) return void(text += "infinity");
    if (microseconds == std::numeric_limits<std::int64_t>::min()) return void(text += "-infinity");
    auto days = microseconds / microseconds_in_day;
    auto since_midnight = microseconds % microseconds_in_day;
    if (since_midnight < 0) {
        since_midnight += microseconds_in_day;
        --days;
    }
    const auto date = date_of(days);
    append_padded(text, date.year > 0 ? date.year : 1 - date.year, 4);
    text += '-';
    append_padded(text, date.month, 2);
    text += '-';
    append_padded(text, date.day, 2);
    text += 'T';
    append_clock(text, since_midnight);
    text += "+00:00";
    if (date.year <= 0) text += " BC";
}

}  // namespace rowhouse::core
