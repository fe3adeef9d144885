// A host below the base domain, or X-Tenant, names the tenant; the credential says who it is.
#include <gtest/gtest.h>

#include "accounts.hpp"
#include "cluster.hpp"

namespace rowhouse::test {
namespace {

class TenantByHost : public testing::Test {
protected:
    Reply me(const std::string& host) const { return own_.client().get("/me", {{"Host", host}}); }

    Reply login(const Fields& headers) const {
        return Client().post("/auth/login", {{"email", own_.email}, {"password", own_.password}},
                             headers);
    }

    Setting base_{"rowhouse.base_domain", "example.com"};
    Account own_ = register_account();
    Account foreigner_ = register_account();
};

TEST_F(TenantByHost, its_own_name_is_fine_however_written) {
    std::string upper = own_.slug;
    for (auto& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    for (const auto& host : {own_.slug + ".example.com", own_.slug + ".example.com:8080",
                             own_.slug + ".example.com.", upper + ".EXAMPLE.com"})
        EXPECT_EQ(me(host).status, 200) << host;
    EXPECT_EQ(own_.client().get("/me", {{"X-Tenant", own_.slug}}).status, 200);
}

TEST_F(TenantByHost, any_other_host_names_nobody) {
    for (const std::string host : {"localhost", "localhost:8080", "example.com", "example.com:443",
                                   "[::1]:8080", "notexample.com", "example.com.evil.test"})
        EXPECT_EQ(me(host).status, 200) << host;
}

TEST_F(TenantByHost, another_tenants_name_is_refused) {
    const auto there = me(foreigner_.slug + ".example.com");
    expect_problem(there, 403, "tenant_mismatch");
    const auto nobody = unique_text("nobody");
    for (const auto& host : {nobody + ".example.com", "x." + own_.slug + ".example.com"}) {
        const auto reply = me(host);
        expect_problem(reply, 403, "tenant_mismatch");
        EXPECT_EQ(reply.without_ids(), there.without_ids()) << host;
    }
    for (const auto& name : {foreigner_.slug, nobody, std::string("ACME")})
        expect_problem(own_.client().get("/me", {{"X-Tenant", name}}), 403, "tenant_mismatch");
    expect_problem(own_.client().get("/me", {{"Host", foreigner_.slug + ".example.com"},
                                             {"X-Tenant", own_.slug}}),
                   403, "tenant_mismatch");
}

TEST_F(TenantByHost, a_new_name_counts_for_the_next_request) {
    const auto rename = [&](const std::string& slug) {
        sql("update rowhouse_private.tenants set slug = " + test::quoted(slug) +
            " where id = " + test::quoted(own_.tenant_id));
    };
    const auto name = unique_text("xn--caf-");
    for (int i = 0; i < 10; ++i) {
        rename(name);
        EXPECT_EQ(me(name + ".example.com").status, 200);
        expect_problem(me(own_.slug + ".example.com"), 403, "tenant_mismatch");
        rename(own_.slug);
        EXPECT_EQ(me(own_.slug + ".example.com").status, 200);
        expect_problem(me(name + ".example.com"), 403, "tenant_mismatch");
    }
}

TEST_F(TenantByHost, a_login_is_to_the_tenant_named) {
    EXPECT_EQ(login({{"Host", own_.slug + ".example.com"}}).json()["session"]["tenant"], own_.slug);
    EXPECT_EQ(login({{"X-Tenant", own_.slug}}).json()["session"]["tenant"], own_.slug);
    EXPECT_EQ(login({{"Host", "example.com"}}).status, 200);
    expect_problem(login({{"Host", foreigner_.slug + ".example.com"}}), 401, "invalid_credentials");
    const auto unknown = login({{"Host", unique_text("nobody") + ".example.com"}});
    expect_problem(unknown, 404, "not_found");
    EXPECT_EQ(login({{"Host", "a.b.example.com"}}).without_ids(), unknown.without_ids());
    EXPECT_EQ(login({{"X-Tenant", "A B"}}).without_ids(), unknown.without_ids());
}

}  // namespace
}  // namespace rowhouse::test
