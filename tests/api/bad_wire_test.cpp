// Request lines, targets and headers that are none, and what tries to get into an answer's.
#include <gtest/gtest.h>

#include "accounts.hpp"
#include "cluster.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {
namespace {

class BadWireTest : public testing::Test {
protected:
    static void SetUpTestSuite() { account_ = std::make_unique<Account>(register_account()); }
    static void TearDownTestSuite() { account_.reset(); }

    [[nodiscard]] static Reply create(const std::string& body, const Fields& headers = {}) {
        return account_->client().send({"POST", "/contacts", body, headers});
    }

    [[nodiscard]] static std::string authorization() {
        return "Authorization: Bearer " + account_->session.token + "\r\n";
    }

    static inline std::unique_ptr<Account> account_;
};

TEST_F(BadWireTest, a_malformed_authorization_is_a_401) {
    const auto& token = account_->session.token;
    const auto dot = token.rfind('.');
    const auto first = token.find('.');
    const std::string none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";  // {"alg":"none","typ":"JWT"}
    for (const auto& value :
         std::vector<std::string>{"Bearer",
                                  "Bearer x",
                                  "Bearer a.b",
                                  "Bearer a.b.c.d",
                                  "Bearer ...",
                                  "Basic YTpi",
                                  "Digest x",
                                  token,
                                  "bearer" + token,
                                  "Bearer\t" + token,
                                  "Bearer  " + token,
                                  "Bearer " + token + " ,x",
                                  "Bearer " + token + "x",
                                  "Bearer " + token + "=",
                                  "Bearer " + token.substr(0, dot),
                                  "Bearer " + token.substr(0, dot + 1),
                                  "Bearer " + none + token.substr(first, dot + 1 - first),
                                  "Bearer " + none + token.substr(first),
                                  "Bearer " + token.substr(1),
                                  "Bearer " + std::string(8000, 'a'),
                                  "Bearer \xff\xfe",
                                  "Bearer rh_live_x",
                                  "Bearer rh_inst_" + token,
                                  "Bearer " + account_->session.refresh_token,
                                  "Token " + token,
                                  "Bearer null",
                                  "Bearer ' or 1=1 --",
                                  "Bearer {}"}) {
        const auto reply = exchange(raw_request("GET", "/me", "Authorization: " + value + "\r\n"));
        ASSERT_TRUE(reply) << value;
        expect_problem(*reply, 401);
    }
    expect_problem(*exchange(raw_request("GET", "/me", authorization() + authorization())), 400,
                   "malformed_request");
    EXPECT_EQ(
        exchange(raw_request("GET", "/me", "authorization: bEaReR " + token + "\r\n"))->status,
        200);
}

TEST_F(BadWireTest, a_target_that_is_none_is_refused) {
    const std::string long_path(9'000, 'a');
    const std::vector<std::pair<std::string, int>> targets{{"/contacts/%", 400},
                                                           {"/contacts/%z1", 400},
                                                           {"/contacts/%4", 400},
                                                           {"/contacts/%00", 400},
                                                           {"/contacts/%ff", 400},
                                                           {"/contacts/%c0%af", 400},
                                                           {"/contacts/%ed%a0%80", 400},
                                                           {"/contacts?phone=%", 400},
                                                           {"/contacts?%=1", 400},
                                                           {"/contacts?email=%c3", 400},
                                                           {"/contacts?email=%00", 400},
                                                           {"/contacts#x", 400},
                                                           {"/contacts/\xc3\xa9", 400},
                                                           {"/" + long_path, 414},
                                                           {"/contacts?email=" + long_path, 414},
                                                           {"/contacts/", 404},
                                                           {"//", 404},
                                                           {"//api/v1", 404},
                                                           {"//api//v1/contacts", 404},
                                                           {"//API/V1/CONTACTS", 404},
                                                           {"/../v1/contacts", 404},
                                                           {"/contacts/../me", 404},
                                                           {"/contacts/%2e%2e/me", 404},
                                                           {"/contacts/a/b", 404},
                                                           {"//etc/passwd", 404}};
    for (const auto& [path, status] : targets) {
        const auto reply = exchange(raw_request("GET", path, authorization()));
        ASSERT_TRUE(reply) << path;
        expect_problem(*reply, status);
    }
}

TEST_F(BadWireTest, headers_that_are_none_are_refused) {
    const std::vector<std::pair<std::string, int>> lines{
        {"X-Long: " + std::string(17'000, 'x') + "\r\n", 431},
        {"x_y: 1\r\n", 400},
        {"X: a\rb\r\n", 400},
        {"X: a\nb: c\r\n", 400},
        {"X : 1\r\n", 400},
        {": 1\r\n", 400},
        {"X: a\r\n b\r\n", 400},
        {std::string("X: \0\r\n", 6), 400},
        {"X\r\n", 400},
        {"Host: b\r\n", 400},
        {"Content-Length: 1\r\nContent-Length: 1\r\n", 400},
        {"Content-Length: -1\r\n", 400},
        {"Content-Length: +1\r\n", 400},
        {"Transfer-Encoding: gzip\r\n", 400},
        {"Expect: x\r\n", 417},
        {"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", 400}};
    for (const auto& [line, status] : lines) {
        const auto reply = exchange(raw_request("GET", "/me", authorization() + line));
        ASSERT_TRUE(reply) << line;
        expect_problem(*reply, status);
    }
}

TEST_F(BadWireTest, what_a_client_sends_splits_no_answer) {
    auto client = account_->client();
    for (const auto& reply :
         {client.get("/contacts?x=a%0d%0aSet-Cookie:%20evil=1"),
          client.get("/contacts/a%0d%0aSet-Cookie:%20evil=1"),
          create("{\"name\":\"a\\r\\nSet-Cookie: evil=1\"}"),
          create("{\"a\\r\\nSet-Cookie: evil=1\":1}"),
          client.get("/me", {{"X-Request-ID", "a\tSet-Cookie: evil=1"}}),
          client.get("/me", {{"Origin", "https://a.example%0d%0aSet-Cookie: evil=1"}}),
          Client().post(
              "/auth/login",
              {{"email", "x"}, {"password", "y"}, {"device_id", "a\r\nSet-Cookie: evil=1"}})})
        EXPECT_FALSE(reply.has("set-cookie")) << reply.body;
}

TEST_F(BadWireTest, a_device_id_adds_no_attribute_to_the_cookie) {
    for (const std::string device : {"a; Domain=evil.example", "a;b", "a,b", "a b", "\"a\"", "é"}) {
        auto body = registration();
        body["device_id"] = device;
        const auto reply = Client().post("/auth/register", body);
        EXPECT_LT(reply.status, 500) << device << " " << reply.body;
        for (const auto& cookie : reply.all("set-cookie"))
            EXPECT_EQ(cookie.find(device), std::string::npos) << cookie;
    }
    const Json login{{"email", account_->email}, {"password", account_->password}};
    for (const std::string cookie : {"é", "a b", "\"a\"", "a,b"})
        EXPECT_LT(Client().post("/auth/login", login, {{"Cookie", "rh_device=" + cookie}}).status,
                  500)
            << cookie;
}

}  // namespace
}  // namespace rowhouse::test
