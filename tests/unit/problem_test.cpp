#include "core/problem.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

TEST(Problem, the_members_of_rfc_9457_and_ours_are_rendered) {
    const Problem problem{404, "not_found", "Not found", "No contact has this id.", {}, {}};
    EXPECT_EQ(render_problem(problem, "request-0001"),
              R"({"type":"urn:rowhouse:problem:not_found","title":"Not found","status":404,)"
              R"("detail":"No contact has this id.","code":"not_found",)"
              R"("request_id":"request-0001"})");
}

TEST(Problem, the_errors_of_fields_are_listed_in_order) {
    const Problem problem{422,
                          "invalid_request",
                          "Invalid",
                          {},
                          {{"/name", "required", "is required"}, {"/a~1b", "invalid_type", "must"}},
                          {}};
    EXPECT_EQ(render_problem(problem, "r"),
              R"({"type":"urn:rowhouse:problem:invalid_request","title":"Invalid","status":422,)"
              R"("code":"invalid_request","request_id":"r","errors":[)"
              R"({"pointer":"/name","code":"required","message":"is required"},)"
              R"({"pointer":"/a~1b","code":"invalid_type","message":"must"}]})");
}

TEST(Problem, further_members_close_the_document) {
    const Problem problem{409, "conflict", "Conflict", {}, {}, R"("version":3,"etag":"x")"};
    EXPECT_EQ(render_problem(problem, "r"),
              R"({"type":"urn:rowhouse:problem:conflict","title":"Conflict","status":409,)"
              R"("code":"conflict","request_id":"r","version":3,"etag":"x"})");
}

TEST(Problem, nothing_a_client_sends_breaks_out_of_a_string) {
    const std::string hostile = "\",\"status\":200,\"x\":\"\\\n";
    const std::string escaped = R"(\",\"status\":200,\"x\":\"\\\n)";
    const Problem problem{422, "c", hostile, hostile, {{hostile, hostile, hostile}}, {}};
    EXPECT_EQ(render_problem(problem, hostile),
              R"({"type":"urn:rowhouse:problem:c","title":")" + escaped +
                  R"(","status":422,"detail":")" + escaped + R"(","code":"c","request_id":")" +
                  escaped + R"(","errors":[{"pointer":")" + escaped + R"(","code":")" + escaped +
                  R"(","message":")" + escaped + R"("}]})");
}

TEST(Problem, what_nobody_described_is_an_internal_error) {
    EXPECT_EQ(Problem{}.status, 500);
}

}  // namespace
}  // namespace rowhouse::core
