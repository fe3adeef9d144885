// Every operation of the registry, with every id that is not the caller's: a new route joins by
// itself, and one that cannot be generated fails with what is missing.
#include <gtest/gtest.h>

#include "database.hpp"
#include "matrix.hpp"
#include "suite.hpp"

namespace rowhouse::test {
namespace {

class MatrixTest : public testing::Test {
public:
    explicit MatrixTest(Operation operation) : operation_(std::move(operation)) {}

    void TestBody() override {
        Matrix matrix(asker(), world());
        for (const auto& finding : matrix.findings(operation_)) ADD_FAILURE() << finding;
        std::printf("compared %zu answers\n", matrix.compared());
    }

private:
    Operation operation_;
};

}  // namespace

World& world() {
    static World made;
    return made;
}

Asker& asker() {
    static const auto made = make_asker();
    return *made;
}

void register_matrix() {
    for (const auto& operation : operations())
        testing::RegisterTest(
            "Matrix", operation.name().c_str(), nullptr, nullptr, __FILE__, __LINE__,
            [operation]() -> testing::Test* { return new MatrixTest(operation); });
}

}  // namespace rowhouse::test

int main(int count, char** arguments) {
    using namespace rowhouse::test;
    testing::InitGoogleTest(&count, arguments);
    run_file("rows.sql");
    if (sql_value("select to_regclass('app.iso_orders')").empty()) run_file("resources.sql");
    register_matrix();
    return RUN_ALL_TESTS();
}
