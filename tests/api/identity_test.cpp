// Registration and login, mostly where they are refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>

#include "accounts.hpp"
#include "cluster.hpp"

namespace rowhouse::test {
namespace {

using Clock = std::chrono::steady_clock;

TEST(Registration, gives_tokens_that_work_at_once) {
    const auto body = registration();
    const auto reply = Client().post("/auth/register", body);
    ASSERT_EQ(reply.status, 201) << reply.body;
    const auto tokens = reply.json();
    EXPECT_EQ(tokens.at("token_type"), "Bearer");
    EXPECT_EQ(tokens.at("expires_in"), 900);
    EXPECT_EQ(tokens.at("session").at("tenant"), body.at("account").at("slug"));
    auto me = Client(tokens.at("access_token")).get("/me").json();
    EXPECT_EQ(me.at("email"), body.at("user").at("email"));
}

TEST(Registration, a_taken_address_or_slug_is_a_409_and_makes_nothing) {
    const auto account = register_account();
    auto body = registration();
    const auto slug = body.at("account").at("slug").get<std::string>();
    for (const auto& email : {account.email, "T" + account.email.substr(1)}) {
        body["user"]["email"] = email;
        expect_problem(Client().post("/auth/register", body), 409, "email_taken");
    }
    EXPECT_EQ(
        sql_value("select count(*) from rowhouse_private.tenants where slug = " + quoted(slug)),
        "0");
    body = registration();
    body["account"]["slug"] = account.slug;
    expect_problem(Client().post("/auth/register", body), 409, "slug_taken");
}

void expect_weak(const std::string& password) {
    auto body = registration();
    body["user"]["password"] = password;
    const auto reply = Client().post("/auth/register", body);
    expect_problem(reply, 422, "weak_password");
    expect_field_error(reply, "/user/password", "weak_password");
}

TEST(Registration, a_password_that_everybody_takes_is_named) {
    expect_weak("password1");
    expect_weak("PassWord1");
}

TEST(Registration, a_password_too_short_or_too_long_is_named) {
    for (const auto& password : {std::string("sevench"), std::string(129, 'x')})
        expect_weak(password);
}

TEST(Registration, names_every_field_that_is_wrong_or_missing) {
    const auto empty = Client().post("/auth/register", Json::object());
    for (const char* pointer :
         {"/account/name", "/account/slug", "/user/name", "/user/email", "/user/password"})
        expect_field_error(empty, pointer, "required");
    const Json wrong{{"account", "x"}, {"user", {{"email", 5}, {"admin", true}}}};
    const auto reply = Client().post("/auth/register", wrong);
    expect_field_error(reply, "/account", "invalid_type");
    expect_field_error(reply, "/user/email", "invalid_type");
    expect_field_error(reply, "/user/admin", "unknown_field");
    expect_field_error(reply, "/user/name", "required");
}

TEST(Registration, refuses_slugs_and_addresses_that_are_none) {
    for (const std::string slug : {"", "-a", "a-", "A", "a b", "a.b", "ä", "a/b", "a'b"}) {
        auto body = registration();
        body["account"]["slug"] = slug;
        expect_field_error(Client().post("/auth/register", body), "/account/slug", "invalid_value");
    }
    for (const std::string email :
         {"", "a", "a@b", "@b.c", "a@b.", "a b@c.d", "a@b@c.d", "a\n@b.c"}) {
        auto body = registration();
        body["user"]["email"] = email;
        expect_field_error(Client().post("/auth/register", body), "/user/email", "invalid_value");
    }
}

TEST(Registration, can_be_closed) {
    const Setting closed("rowhouse.registration", "closed");
    expect_problem(Client().post("/auth/register", registration()), 403, "registration_closed");
}

TEST(Registration, of_one_address_at_the_same_time_succeeds_once) {
    const auto email = registration().at("user").at("email");
    std::vector<std::future<int>> replies;
    for (int number = 0; number < 6; ++number)
        replies.push_back(std::async(std::launch::async, [&] {
            auto body = registration();
            body["user"]["email"] = email;
            return Client().post("/auth/register", body).status;
        }));
    std::vector<int> statuses;
    for (auto& reply : replies) statuses.push_back(reply.get());
    EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 201), 1);
    EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 409), 5);
}

TEST(Login, answers_as_agreed) {
    const auto account = register_account();
    const auto reply = Client().post("/auth/login", {{"email", "T" + account.email.substr(1)},
                                                     {"password", account.password},
                                                     {"device_name", "my phone"}});
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto tokens = reply.json();
    for (const char* name : {"access_token", "refresh_token", "device_id"})
        EXPECT_FALSE(tokens.at(name).get<std::string>().empty()) << name;
    EXPECT_EQ(tokens.at("session").at("tenant_id"), account.tenant_id);
    EXPECT_EQ(tokens.at("session").at("user_id"), account.user_id);
    EXPECT_EQ(tokens.at("refresh_token"), reply.cookie("rh_refresh"));
}

TEST(Login, wrong_password_and_unknown_user_are_answered_alike) {
    const auto account = register_account();
    const auto wrong = try_login(account.email, "wrong password");
    const auto unknown = try_login(unique_text("nobody") + "@test.example", "wrong password");
    expect_problem(wrong, 401, "invalid_credentials");
    EXPECT_EQ(wrong.without_ids(), unknown.without_ids());
}

/// The median of how long logins take, for each of the addresses in turn.
std::vector<double> median_times(const std::vector<std::string>& emails, int rounds) {
    std::vector<std::vector<double>> times(emails.size());
    for (int round = 0; round < rounds; ++round)
        for (std::size_t which = 0; which < emails.size(); ++which) {
            const auto started = Clock::now();
            EXPECT_EQ(try_login(emails[which], "wrong password").status, 401);
            times[which].push_back(std::chrono::duration<double>(Clock::now() - started).count());
        }
    std::vector<double> medians;
    for (auto& each : times) {
        std::nth_element(each.begin(), each.begin() + rounds / 2, each.end());
        medians.push_back(each[static_cast<std::size_t>(rounds / 2)]);
    }
    return medians;
}

TEST(Login, wrong_password_and_unknown_user_take_the_same_time) {
    const Setting no_lock("rowhouse.login_failures_per_account", "1000");
    const auto medians =
        median_times({register_account().email, unique_text("nobody") + "@test.example"}, 31);
    EXPECT_GT(medians[0] / medians[1], 0.5);
    EXPECT_LT(medians[0] / medians[1], 2.0);
    EXPECT_GT(medians[1], 0.005) << "an unknown user costs a password check too";
}

TEST(Login, takes_the_password_as_it_is) {
    for (const std::string password :
         {"  spaces around  ", "pässwörd ☃ 日本", "'; drop table x; --", "back\\slash \"quote\"",
          "tab\tand\nnewline"}) {
        auto body = registration();
        body["user"]["password"] = password;
        ASSERT_EQ(Client().post("/auth/register", body).status, 201);
        const std::string email = body.at("user").at("email");
        EXPECT_EQ(try_login(email, password).status, 200) << password;
        EXPECT_EQ(try_login(email, password + " ").status, 401) << password;
    }
}

TEST(Login, refuses_missing_and_mistyped_fields) {
    Client client;
    const auto empty = client.post("/auth/login", Json::object());
    expect_field_error(empty, "/email", "required");
    expect_field_error(empty, "/password", "required");
    const auto mistyped = client.post("/auth/login", {{"email", {{"$ne", ""}}}, {"password", 1}});
    expect_field_error(mistyped, "/email", "invalid_type");
    expect_field_error(mistyped, "/password", "invalid_type");
    for (const Json& null : {Json{{"email", nullptr}, {"password", "x"}},
                             Json{{"email", "a@b.c"}, {"password", nullptr}}}) {
        const auto reply = client.post("/auth/login", null);
        EXPECT_TRUE(reply.status == 401 || reply.status == 422) << reply.body;
        expect_problem(reply, reply.status);
    }
}

TEST(Lockout, the_sixth_failure_of_an_account_is_refused_even_with_the_right_password) {
    const auto account = register_account();
    for (int number = 0; number < 5; ++number)
        expect_problem(try_login(account.email, "wrong"), 401, "invalid_credentials");
    const auto refused = try_login(account.email, account.password);
    expect_problem(refused, 429, "too_many_attempts");
    const int seconds = std::stoi(refused.header("retry-after"));
    EXPECT_GT(seconds, 800);
    EXPECT_LE(seconds, 900);
    expect_problem(try_login("T" + account.email.substr(1), account.password), 429,
                   "too_many_attempts");
    EXPECT_EQ(account.client().get("/me").status, 200) << "sessions are not touched";
    EXPECT_EQ(try_login(register_account().email, "wrong").status, 401) << "nor other accounts";
}

TEST(Lockout, an_unknown_address_is_locked_as_a_known_one) {
    const auto known = register_account().email;
    const auto unknown = unique_text("nobody") + "@test.example";
    for (int number = 0; number < 6; ++number) {
        const auto left = try_login(known, "wrong");
        const auto right = try_login(unknown, "wrong");
        EXPECT_EQ(left.status, right.status);
        EXPECT_EQ(left.code(), right.code());
    }
}

TEST(Lockout, a_success_forgets_the_failures_before_it) {
    const auto account = register_account();
    for (int round = 0; round < 2; ++round) {
        for (int number = 0; number < 4; ++number)
            EXPECT_EQ(try_login(account.email, "wrong").status, 401);
        EXPECT_EQ(try_login(account.email, account.password).status, 200);
    }
}

TEST(Lockout, guesses_at_the_same_time_are_counted_too) {
    const auto account = register_account();
    std::vector<std::future<int>> guesses;
    for (int number = 0; number < 16; ++number)
        guesses.push_back(std::async(std::launch::async,
                                     [&] { return try_login(account.email, "wrong").status; }));
    std::vector<int> statuses;
    for (auto& guess : guesses) statuses.push_back(guess.get());
    EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 401), 5);
    EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 429), 11);
}

TEST(Lockout, a_network_is_refused_after_twenty_failures_of_any_accounts) {
    const auto account = register_account();
    const char* forget =
        "delete from rowhouse_private.login_failures where subject like 'network %'";
    sql(forget);
    const Setting limit("rowhouse.login_failures_per_address", "20");
    for (int number = 0; number < 20; ++number)
        EXPECT_EQ(try_login(unique_text("nobody") + "@test.example", "wrong").status, 401);
    const auto refused =
        Client().post("/auth/login", {{"email", account.email}, {"password", account.password}},
                      {{"X-Forwarded-For", "203.0.113.9"}, {"X-Real-IP", "203.0.113.9"}});
    expect_problem(refused, 429, "too_many_attempts");
    EXPECT_GT(std::stoi(refused.header("retry-after")), 800);
    sql(forget);
    EXPECT_EQ(try_login(account.email, account.password).status, 200);
}

}  // namespace
}  // namespace rowhouse::test
