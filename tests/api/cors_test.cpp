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

TEST(Cors, a_preflight_needs_no_credential) {
    const Setting list(list_setting, listed);
    for (const std::string path : {"/contacts", "/me", "/auth/login", "/contacts/x"}) {
        const auto reply = Client().send({"OPTIONS", path, std::nullopt, {{"Origin", listed}}});
        EXPECT_EQ(reply.status, 204) << path;
        EXPECT_FALSE(reply.header("allow").empty());
    }
    expect_problem(Client().send({"OPTIONS", "/nowhere", std::nullopt, {{"Origin", listed}}}), 404,
                   "not_found");
}

/// Lets pages of an origin that nobody else lists call the API for that tenant.
std::string list_origin(const Account& account) {
    const auto origin = "https://" + unique_text("app") + ".example";
    sql("update app.accounts set cors_origins = array['https://first.example', " + quoted(origin) +
        "] where tenant_id = " + quoted(account.tenant_id));
    return origin;
}

void expect_leave(const Reply& reply, const std::string& origin) {
    EXPECT_EQ(reply.header("access-control-allow-origin"), origin) << reply.status;
    EXPECT_EQ(reply.header("access-control-allow-credentials"), "true");
    EXPECT_EQ(reply.header("vary"), "Origin");
}

TEST(TenantsCors, an_answer_names_an_origin_of_the_credentials_tenant_alone) {
    const auto own = register_account();
    const auto foreigner = register_account();
    const auto origin = list_origin(own);
    const auto foreign_origin = list_origin(foreigner);
    for (const std::string path : {"/contacts", "/me", "/contacts?limit=0"}) {
        expect_leave(own.client().get(path, {{"Origin", origin}}), origin);
        expect_no_leave(own.client().get(path, {{"Origin", foreign_origin}}));
        expect_no_leave(foreigner.client().get(path, {{"Origin", origin}}));
    }
    EXPECT_EQ(own.client().get("/me").header("vary"), "Origin") << "or a cache would mix them up";
    const auto missing = own.client().get("/contacts/" + random_uuid(), {{"Origin", origin}});
    EXPECT_EQ(missing.status, 404);
    expect_leave(missing, origin);
    const auto refused =
        own.client().get("/me", {{"Origin", foreign_origin}, {"X-Tenant", foreigner.slug}});
    EXPECT_EQ(refused.status, 403);
    expect_no_leave(refused);
}

TEST(TenantsCors, a_changed_list_counts_for_the_next_request) {
    const auto account = register_account();
    auto client = account.client();
    const auto origin = list_origin(account);
    expect_leave(client.get("/me", {{"Origin", origin}}), origin);
    sql("update app.accounts set cors_origins = '{}' where tenant_id = " +
        quoted(account.tenant_id));
    expect_no_leave(client.get("/me", {{"Origin", origin}}));
    expect_no_leave(preflight(origin));
}

TEST(TenantsCors, a_preflight_asks_the_tenant_named_else_all) {
    const Setting base("rowhouse.base_domain", "example.com");
    const auto own = register_account();
    const auto foreigner = register_account();
    const auto origin = list_origin(own);
    const auto at = [&](const std::string& host) {
        return Client().send(
            {"OPTIONS", "/contacts", std::nullopt, {{"Origin", origin}, {"Host", host}}});
    };
    expect_leave(preflight(origin), origin);
    expect_leave(at("example.com"), origin);
    expect_leave(at(own.slug + ".example.com"), origin);
    expect_no_leave(at(foreigner.slug + ".example.com"));
    expect_no_leave(at(unique_text("nobody") + ".example.com"));
    expect_no_leave(at("x." + own.slug + ".example.com"));
}

TEST(TenantsCors, without_a_credential_an_answer_is_for_the_tenant_named) {
    const auto account = register_account();
    const auto origin = list_origin(account);
    expect_no_leave(Client().get("/me", {{"Origin", origin}}));
    expect_leave(Client().get("/me", {{"Origin", origin}, {"X-Tenant", account.slug}}), origin);
    expect_no_leave(
        Client().get("/me", {{"Origin", origin}, {"X-Tenant", register_account().slug}}));
}

TEST(TenantsCors, a_list_holds_origins_and_nothing_else) {
    const auto account = register_account();
    sql("update app.accounts set cors_origins = '{*,null,app.example}' where tenant_id = " +
        quoted(account.tenant_id));
    for (const std::string origin : {"*", "null", "app.example", "https://any.example"}) {
        expect_no_leave(account.client().get("/me", {{"Origin", origin}}));
        expect_no_leave(preflight(origin));
    }
}

}  // namespace
}  // namespace rowhouse::test
