// Which pages of the web may call the API from a browser.
#include <gtest/gtest.h>

#include "accounts.hpp"
#include "cluster.hpp"

namespace rowhouse::test {
namespace {

constexpr const char* listed = "https://app.example";
constexpr const char* list_setting = "rowhouse.cors_origins";

Reply preflight(const std::string& origin) {
    return Client().send({"OPTIONS",
                          "/contacts",
                          std::nullopt,
                          {{"Origin", origin},
                           {"Access-Control-Request-Method", "POST"},
                           {"Access-Control-Request-Headers", "authorization,content-type"}}});
}

void expect_no_leave(const Reply& reply) {
    for (const char* name : {"access-control-allow-origin", "access-control-allow-credentials"})
        EXPECT_FALSE(reply.has(name)) << name << ": " << reply.header(name);
}

TEST(Cors, without_a_list_no_page_has_leave) {
    expect_no_leave(preflight(listed));
    expect_no_leave(register_account().client().get("/contacts", {{"Origin", listed}}));
}

TEST(Cors, a_listed_origin_has_leave_with_credentials) {
    const Setting list(list_setting, "https://other.example, https://app.example");
    const auto reply = preflight(listed);
    EXPECT_EQ(reply.status, 204);
    EXPECT_EQ(reply.header("access-control-allow-origin"), listed);
    EXPECT_EQ(reply.header("access-control-allow-credentials"), "true");
    EXPECT_EQ(reply.header("access-control-allow-methods"), "GET, HEAD, POST");
    EXPECT_NE(reply.header("access-control-allow-headers").find("Authorization"),
              std::string::npos);
    EXPECT_EQ(reply.header("vary"), "Origin");
    EXPECT_TRUE(reply.body.empty());
    const auto account = register_account();
    for (const auto& real : {account.client().get("/contacts", {{"Origin", listed}}),
                             account.client().get("/contacts?limit=0", {{"Origin", listed}}),
                             Client().get("/me", {{"Origin", listed}}),
                             Client().get("/nowhere", {{"Origin", listed}})}) {
        EXPECT_EQ(real.header("access-control-allow-origin"), listed) << real.status;
        EXPECT_EQ(real.header("access-control-allow-credentials"), "true");
        EXPECT_NE(real.header("access-control-expose-headers").find("ETag"), std::string::npos);
        EXPECT_EQ(real.header("vary"), "Origin");
    }
}

TEST(Cors, an_unlisted_origin_has_none) {
    const Setting list(list_setting, listed);
    for (const std::string origin : {"https://evil.example", "http://app.example", "null", "*",
                                     "https://app.example.evil.example", "https://app.example:8443",
                                     "https://APP.example", "https://app.exampl", "app.example",
                                     "https://app.example/", "https://app.example, https://x"}) {
        const auto reply = preflight(origin);
        EXPECT_EQ(reply.status, 204) << origin;
        expect_no_leave(reply);
        EXPECT_EQ(reply.header("vary"), "Origin") << "or a cache would mix them up";
        expect_no_leave(Client().get("/me", {{"Origin", origin}}));
    }
    expect_no_leave(Client().get("/me"));
}

TEST(Cors, a_star_gives_leave_without_credentials) {
    const Setting list(list_setting, "*");
    for (const auto& reply : {preflight("https://any.example"),
                              Client().get("/me", {{"Origin", "https://any.example"}})}) {
        EXPECT_EQ(reply.header("access-control-allow-origin"), "*");
        EXPECT_FALSE(reply.has("access-control-allow-credentials"));
    }
}

TEST(Cors, a_star_means_nothing_in_production) {
    const Setting production("rowhouse.environment", "production");
    const Setting list(list_setting, "*");
    expect_no_leave(preflight("https://any.example"));
}

TEST(Cors, a_preflight_needs_no_credential_and_asks_no_row) {
    const Setting list(list_setting, listed);
    for (const std::string path : {"/contacts", "/me", "/auth/login", "/contacts/x"}) {
        const auto reply = Client().send({"OPTIONS", path, std::nullopt, {{"Origin", listed}}});
        EXPECT_EQ(reply.status, 204) << path;
        EXPECT_FALSE(reply.header("allow").empty());
    }
    expect_problem(Client().send({"OPTIONS", "/nowhere", std::nullopt, {{"Origin", listed}}}), 404,
                   "not_found");
}

}  // namespace
}  // namespace rowhouse::test
