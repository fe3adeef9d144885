// Whatever a client sends, the answer is a problem document that tells nothing of the inside.
#include <gtest/gtest.h>

#include "accounts.hpp"
#include "cluster.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {
namespace {

class BadInputTest : public testing::Test {
protected:
    static void SetUpTestSuite() { account_ = std::make_unique<Account>(register_account()); }
    static void TearDownTestSuite() { account_.reset(); }

    [[nodiscard]] static Reply create(const std::string& body, const Fields& headers = {}) {
        return account_->client().send({"POST", "/contacts", body, headers});
    }

    static inline std::unique_ptr<Account> account_;
};

TEST_F(BadInputTest, a_body_that_is_no_json_object_is_a_400) {
    const std::string half_surrogate = R"({"name":"\ud800"})";
    for (const auto& body : std::vector<std::string>{"{",
                                                     "}",
                                                     "name=x",
                                                     "{\"name\":}",
                                                     "{'name':'x'}",
                                                     "{\"name\":\"x\"} {}",
                                                     "{\"name\":\"x\",}",
                                                     "[]",
                                                     "[{\"name\":\"x\"}]",
                                                     "\"x\"",
                                                     "1",
                                                     "null",
                                                     "true",
                                                     " ",
                                                     "{\"name\":NaN}",
                                                     "{\"name\":01}",
                                                     "{\"name\":\"a\nb\"}",
                                                     "{\"a\":\"\\x\"}",
                                                     "\xef\xbb\xbf{\"name\":\"x\"}",
                                                     half_surrogate,
                                                     R"({"name":"\udc00\ud800"})",
                                                     R"({"name":"\u0000"})",
                                                     R"({"\u0000":"x"})",
                                                     R"({"name":"\u12"})"})
        expect_problem(create(body), 400, "invalid_json");
}

TEST_F(BadInputTest, bytes_that_are_no_text_are_a_400) {
    using namespace std::string_literals;
    for (const auto& bytes :
         std::vector<std::string>{"\0"s, "\x80", "\xff", "\xc0\x80", "\xc3", "\xed\xa0\x80",
                                  "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x28\xa1"}) {
        expect_problem(create("{\"name\":\"" + bytes + "\"}"), 400, "invalid_json");
        expect_problem(create("{\"" + bytes + "\":\"x\"}"), 400, "invalid_json");
        expect_problem(create("{\"name\":\"x\"}" + bytes), 400, "invalid_json");
    }
}

TEST_F(BadInputTest, deep_nesting_is_a_problem_of_the_client) {
    for (const std::size_t depth : {1'000UL, 6'000UL, 32'000UL}) {
        const std::string opened(depth, '[');
        expect_problem(create("{\"name\":" + opened), 400, "invalid_json");
        const auto closed = create("{\"notes\":" + opened + std::string(depth, ']') + "}");
        EXPECT_TRUE(closed.status == 400 || closed.status == 422) << closed.body;
        expect_problem(closed, closed.status);
    }
    std::string objects;
    for (int level = 0; level < 10'000; ++level) objects += "{\"a\":";
    const auto nested = create(objects + "1" + std::string(10'000, '}'));
    EXPECT_TRUE(nested.status == 400 || nested.status == 422) << nested.body;
}

TEST_F(BadInputTest, a_hundred_thousand_levels_do_no_harm_where_the_body_may_be_that_large) {
    sql("update rowhouse.routes set body_limit = 1000000 where pattern = '/api/v1/contacts'");
    const std::string body =
        "{\"notes\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
    ASSERT_TRUE(
        is_true_within(std::chrono::seconds(3), [&] { return create(body).status != 413; }));
    expect_problem(create(body), 400, "invalid_json");
    expect_problem(create("{\"notes\":" + std::string(100'000, '[')), 400, "invalid_json");
    sql("update rowhouse.routes set body_limit = 65536 where pattern = '/api/v1/contacts'");
    EXPECT_TRUE(
        is_true_within(std::chrono::seconds(3), [&] { return create(body).status == 413; }));
}

TEST_F(BadInputTest, another_content_type_is_a_415) {
    for (const std::string type :
         {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
          "application/jsonx", "application/json-patch+json", "json", "application/",
          "text/json; application/json"})
        expect_problem(create(R"({"name":"x"})", {{"Content-Type", type}}), 415,
                       "unsupported_media_type");
    for (const std::string type : {"application/json; charset=utf-8", "Application/JSON"})
        EXPECT_EQ(create(R"({"name":"x"})", {{"Content-Type", type}}).status, 201) << type;
}

TEST_F(BadInputTest, a_value_of_a_wrong_type_is_named) {
    for (const std::string field : {"name", "phone", "email", "notes"})
        for (const std::string value : {"1", "1e400", "true", "[]", "{}", "[\"x\"]", "{\"a\":1}"})
            expect_field_error(create("{\"" + field + "\":" + value + "}"), "/" + field,
                               "invalid_type");
}

TEST_F(BadInputTest, a_value_that_is_not_allowed_is_named) {
    const std::vector<std::pair<std::string, Json>> values{
        {"name", ""},
        {"name", " "},
        {"name", "\t"},
        {"name", "a\nb"},
        {"name", "a\u007f"},
        {"name", std::string(201, 'x')},
        {"notes", std::string(10'001, 'x')},
        {"phone", ""},
        {"phone", "5511987654321"},
        {"phone", "+0511987654321"},
        {"phone", "+55 11 98765"},
        {"phone", "+5511987654321\n"},
        {"phone", "+55119876543210000"},
        {"phone", "+٥٥١١٩٨٧٦٥"},
        {"email", ""},
        {"email", "x"},
        {"email", "a@b"},
        {"email", "a b@c.d"},
        {"email", "a@b.c\n"},
        {"email", std::string(250, 'a') + "@b.cd"}};
    for (const auto& [field, value] : values) {
        Json body{{"name", "x"}};
        body[field] = value;
        expect_field_error(create(body.dump()), "/" + field, "invalid_value");
    }
}

TEST_F(BadInputTest, a_null_where_a_value_must_be_is_named) {
    expect_field_error(create(R"({"name":null})"), "/name", "missing_value");
}

TEST_F(BadInputTest, an_unknown_field_is_named_and_its_pointer_escaped) {
    const auto reply = create(R"({"name":"x","a/b~c":1,"_limit":1,"_given":[],"id":"x","":2})");
    for (const char* pointer : {"/a~1b~0c", "/_limit", "/_given", "/id", "/"})
        expect_field_error(reply, pointer, "unknown_field");
    expect_field_error(create("{}"), "/name", "required");
    expect_field_error(create(R"({"Name":"x"})"), "/Name", "unknown_field");
    expect_field_error(Client().post("/auth/register", {{"account__name", "x"}}), "/account__name",
                       "unknown_field");
}

TEST_F(BadInputTest, a_field_that_stands_twice_is_refused) {
    for (const std::string body :
         {R"({"name":"one","name":"two"})", R"({"name":"one","name":"one"})",
          R"({"name":"one","n\u0061me":"two"})", R"({"name":"one","notes":{"a":1,"a":2}})",
          R"({"name":"one","":1,"":2})", R"({"name":1,"name":"two"})"}) {
        const auto twice = create(body);
        EXPECT_EQ(twice.status / 100, 4) << "two readers may see two requests: " << twice.body;
    }
    auto client = account_->client();
    expect_field_error(client.get("/contacts?limit=1&limit=2"), "/limit", "repeated_field");
    expect_field_error(client.get("/contacts?email=a@b.cd&email=c@d.ef"), "/email",
                       "repeated_field");
}

TEST_F(BadInputTest, ids_that_are_none_are_refused) {
    auto client = account_->client();
    const auto uuid = random_uuid();
    for (const auto& id : std::vector<std::string>{
             "1", "x", "null", uuid + "0", uuid.substr(1), "{" + uuid + "}", uuid + "%20",
             "%0a" + uuid, "..", "%2e%2e", "%2f", "' or 1=1 --", "1;drop", "%27%20or%201=1",
             std::string(300, 'a'), "00000000-0000-0000-0000-00000000000g", "%F0%9F%8C%BC"}) {
        if (id.find(' ') != std::string::npos) continue;
        const auto reply = client.get("/contacts/" + id);
        EXPECT_TRUE(reply.status == 422 || reply.status == 404 || reply.status == 400) << id;
        expect_problem(reply, reply.status);
    }
    expect_field_error(client.get("/contacts/x"), "/id", "invalid_value");
}

TEST_F(BadInputTest, limits_cursors_and_filters_that_are_none_are_named) {
    auto client = account_->client();
    for (const std::string limit : {"0", "-1", "201", "1.5", "1e2", "x", "%31%00", "+1", "0x10",
                                    "99999999999999999999", "1%20", "%D9%A1"}) {
        const auto reply = client.get("/contacts?limit=" + limit);
        if (limit == "%31%00")
            expect_problem(reply, 400, "malformed_request");
        else
            expect_field_error(reply, "/limit", "invalid_value");
    }
    for (const std::string cursor :
         {"x", "AAAA", "!!!!", "Cg", "eAo", "bnVsbAo", "JyBvciAxPTEgLS0K",
          "MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw", "____", "AAAAAAAAAAAK"})
        expect_field_error(client.get("/contacts?cursor=" + cursor), "/cursor", "invalid_value");
    for (const std::string name :
         {"x", "_limit", "_after_id", "id", "name", "Limit", "", "tenant_id"})
        expect_field_error(client.get("/contacts?" + name + "=1"), "/" + name, "unknown_field");
    expect_field_error(client.get("/contacts?phone=1"), "/phone", "invalid_value");
    expect_field_error(client.get("/contacts?email"), "/email", "invalid_value");
    expect_field_error(client.get("/me?x=1"), "/x", "unknown_field");
    expect_field_error(client.post("/contacts?name=x"), "/name", "unknown_field");
}

TEST_F(BadInputTest, an_empty_limit_or_cursor_does_no_harm) {
    auto client = account_->client();
    for (const char* query : {"limit=", "cursor=", "", "&", "&&"}) {
        const auto reply = client.get(std::string("/contacts?") + query);
        EXPECT_TRUE(reply.status == 200 || reply.status == 422) << query;
    }
}

TEST_F(BadInputTest, a_body_beyond_the_limit_of_its_route_is_a_413) {
    const std::string note(70'000, 'x');
    for (const auto& body : {"{\"notes\":\"" + note + "\"}", note})
        expect_problem(create(body), 413, "content_too_large");
    expect_problem(Client().send({"POST", "/no/such/route", std::string(1'100'000, 'x')}), 413,
                   "content_too_large");
    const auto announced = exchange(
        "POST /api/v1/contacts HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n");
    ASSERT_TRUE(announced);
    expect_problem(*announced, 413, "content_too_large");
}

}  // namespace
}  // namespace rowhouse::test
