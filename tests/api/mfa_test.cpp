// The second factor over HTTP, with the codes of another program.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

#include "accounts.hpp"
#include "cluster.hpp"

namespace rowhouse::test {
namespace {

/// The present code of a secret, from oathtool; not one that is about to end.
std::string code_of(const std::string& secret) {
    if (std::time(nullptr) % 30 > 25) std::this_thread::sleep_for(std::chrono::seconds(5));
    const auto command = "oathtool --totp --base32 " + secret;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::array<char, 7> line{};
    if (!pipe || std::fgets(line.data(), line.size(), pipe.get()) == nullptr)
        throw std::runtime_error("oathtool gives no code");
    return line.data();
}

/// The step of a code that was taken is spent: here time goes on.
void forget_last_step(const Account& account) {
    sql("update rowhouse_private.factors set last_step = null where user_id = " +
        quoted(account.user_id));
}

/// Sets a second factor up and returns its secret.
std::string enrol(const Account& account) {
    auto client = account.client();
    const auto made = client.post("/auth/mfa/enable").json();
    const auto secret = made.at("secret").get<std::string>();
    const auto reply = client.post("/auth/mfa/confirm", {{"code", code_of(secret)}});
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.json().at("backup_codes").size(), 10U);
    forget_last_step(account);
    return secret;
}

Reply give_password(const Account& account, const Fields& headers = {}) {
    return Client().post("/auth/login", {{"email", account.email}, {"password", account.password}},
                         headers);
}

std::string challenge(const Account& account) {
    return give_password(account).json().at("mfa_token").get<std::string>();
}

class Mfa : public testing::Test {
private:
    Setting enabled_{"rowhouse.mfa_enabled", "on"};
};

TEST_F(Mfa, a_login_is_asked_for_a_code_and_gives_tokens_for_it) {
    const auto account = register_account();
    const auto secret = enrol(account);
    const auto asked = give_password(account);
    EXPECT_EQ(asked.status, 200);
    EXPECT_EQ(asked.json().at("mfa_required"), true);
    EXPECT_EQ(asked.json().at("access_token"), nullptr);
    EXPECT_FALSE(asked.has("set-cookie"));
    const auto token = asked.json().at("mfa_token").get<std::string>();
    expect_problem(Client().post("/auth/login/mfa-verify", {{"mfa_token", token}, {"code", "1"}}),
                   403, "wrong_code");
    const auto reply =
        Client().post("/auth/login/mfa-verify", {{"mfa_token", token}, {"code", code_of(secret)}});
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto session = session_of(reply);
    EXPECT_EQ(session.client().get("/me").json().at("email"), account.email);
    EXPECT_EQ(reply.cookie("rh_refresh"), session.refresh_token);
    expect_problem(Client(token).get("/me"), 401, "token_invalid");
}

TEST_F(Mfa, a_remembered_device_has_a_cookie_that_pages_cannot_read) {
    const auto account = register_account();
    const auto secret = enrol(account);
    const auto reply = Client().post(
        "/auth/login/mfa-verify",
        {{"mfa_token", challenge(account)}, {"code", code_of(secret)}, {"remember_device", true}});
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto cookies = reply.all("set-cookie");
    const auto trust = std::find_if(cookies.begin(), cookies.end(),
                                    [](const auto& line) { return line.starts_with("rh_trust="); });
    ASSERT_NE(trust, cookies.end());
    EXPECT_NE(trust->find("; Path=/api/v1/auth; Max-Age=2592000; HttpOnly; SameSite=Strict"),
              std::string::npos)
        << *trust;
    const Fields cookie{{"Cookie", "rh_trust=" + reply.cookie("rh_trust")}};
    EXPECT_EQ(give_password(account, cookie).json().at("mfa_required"), false);
    EXPECT_EQ(give_password(account).json().at("mfa_required"), true);
}

TEST_F(Mfa, a_code_that_comes_twenty_times_at_once_passes_once) {
    const auto account = register_account();
    const auto secret = enrol(account);
    std::vector<std::string> tokens;
    for (int number = 0; number < 20; ++number) tokens.push_back(challenge(account));
    const auto code = code_of(secret);
    std::vector<std::future<Reply>> replies;
    for (const auto& token : tokens)
        replies.push_back(std::async(std::launch::async, [&code, token] {
            return Client().post("/auth/login/mfa-verify", {{"mfa_token", token}, {"code", code}});
        }));
    int passed = 0, refused = 0;
    for (auto& reply : replies) {
        const auto got = reply.get();
        if (got.status == 200) ++passed;
        if (got.code() == "wrong_code" || got.code() == "too_many_attempts") ++refused;
    }
    EXPECT_EQ(passed, 1);
    EXPECT_EQ(refused, 19);
    EXPECT_EQ(sql_value("select count(*) from rowhouse_private.sessions where user_id = " +
                        quoted(account.user_id)),
              "2");
}

TEST_F(Mfa, an_admin_who_must_have_one_can_only_set_it_up) {
    const Setting required("rowhouse.mfa_required_for_admin", "on");
    const auto account = register_account();
    auto client = account.client();
    expect_problem(client.get("/contacts"), 403, "mfa_enrolment_required");
    expect_problem(client.get("/me/sessions"), 403, "mfa_enrolment_required");
    EXPECT_EQ(client.get("/me").status, 200);
    (void)enrol(account);
    EXPECT_EQ(client.get("/contacts").status, 200);
}

}  // namespace
}  // namespace rowhouse::test
