#include "pg/rate_limits.hpp"

#include "core/rate_table.hpp"
#include "pg/datum.hpp"
#include "pg/settings.hpp"
#include "pg/shared_memory.hpp"

namespace rowhouse::pg {
namespace {

void* memory;

core::RateTable& table() noexcept {
    return *static_cast<core::RateTable*>(memory);
}

std::size_t bucket_count() noexcept {
    return static_cast<std::size_t>(settings.rate_buckets);
}

void initialise(void* place) {
    core::RateTable::create(place, bucket_count());
}

std::int64_t microseconds_now() noexcept {
    return GetCurrentTimestamp() + microseconds_to_unix;
}

Datum make_row(FunctionCallInfo fcinfo, const core::RateStatistics& seen) {
    std::array<Datum, 4> values{Int64GetDatum(static_cast<std::int64_t>(seen.buckets)),
                                Int64GetDatum(static_cast<std::int64_t>(seen.in_use)),
                                Int64GetDatum(static_cast<std::int64_t>(seen.evictions)),
                                Int64GetDatum(static_cast<std::int64_t>(seen.refusals))};
    std::array<bool, 4> nulls{};
    return call([&] {
        TupleDesc shape = nullptr;
        if (get_call_result_type(fcinfo, nullptr, &shape) != TYPEFUNC_COMPOSITE)
            elog(ERROR, "rowhouse.rate_statistics() must return a row");
        return HeapTupleGetDatum(
            heap_form_tuple(BlessTupleDesc(shape), values.data(), nulls.data()));
    });
}

}  // namespace

void request_rate_limits() {
    request_shared_memory(
        {"rowhouse rate limits", core::RateTable::size_of(bucket_count()), initialise, &memory});
}

core::RateVerdict charge(std::string_view subject, const core::RateRule& rule) {
    return table().charge(subject, rule, microseconds_now());
}

bool is_first_in_minute(std::string_view subject) {
    const auto now = microseconds_now();
    const auto minute = std::to_string(now / 60'000'000);
    return table().take_turn("minute " + minute + ' ' + std::string(subject), {1, 60}, now);
}

}  // namespace rowhouse::pg

using namespace rowhouse;  // the function below is the C face of the namespace

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_rate_statistics);

Datum rowhouse_rate_statistics(PG_FUNCTION_ARGS) {
    return pg::guard(
        [&] { return pg::make_row(fcinfo, pg::table().statistics(pg::microseconds_now())); });
}
}
