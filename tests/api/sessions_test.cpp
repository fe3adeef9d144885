// The user's own profile and the sessions that are logged in.
#include <gtest/gtest.h>

#include "accounts.hpp"
#include "cluster.hpp"

namespace rowhouse::test {
namespace {

/// Makes a user a member of another account.
void add_membership(const Account& user, const Account& account, const std::string& role) {
    sql("insert into app.memberships (tenant_id, user_id, role) values (" +
        quoted(account.tenant_id) + ", " + quoted(user.user_id) + ", " + quoted(role) + ")");
}

TEST(Sessions, are_listed_with_device_address_and_the_current_one) {
    const auto account = register_account();
    auto phone = Client();
    const auto login = phone.post(
        "/auth/login",
        {{"email", account.email}, {"password", account.password}, {"device_name", "phone"}},
        {{"User-Agent", "test/1.0"}});
    const auto session = session_of(login);
    auto client = session.client();
    const auto list = client.get("/me/sessions").json().at("data");
    ASSERT_EQ(list.size(), 2U);
    const auto& newest = list.at(0);
    EXPECT_EQ(newest.at("id"), session.id);
    EXPECT_EQ(newest.at("device_name"), "phone");
    EXPECT_EQ(newest.at("user_agent"), "test/1.0");
    EXPECT_EQ(newest.at("ip"), "127.0.0.1");
    EXPECT_EQ(newest.at("is_current"), true);
    EXPECT_EQ(list.at(1).at("is_current"), false);
    EXPECT_EQ(client.get("/me/sessions").body.find("hash"), std::string::npos);
}

TEST(Sessions, are_paged) {
    const auto account = register_account();
    for (int number = 0; number < 3; ++number) (void)log_in(account);
    auto client = account.client();
    const auto first = client.get("/me/sessions?limit=3").json();
    EXPECT_EQ(first.at("data").size(), 3U);
    const auto second =
        client.get("/me/sessions?limit=3&cursor=" + first.value("next_cursor", "")).json();
    ASSERT_EQ(second.at("data").size(), 1U);
    EXPECT_EQ(second.at("data").at(0).at("id"), account.session.id);
}

TEST(Sessions, one_is_revoked_and_fails_at_once) {
    const auto account = register_account();
    const auto lost = log_in(account);
    auto client = account.client();
    EXPECT_EQ(client.remove("/me/sessions/" + lost.id).status, 204);
    expect_problem(lost.client().get("/me"), 401, "token_revoked");
    expect_problem(Client().post("/auth/refresh", {{"refresh_token", lost.refresh_token}}), 401,
                   "token_revoked");
    EXPECT_EQ(client.get("/me/sessions").json().at("data").size(), 1U);
    expect_problem(client.remove("/me/sessions/" + lost.id), 404, "not_found");
}

TEST(Sessions, all_others_are_revoked_and_this_one_goes_on) {
    const auto account = register_account();
    const auto lost = log_in(account);
    auto client = account.client();
    EXPECT_EQ(client.remove("/me/sessions").status, 204);
    expect_problem(lost.client().get("/me"), 401, "token_revoked");
    EXPECT_EQ(client.get("/me/sessions").json().at("data").size(), 1U);
}

TEST(Sessions, a_new_password_ends_the_others) {
    auto account = register_account();
    const auto other = log_in(account);
    auto client = account.client();
    const std::string password = "quite another password";
    expect_problem(client.post("/auth/password/change",
                               {{"old_password", "a guess"}, {"new_password", password}}),
                   403, "wrong_password");
    expect_problem(client.post("/auth/password/change",
                               {{"old_password", account.password}, {"new_password", "short"}}),
                   422, "weak_password");
    EXPECT_EQ(client
                  .post("/auth/password/change",
                        {{"old_password", account.password}, {"new_password", password}})
                  .status,
              204);
    expect_problem(other.client().get("/me"), 401, "token_revoked");
    EXPECT_EQ(client.get("/me").status, 200);
    account.password = password;
    EXPECT_EQ(log_in(account).client().get("/me").status, 200);
}

TEST(Sessions, another_users_session_is_unknown_also_within_one_account) {
    const auto boss = register_account();
    const auto colleague = register_account();
    add_membership(colleague, boss, "agent");
    const auto session = log_in(colleague, {{"tenant", boss.slug}});
    expect_problem(boss.client().remove("/me/sessions/" + session.id), 404, "not_found");
    EXPECT_EQ(session.client().get("/me").status, 200);
}

TEST(Sessions, a_user_switches_to_another_account_of_theirs) {
    const auto host = register_account();
    const auto stranger = register_account();
    const auto user = register_account();
    add_membership(user, host, "agent");
    auto client = user.client();
    const auto there = session_of(client.post("/auth/switch", {{"tenant", host.slug}}));
    EXPECT_EQ(there.client().get("/me").json().at("tenant_id"), host.tenant_id);
    EXPECT_EQ(client.get("/me").json().at("tenant_id"), user.tenant_id);
    const auto foreign = client.post("/auth/switch", {{"tenant", stranger.slug}});
    const auto unknown = client.post("/auth/switch", {{"tenant", "nobody-has-this-slug"}});
    expect_problem(foreign, 404, "not_found");
    expect_problem(unknown, 404, "not_found");
    EXPECT_EQ(foreign.json().at("detail"), unknown.json().at("detail"));
}

TEST(Sessions, the_current_one_can_be_revoked_by_itself) {
    const auto account = register_account();
    EXPECT_EQ(account.client().remove("/me/sessions/" + account.session.id).status, 204);
    expect_problem(account.client().get("/me"), 401, "token_revoked");
}

TEST(Sessions, logout_all_ends_those_of_every_account_of_the_user) {
    const auto user = register_account();
    const auto other = register_account();
    add_membership(user, other, "agent");
    const auto there = log_in(user, {{"tenant", other.slug}});
    const auto here = log_in(user, {{"tenant", user.slug}});
    EXPECT_EQ(here.client().post("/auth/logout-all").status, 204);
    for (const auto& session : {there, here, user.session})
        expect_problem(session.client().get("/me"), 401, "token_revoked");
    EXPECT_EQ(other.client().get("/me").status, 200);
    EXPECT_EQ(log_in(user).client().get("/me").status, 200);
}

TEST(Sessions, a_membership_that_ends_takes_its_sessions_along) {
    const auto user = register_account();
    const auto other = register_account();
    add_membership(user, other, "agent");
    const auto there = log_in(user, {{"tenant", other.slug}});
    EXPECT_EQ(there.client().get("/me").status, 200);
    sql("delete from app.memberships where tenant_id = " + quoted(other.tenant_id) +
        " and user_id = " + quoted(user.user_id));
    expect_problem(there.client().get("/me"), 401);
    expect_problem(Client().post("/auth/refresh", {{"refresh_token", there.refresh_token}}), 401);
    EXPECT_EQ(user.client().get("/me").status, 200);
}

TEST(Sessions, a_permission_that_is_taken_away_is_gone_with_the_next_request) {
    const auto account = register_account();
    add_membership(register_account(), account, "owner");
    sql("insert into app.roles (tenant_id, name, own_permissions) values (" +
        quoted(account.tenant_id) + ", 'reader', '{contacts:read}')");
    sql("update app.memberships set role = 'reader' where tenant_id = " +
        quoted(account.tenant_id) + " and user_id = " + quoted(account.user_id));
    auto client = account.client();
    EXPECT_EQ(client.get("/contacts").status, 200);
    expect_problem(client.post("/contacts", {{"name", "x"}}), 403, "permission_denied");
    EXPECT_EQ(client.get("/me").json().at("permissions"), Json({"contacts:read"}));
}

TEST(Login, without_a_tenant_takes_the_membership_last_used) {
    const auto user = register_account();
    const auto other = register_account();
    add_membership(user, other, "agent");
    const Json body{{"email", user.email}, {"password", user.password}};
    (void)log_in(user, {{"tenant", other.slug}});
    EXPECT_EQ(Client().post("/auth/login", body).json().at("session").at("tenant"), other.slug);
    (void)log_in(user, {{"tenant", user.slug}});
    EXPECT_EQ(Client().post("/auth/login", body).json().at("session").at("tenant"), user.slug);
}

TEST(Me, shows_the_user_the_memberships_and_the_permissions) {
    const auto user = register_account();
    const auto other = register_account();
    add_membership(user, other, "agent");
    const auto reply = user.client().get("/me");
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto me = reply.json();
    EXPECT_EQ(me.at("id"), user.user_id);
    EXPECT_EQ(me.at("email"), user.email);
    EXPECT_EQ(me.at("tenant_id"), user.tenant_id);
    EXPECT_EQ(me.at("memberships").size(), 2U);
    EXPECT_EQ(reply.body.find("password"), std::string::npos);
    EXPECT_EQ(reply.body.find("argon2"), std::string::npos);
    const auto permissions = me.at("permissions").get<std::vector<std::string>>();
    EXPECT_NE(std::find(permissions.begin(), permissions.end(), "contacts:write"),
              permissions.end());
}

TEST(Me, is_changed_by_its_user) {
    const auto account = register_account();
    auto client = account.client();
    const auto tag = client.get("/me").header("etag");
    const auto changed = client.patch("/me", {{"name", "New Name"}}, {{"If-Match", tag}});
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.json().at("name"), "New Name");
    EXPECT_EQ(client.get("/me").json().at("name"), "New Name");
    expect_problem(client.patch("/me", {{"name", "Lost"}}, {{"If-Match", tag}}), 412,
                   "precondition_failed");
    expect_problem(client.patch("/me", {{"name", nullptr}}), 422);
    expect_field_error(client.patch("/me", {{"name", ""}}), "/name", "invalid_value");
    for (const char* name : {"email", "id", "tenant_id", "permissions", "password_hash"})
        expect_field_error(client.patch("/me", {{name, "x"}}), "/" + std::string(name),
                           "unknown_field");
}

TEST(SigningKeys, are_public_and_hold_nothing_private) {
    const auto reply = Client().get("//.well-known/jwks.json");
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto keys = reply.json().at("keys");
    ASSERT_FALSE(keys.empty());
    for (const auto& key : keys) {
        EXPECT_EQ(key.at("kty"), "OKP");
        EXPECT_EQ(key.at("crv"), "Ed25519");
        EXPECT_FALSE(key.contains("d"));
    }
}

}  // namespace
}  // namespace rowhouse::test
