#include "core/timestamp.hpp"

#include <limits>

#include "support.hpp"

namespace rowhouse::core {
namespace {

using Limits = std::numeric_limits<std::int64_t>;

struct Case {
    std::int64_t microseconds;
    const char* text;
};

// As PostgreSQL's to_json() writes these moments.
constexpr Case cases[] = {
    {0, "2000-01-01T00:00:00+00:00"},
    {-1, "1999-12-31T23:59:59.999999+00:00"},
    {5097600000000, "2000-02-29T00:00:00+00:00"},
    {3160857599500000, "2100-02-28T23:59:59.5+00:00"},
    {3160857600000000, "2100-03-01T00:00:00+00:00"},
    {823165200000001, "2026-01-31T09:00:00.000001+00:00"},
    {-946684800000000, "1970-01-01T00:00:00+00:00"},
    {-3150617103880000, "1900-02-28T12:34:56.12+00:00"},
    {-3150576000000000, "1900-03-01T00:00:00+00:00"},
    {-63082281600000000, "0001-01-01T00:00:00+00:00"},
    {-63082368000000000, "0001-12-31T00:00:00+00:00 BC"},
    {-63108806399000000, "0001-02-29T00:00:01+00:00 BC"},
    {-211781865600000000, "4713-11-24T00:00:00+00:00 BC"},
    {-64464465599750000, "0044-03-15T12:00:00.25+00:00 BC"},
    {252455615999999999, "9999-12-31T23:59:59.999999+00:00"},
    {252455616000000000, "10000-01-01T00:00:00+00:00"},
    {9223371331199999999, "294276-12-31T23:59:59.999999+00:00"},
    {750247810100000, "2023-10-10T10:10:10.1+00:00"},
    {Limits::max(), "infinity"},
    {Limits::min(), "-infinity"},
};

TEST(Timestamp, moments_are_written_as_postgresql_writes_them) {
    for (const auto& [microseconds, expected] : cases) {
        std::string text = "at ";
        append_timestamp(text, microseconds);
        EXPECT_EQ(text, std::string("at ") + expected);
    }
}

TEST(Timestamp, any_number_is_written) {
    for (const auto microseconds : {Limits::max() - 1, Limits::min() + 1}) {
        std::string text;
        append_timestamp(text, microseconds);
        EXPECT_GT(text.size(), 20U);
    }
}

}  // namespace
}  // namespace rowhouse::core
