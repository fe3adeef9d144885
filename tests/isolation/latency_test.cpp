// How long an answer takes tells no foreign id from one that never was.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "database.hpp"
#include "matrix.hpp"
#include "suite.hpp"

namespace rowhouse::test {
namespace {

constexpr std::size_t times = 500;
constexpr std::size_t rows = 20;
constexpr std::size_t most = 10;  // measured in a run that has to be short

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// One parameter of an operation, and the table of the rows it names.
struct Subject {
    Operation operation;
    Parameter parameter;
    Working working;
};

/// Every parameter that names a row which is in a table of its own.
std::vector<Subject> subjects(const std::string& pattern) {
    std::vector<Subject> found;
    for (const auto& operation : operations(pattern))
        for (const auto& parameter : operation.ids())
            if (auto working = Matrix(asker(), world()).working_values(operation, parameter))
                if (!working->table.empty()) found.push_back({operation, parameter, *working});
    return found;
}

/// Median time of foreign ids over that of unknown ones, asked by turns.
double ratio(const Subject& subject) {
    const auto token = world().owner_token();
    auto values = subject.working.values;
    const auto seconds = [&](const std::string& id) {
        values[subject.parameter.name] = id;
        const auto request = subject.operation.request(values);
        const auto started = std::chrono::steady_clock::now();
        (void)asker().ask(request, token);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    };
    std::vector<std::string> theirs;
    for (std::size_t row = 0; row < rows; ++row)
        theirs.push_back(world().new_foreign(subject.working.table));
    std::vector<double> foreign, unknown;
    for (std::size_t turn = 0; turn < times; ++turn) {
        const auto nothing = random_id();
        if (turn % 2 == 0) foreign.push_back(seconds(theirs[turn % rows]));
        unknown.push_back(seconds(nothing));
        if (turn % 2 != 0) foreign.push_back(seconds(theirs[turn % rows]));
    }
    const auto measured = median(foreign) / median(unknown);
    std::printf("%s by %s of %s: foreign %.0f us, unknown %.0f us, ratio %.3f\n",
                subject.operation.name().c_str(), subject.parameter.name.c_str(),
                subject.working.table.c_str(), median(foreign) * 1e6, median(unknown) * 1e6,
                measured);
    return measured;
}

/// All of them when there is time, else evenly chosen ones.
std::vector<Subject> chosen(std::vector<Subject> all) {
    if (std::getenv("ROWHOUSE_TEST_SOAK") != nullptr || all.size() <= most) return all;
    std::vector<Subject> some;
    for (std::size_t number = 0; number < most; ++number)
        some.push_back(all[number * all.size() / most]);
    return some;
}

TEST(Latency, of_foreign_and_unknown_ids_is_the_same) {
    for (const auto& subject : chosen(subjects("%"))) {
        // A busy machine may spoil one measurement, not three of them.
        double measured = 0;
        for (int attempt = 0; attempt < 3 && (measured < 0.9 || measured > 1.1); ++attempt)
            measured = ratio(subject);
        EXPECT_GT(measured, 0.8) << subject.operation.name();
        EXPECT_LT(measured, 1.25) << subject.operation.name();
    }
}

TEST(Latency, that_differs_is_noticed) {
    sql("set search_path = pg_catalog;"
        "create function api.iso_slow(id uuid) returns setof api.iso_order"
        " language plpgsql stable security definer as $$ begin"
        " perform pg_sleep(0.0005) from app.contacts c where c.id = $1 and c.tenant_id <> "
        "rowhouse.tenant_id();"
        " return query select c.id, c.id, c.name::text, c.updated_at from app.contacts c"
        "  where c.id = $1 and c.tenant_id = rowhouse.tenant_id(); end $$; reset search_path;"
        "select rowhouse.route('GET', '/iso-slow/:id', 'api.iso_slow', permission => 'iso:read')");
    EXPECT_GT(ratio(subjects("%/iso-slow/:id").at(0)), 1.25);
    sql("delete from rowhouse.routes where function = 'api.iso_slow'; drop function api.iso_slow");
}

}  // namespace
}  // namespace rowhouse::test
