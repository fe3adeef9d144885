// The life of refresh tokens: rotation, grace, reuse, and the cookies of browsers.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <random>
#include <set>
#include <thread>

#include "accounts.hpp"
#include "cluster.hpp"

namespace rowhouse::test {
namespace {

Reply refresh(const std::string& token, const std::string& device = {}) {
    Json body{{"refresh_token", token}};
    if (!device.empty()) body["device_id"] = device;
    return Client().post("/auth/refresh", body);
}

Reply refresh(const Session& session) {
    return refresh(session.refresh_token, session.device_id);
}

bool is_alive(const Session& session) {
    return session.client().get("/me").status == 200;
}

std::string generation_of(const Session& session) {
    return sql_value("select generation from rowhouse_private.sessions where id = " +
                     quoted(session.id));
}

/// A session that was refreshed so often; the tokens in the order of their making.
std::vector<Session> refreshed(Session session, int times) {
    std::vector<Session> made{session};
    while (times-- > 0) made.push_back(session_of(refresh(made.back())));
    return made;
}

TEST(Refresh, rotates_and_keeps_the_session) {
    const auto account = register_account();
    const auto made = refreshed(account.session, 3);
    std::set<std::string> tokens;
    for (const auto& session : made) {
        EXPECT_EQ(session.id, account.session.id);
        EXPECT_EQ(session.device_id, account.session.device_id);
        EXPECT_TRUE(is_alive(session));
        tokens.insert(session.refresh_token);
    }
    EXPECT_EQ(tokens.size(), 4U);
    EXPECT_EQ(generation_of(account.session), "4");
}

TEST(Refresh, the_token_before_is_answered_with_the_current_one_again) {
    const auto made = refreshed(register_account().session, 1);
    for (int number = 0; number < 3; ++number) {
        const auto again = refresh(made[0]);
        ASSERT_EQ(again.status, 200) << again.body;
        EXPECT_EQ(session_of(again).refresh_token, made[1].refresh_token);
    }
    EXPECT_EQ(generation_of(made[0]), "2");
    EXPECT_EQ(refresh(made[1]).status, 200);
}

TEST(Refresh, the_token_before_from_another_device_ends_the_session) {
    for (const std::string device : {"", "s592tcJKgWjQpFNnKt3y7Ok5HIDo2QDA"}) {
        const auto made = refreshed(register_account().session, 1);
        expect_problem(refresh(made[0].refresh_token, device), 401, "token_revoked");
        EXPECT_FALSE(is_alive(made[1]));
        expect_problem(refresh(made[1]), 401, "token_revoked");
    }
}

TEST(Refresh, a_spent_token_ends_its_session_and_no_other) {
    const auto account = register_account();
    const auto other = log_in(account);
    const auto made = refreshed(account.session, 2);
    expect_problem(refresh(made[0]), 401, "token_revoked");
    expect_problem(made[2].client().get("/me"), 401, "token_revoked");
    expect_problem(refresh(made[2]), 401, "token_revoked");
    EXPECT_TRUE(is_alive(other));
    EXPECT_EQ(sql_value("select count(*) from rowhouse.audit_log where event = "
                        "'token.refresh_reused' and tenant_id = " +
                        quoted(account.tenant_id)),
              "1");
}

TEST(Refresh, without_grace_the_token_before_ends_the_session) {
    const Setting no_grace("rowhouse.refresh_grace", "0");
    const auto made = refreshed(register_account().session, 1);
    expect_problem(refresh(made[0]), 401, "token_revoked");
    EXPECT_FALSE(is_alive(made[1]));
}

TEST(Refresh, grace_ends_with_its_time) {
    const Setting short_grace("rowhouse.refresh_grace", "1");
    const auto made = refreshed(register_account().session, 1);
    EXPECT_EQ(refresh(made[0]).status, 200);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    expect_problem(refresh(made[0]), 401, "token_revoked");
}

TEST(Refresh, sixty_four_tabs_at_once_make_one_generation_and_log_nobody_out) {
    for (int round = 0; round < 3; ++round) {
        const auto session = register_account().session;
        std::vector<std::future<Reply>> replies;
        for (int tab = 0; tab < 64; ++tab)
            replies.push_back(std::async(std::launch::async, [&] { return refresh(session); }));
        std::set<std::string> tokens;
        std::vector<Session> tabs;
        for (auto& future : replies) {
            const auto reply = future.get();
            ASSERT_EQ(reply.status, 200) << reply.body;
            tabs.push_back(session_of(reply));
            tokens.insert(tabs.back().refresh_token);
        }
        EXPECT_EQ(tokens.size(), 1U);
        EXPECT_FALSE(tokens.contains(session.refresh_token));
        EXPECT_EQ(generation_of(session), "2");
        for (const auto& tab : tabs) EXPECT_TRUE(is_alive(tab));
        EXPECT_EQ(refresh(tabs.back()).status, 200);
    }
}

/// How many races: ROWHOUSE_TEST_RACES asks for more than `make test` has time for.
int wanted_races() {
    const char* text = std::getenv("ROWHOUSE_TEST_RACES");
    return text != nullptr ? std::stoi(text) : 50;
}

/// Once a session's revocation is answered no token of it is live, whichever of the two was first.
TEST(Refresh, against_a_revocation_never_leaves_a_live_token) {
    const auto account = register_account();
    auto keeper = account.client();
    std::mt19937 random(1);
    int won = 0;
    for (int race = 0; race < wanted_races(); ++race) {
        const auto session = log_in(account);
        const std::chrono::microseconds head_start(random() % 600);
        auto refreshing = std::async(std::launch::async, [&] { return refresh(session); });
        std::this_thread::sleep_for(head_start);
        ASSERT_EQ(keeper.remove("/me/sessions/" + session.id).status, 204);
        const auto reply = refreshing.get();
        if (reply.status == 200) {
            ++won;
            const auto renewed = session_of(reply);
            ASSERT_FALSE(is_alive(renewed));
            expect_problem(refresh(renewed), 401, "token_revoked");
        } else {
            expect_problem(reply, 401, "token_revoked");
        }
        ASSERT_FALSE(is_alive(session));
    }
    std::printf("the refresh was first in %d of %d races\n", won, wanted_races());
    EXPECT_GT(won, 0) << "no race took place";
}

TEST(Refresh, and_logout_at_the_same_time_leave_no_live_session) {
    for (int round = 0; round < 10; ++round) {
        const auto session = register_account().session;
        auto refreshing = std::async(std::launch::async, [&] { return refresh(session); });
        EXPECT_EQ(session.client().post("/auth/logout").status, 204);
        const auto reply = refreshing.get();
        if (reply.status == 200) {
            EXPECT_FALSE(is_alive(session_of(reply)));
            expect_problem(refresh(session_of(reply)), 401, "token_revoked");
        } else {
            expect_problem(reply, 401, "token_revoked");
        }
        expect_problem(refresh(session), 401, "token_revoked");
    }
}

TEST(Refresh, what_is_no_refresh_token_is_refused) {
    const auto session = register_account().session;
    auto forged = session.refresh_token;
    forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
    for (const auto& token : {forged, session.token, std::string("rh_rt_"), std::string("x"),
                              session.refresh_token + "A", std::string(5000, 'a')})
        expect_problem(refresh(token), 401, "token_invalid");
    expect_problem(Client().post("/auth/refresh"), 401, "credential_required");
    expect_problem(Client().post("/auth/refresh", Json::object()), 401, "credential_required");
    expect_problem(Client(session.refresh_token).get("/me"), 401, "credential_invalid");
    EXPECT_TRUE(is_alive(session)) << "a forged token is no reuse";
}

TEST(Refresh, an_expired_session_is_over) {
    const auto session = register_account().session;
    sql("update rowhouse_private.sessions set idle_until = clock_timestamp() where id = " +
        quoted(session.id));
    expect_problem(session.client().get("/me"), 401, "token_expired");
    expect_problem(refresh(session), 401, "token_expired");
}

TEST(Cookies, are_for_the_identity_routes_over_tls_and_not_for_scripts) {
    const auto account = register_account();
    const auto login =
        Client().post("/auth/login", {{"email", account.email}, {"password", account.password}});
    const auto cookies = login.all("set-cookie");
    ASSERT_EQ(cookies.size(), 2U);
    for (const auto& cookie : cookies) {
        const bool is_refresh = cookie.starts_with("rh_refresh=");
        EXPECT_TRUE(is_refresh || cookie.starts_with("rh_device=")) << cookie;
        for (const std::string attribute : {"HttpOnly", "Secure", "SameSite=Strict"})
            EXPECT_NE((cookie + ";").find("; " + attribute + ";"), std::string::npos) << cookie;
        EXPECT_NE(cookie.find(is_refresh ? "; Path=/api/v1/auth/refresh;" : "; Path=/api/v1/auth;"),
                  std::string::npos)
            << cookie;
        EXPECT_EQ(cookie.find("Domain"), std::string::npos) << cookie;
        EXPECT_GT(std::stoi(cookie.substr(cookie.find("Max-Age=") + 8)), 6 * 24 * 3600) << cookie;
    }
}

TEST(Cookies, are_insecure_only_when_set_so) {
    const Setting insecure("rowhouse.cookie_secure", "off");
    const auto reply = Client().post("/auth/register", registration());
    for (const auto& cookie : reply.all("set-cookie"))
        EXPECT_EQ(cookie.find("Secure"), std::string::npos) << cookie;
}

TEST(Cookies, a_browser_gets_the_refresh_token_as_a_cookie_alone) {
    const auto account = register_account();
    const Json body{{"email", account.email}, {"password", account.password}};
    for (const Fields& headers :
         {Fields{{"Origin", "https://app.example"}}, Fields{{"Sec-Fetch-Site", "same-origin"}},
          Fields{{"Origin", "null"}}, Fields{{"Sec-Fetch-Site", "none"}}}) {
        const auto login = Client().post("/auth/login", body, headers);
        ASSERT_EQ(login.status, 200) << login.body;
        const auto token = login.cookie("rh_refresh");
        EXPECT_TRUE(token.starts_with("rh_rt_"));
        EXPECT_EQ(login.body.find("rh_rt_"), std::string::npos) << login.body;
        auto with_cookie = headers;
        with_cookie.emplace_back(
            "Cookie", "a=b; rh_refresh=" + token + "; rh_device=" + login.cookie("rh_device"));
        const auto renewed = Client().post("/auth/refresh", nullptr, with_cookie);
        ASSERT_EQ(renewed.status, 200) << renewed.body;
        EXPECT_EQ(renewed.body.find("rh_rt_"), std::string::npos) << renewed.body;
        EXPECT_NE(renewed.cookie("rh_refresh"), token);
    }
    auto body_of_registration = registration();
    const auto made =
        Client().post("/auth/register", body_of_registration, {{"Origin", "https://app.example"}});
    EXPECT_EQ(made.body.find("rh_rt_"), std::string::npos) << made.body;
}

TEST(Cookies, the_device_cookie_gives_grace_too) {
    const auto session = register_account().session;
    const Fields cookies{
        {"Cookie", "rh_refresh=" + session.refresh_token + "; rh_device=" + session.device_id}};
    const auto first = Client().post("/auth/refresh", nullptr, cookies);
    const auto second = Client().post("/auth/refresh", nullptr, cookies);
    EXPECT_EQ(second.status, 200) << second.body;
    EXPECT_EQ(first.cookie("rh_refresh"), second.cookie("rh_refresh"));
}

TEST(Cookies, open_nothing_but_the_refresh_route) {
    const auto session = register_account().session;
    for (const auto& value : {session.refresh_token, session.token})
        for (const char* path : {"/me", "/contacts"})
            expect_problem(Client().get(path, {{"Cookie", "rh_refresh=" + value}}), 401,
                           "credential_required");
}

TEST(Cookies, two_of_one_name_count_as_none) {
    const auto session = register_account().session;
    const Fields cookies{{"Cookie", "rh_refresh=" + session.refresh_token + "; rh_refresh=x"}};
    expect_problem(Client().post("/auth/refresh", nullptr, cookies), 401, "credential_required");
}

TEST(Cookies, logout_deletes_the_refresh_cookie) {
    for (const char* path : {"/auth/logout", "/auth/logout-all"}) {
        const auto reply = register_account().client().post(path);
        ASSERT_EQ(reply.status, 204);
        const auto cookie = reply.header("set-cookie");
        EXPECT_TRUE(cookie.starts_with("rh_refresh=; Path=/api/v1/auth/refresh; Max-Age=0"))
            << cookie;
    }
}

}  // namespace
}  // namespace rowhouse::test
