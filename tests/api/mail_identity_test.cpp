// What people do with the mails they get: forget a password, confirm an address, join an account.
#include <gtest/gtest.h>

#include <regex>

#include "accounts.hpp"
#include "cluster.hpp"
#include "mail_server.hpp"
#include "worker.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

class MailIdentityTest : public testing::Test {
protected:
    MailIdentityTest() { empty_queue(); }
    ~MailIdentityTest() override { empty_queue(); }

    /// The mail of that subject that has arrived for an address.
    Json mail_to(const std::string& address, const std::string& subject) {
        Json found;
        EXPECT_TRUE(is_true_within(10s,
                                   [&] {
                                       for (const auto& mail : server_.messages_to(address))
                                           if (header_of(mail, "subject") == subject) found = mail;
                                       return !found.is_null();
                                   }))
            << subject << " did not arrive";
        return found;
    }

    /// The token of the page that it leads to.
    std::string token_to(const std::string& address, const std::string& subject,
                         const std::string& page) {
        const auto mail = mail_to(address, subject);
        const std::string text = mail.is_null() ? "" : mail.at("text").get<std::string>();
        const std::regex line("\nhttp://localhost:8080/" + page + "\\?token=([A-Za-z0-9_-]{43})\n");
        std::smatch match;
        EXPECT_TRUE(std::regex_search(text, match, line)) << text;
        return match.empty() ? "" : match[1].str();
    }

    /// Whether no mail to an address waits or has arrived.
    bool has_none(const std::string& address) {
        return is_true_within(10s, [] { return jobs_left() == 0; }) &&
               server_.messages_to(address).empty();
    }

    MailServer server_;
    Worker worker_{server_.settings()};
};

TEST_F(MailIdentityTest, a_forgotten_password_is_replaced_by_the_mail) {
    const auto account = register_account();
    const auto forgot = Client().post("/auth/password/forgot", {{"email", account.email}});
    EXPECT_EQ(forgot.status, 202);
    EXPECT_EQ(forgot.body, "");
    const Json reset{{"token", token_to(account.email, "Choose a new password", "reset-password")},
                     {"password", "another good password"}};
    EXPECT_EQ(Client().post("/auth/password/reset", reset).status, 204);
    expect_problem(account.client().get("/me"), 401, "token_revoked");
    expect_problem(try_login(account.email, account.password), 401, "invalid_credentials");
    EXPECT_EQ(try_login(account.email, "another good password").status, 200);
    expect_problem(Client().post("/auth/password/reset", reset), 401, "ticket_invalid");
    EXPECT_FALSE(mail_to(account.email, "Your password was changed").is_null());
}

TEST_F(MailIdentityTest, an_unknown_address_is_answered_alike_and_gets_nothing) {
    const auto account = register_account();
    const auto stranger = new_address();
    const auto known = Client().post("/auth/password/forgot", {{"email", account.email}});
    const auto unknown = Client().post("/auth/password/forgot", {{"email", stranger}});
    EXPECT_EQ(unknown.without_ids(), known.without_ids());
    EXPECT_TRUE(has_none(stranger));
}

TEST_F(MailIdentityTest, a_token_is_spent_once_by_many_at_a_time) {
    const auto account = register_account();
    (void)Client().post("/auth/password/forgot", {{"email", account.email}});
    const auto token = token_to(account.email, "Choose a new password", "reset-password");
    std::vector<std::future<Reply>> replies;
    for (int i = 0; i < 4; ++i)
        replies.push_back(std::async(std::launch::async, [&token, i] {
            return Client().post("/auth/password/reset",
                                 {{"token", token}, {"password", "password " + std::to_string(i)}});
        }));
    int spent = 0;
    for (auto& reply : replies) spent += reply.get().status == 204 ? 1 : 0;
    EXPECT_EQ(spent, 1);
}

TEST_F(MailIdentityTest, registration_goes_on_by_the_mail_where_it_is_verified) {
    const Setting verified("rowhouse.registration", "verified");
    const auto body = registration();
    const std::string address = body.at("user").at("email");
    const auto first = Client().post("/auth/register", body);
    EXPECT_EQ(first.status, 202);
    EXPECT_EQ(first.body, "");
    EXPECT_TRUE(first.all("set-cookie").empty());
    expect_problem(try_login(address, body.at("user").at("password")), 403, "email_unverified");
    const auto reply = Client().post(
        "/auth/email/verify",
        {{"token", token_to(address, "Confirm your e-mail address", "verify-email")}});
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(session_of(reply).client().get("/me").json().at("email"), address);
    EXPECT_EQ(try_login(address, body.at("user").at("password")).status, 200);

    auto again = registration();
    again["user"]["email"] = address;
    EXPECT_EQ(Client().post("/auth/register", again).without_ids(), first.without_ids());
    EXPECT_FALSE(mail_to(address, "You already have an account").is_null());
}

TEST_F(MailIdentityTest, an_invitation_is_accepted_by_the_mail) {
    const auto account = register_account();
    const auto address = new_address();
    const auto invited = account.client().post("/members", {{"email", address}, {"role", "agent"}});
    EXPECT_EQ(invited.status, 202) << invited.body;
    const auto owner = account.client().get("/me").json();
    const auto subject = owner.at("name").get<std::string>() + " invites you to " +
                         owner.at("memberships").at(0).at("name").get<std::string>();
    const auto reply = Client().post("/invitations/accept",
                                     {{"token", token_to(address, subject, "accept-invitation")},
                                      {"name", "Nina"},
                                      {"password", "the password of nina"}});
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.json().at("slug"), account.slug);
    EXPECT_EQ(reply.json().at("role"), "agent");
    const auto login = try_login(address, "the password of nina");
    ASSERT_EQ(login.status, 200);
    EXPECT_EQ(session_of(login).client().get("/contacts").status, 200);
}

TEST_F(MailIdentityTest, a_spent_refresh_token_is_told_by_mail) {
    const auto account = register_account();
    const Json spent{{"refresh_token", account.session.refresh_token}};
    EXPECT_EQ(Client().post("/auth/refresh", spent).status, 200);
    expect_problem(Client().post("/auth/refresh", spent), 401, "token_revoked");
    EXPECT_FALSE(mail_to(account.email, "We ended one of your sessions").is_null());
}

}  // namespace
}  // namespace rowhouse::test
