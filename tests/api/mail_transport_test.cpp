// Where mails go, who may read them on the way, and what they cannot be made to say.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cluster.hpp"
#include "mail_server.hpp"
#include "worker.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

class MailTransportTest : public testing::Test {
protected:
    MailTransportTest() { empty_queue(); }
    ~MailTransportTest() override { empty_queue(); }

    /// Why the only mail was not sent.
    static std::string reason() {
        std::string text;
        EXPECT_TRUE(is_true_within(10s, [&] {
            text = sql_value("select coalesce(max(last_error), '') from rowhouse_private.jobs");
            return !text.empty();
        }));
        return text;
    }

    /// A file in the test's folder that its owner alone reads.
    std::string file(const std::string& name, const std::string& content) const {
        const auto path = folder_.path() + "/" + name;
        std::ofstream(path) << content;
        ::chmod(path.c_str(), 0600);
        return path;
    }

    /// A certificate for localhost that vouches for itself, and its key.
    std::vector<std::string> certificate() const {
        const auto path = folder_.path() + "/tls";
        const auto command =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
            " -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2"
            " -keyout " +
            path + ".key -out " + path + ".crt 2>/dev/null";
        EXPECT_EQ(std::system(command.c_str()), 0);
        return {path + ".crt", path + ".key"};
    }

    Folder folder_;
};

TEST_F(MailTransportTest, becomes_a_file_without_a_mail_server) {
    const auto mails = folder_.path() + "/mail";
    const auto address = new_address();
    const auto id = queue_mail(address, "Hello", "See\nhttp://localhost:8080/verify?token=abc\n");
    Worker worker(Settings{{"ROWHOUSE_MAIL_DIR", mails}});
    const auto path = mails + "/" + id + ".eml";
    ASSERT_TRUE(is_true_within(10s, [&] { return std::filesystem::exists(path); }))
        << worker.said();
    const auto text = content_of(path);
    EXPECT_NE(text.find("To: " + address + "\r\nSubject: Hello\r\n"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\nSee\r\nhttp://localhost:8080/verify?token=abc\r\n"))
        << text;
    struct stat found {};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U) << "it holds a link that logs in";
    ASSERT_EQ(::stat(mails.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0700U);
    EXPECT_TRUE(is_true_within(10s, [] { return jobs_left() == 0; }));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(mails), {}), 1)
        << "nothing is left beside it";
}

TEST_F(MailTransportTest, that_cannot_be_written_stays_in_the_queue) {
    const auto mails = folder_.path() + "/mail";
    Worker worker(Settings{{"ROWHOUSE_MAIL_DIR", mails}});
    ASSERT_TRUE(is_true_within(10s, [&] { return std::filesystem::exists(mails); }));
    std::filesystem::remove(mails);
    queue_mail(new_address(), "s", "t");
    EXPECT_NE(reason().find("cannot be written to"), std::string::npos);
}

TEST_F(MailTransportTest, goes_nowhere_without_a_mail_server_that_answers) {
    Worker worker(Settings{{"ROWHOUSE_SMTP_URL", "smtp://127.0.0.1:1"}});
    queue_mail(new_address(), "s", "t");
    EXPECT_TRUE(reason().starts_with("mail server: ")) << reason();
}

TEST_F(MailTransportTest, adds_no_header_and_no_recipient) {
    const MailServer server;
    Worker worker(server.settings());
    const auto address = new_address();
    queue_mail(address, "Hi\r\nBcc: eve@test.example\r\n\r\nX: é", ".\r\nQUIT\r\n..\n.\nlast");
    ASSERT_TRUE(is_true_within(10s, [&] { return !server.messages_to(address).empty(); }))
        << reason();
    const auto mail = server.messages_to(address).front();
    EXPECT_EQ(header_of(mail, "subject"), "Hi  Bcc: eve@test.example    X: é");
    EXPECT_EQ(header_of(mail, "bcc"), "(none)");
    EXPECT_EQ(header_of(mail, "x"), "(none)");
    EXPECT_EQ(mail.at("envelope_to"), Json{address});
    EXPECT_EQ(mail.at("text"), ".\nQUIT\n..\n.\nlast\n") << "a dot ends nothing";
    for (const auto* bad :
         {"a@test.example\r\nBcc: eve@test.example", "a@test.example> NOTIFY=NEVER",
          "a@test.example,b@test.example", "nobody", ""}) {
        empty_queue();
        queue_mail(bad, "s", "t");
        EXPECT_EQ(reason(), "the recipient is no address") << bad;
    }
}

TEST_F(MailTransportTest, of_which_a_part_is_missing_is_not_sent) {
    Worker worker(Settings{{"ROWHOUSE_MAIL_DIR", folder_.path()}});
    sql("select rowhouse_private.enqueue('mail', '{\"subject\": \"s\", \"text\": null}')");
    EXPECT_EQ(reason(), "the recipient is no address");
}

TEST_F(MailTransportTest, shows_the_password_over_proven_tls_alone) {
    const auto tls = certificate();
    const MailServer server({"a mail password", tls.at(0), tls.at(1)});
    Settings settings{{"ROWHOUSE_SMTP_URL", server.url()},
                      {"ROWHOUSE_SMTP_USER", "rowhouse"},
                      {"ROWHOUSE_SMTP_PASSWORD_FILE", file("password", "a mail password\n")}};
    const auto address = new_address();
    {
        Worker worker(settings);
        queue_mail(address, "s", "t");
        EXPECT_NE(reason().find("certificate"), std::string::npos) << reason();
    }
    empty_queue();
    settings["ROWHOUSE_SMTP_CA_FILE"] = tls.at(0);
    Worker worker(settings);
    queue_mail(address, "s", "t");
    ASSERT_TRUE(is_true_within(10s, [&] { return !server.messages_to(address).empty(); }))
        << reason();
    EXPECT_TRUE(server.messages_to(address).front().at("is_encrypted"));
    EXPECT_EQ(worker.said().find("a mail password"), std::string::npos);
}

TEST_F(MailTransportTest, is_not_sent_when_the_server_cannot_encrypt_the_password) {
    const MailServer server;
    Worker worker(Settings{{"ROWHOUSE_SMTP_URL", server.url()},
                           {"ROWHOUSE_SMTP_USER", "rowhouse"},
                           {"ROWHOUSE_SMTP_PASSWORD_FILE", file("password", "a mail password\n")}});
    const auto address = new_address();
    queue_mail(address, "s", "t");
    EXPECT_NE(reason().find("STARTTLS"), std::string::npos) << reason();
    EXPECT_TRUE(server.messages_to(address).empty());
}

TEST_F(MailTransportTest, is_not_sent_with_a_wrong_password) {
    const auto tls = certificate();
    const MailServer server({"a mail password", tls.at(0), tls.at(1)});
    Worker worker(Settings{{"ROWHOUSE_SMTP_URL", server.url()},
                           {"ROWHOUSE_SMTP_USER", "rowhouse"},
                           {"ROWHOUSE_SMTP_CA_FILE", tls.at(0)},
                           {"ROWHOUSE_SMTP_PASSWORD_FILE", file("password", "another one\n")}});
    queue_mail(new_address(), "s", "t");
    EXPECT_NE(reason().find("it answered 535"), std::string::npos) << reason();
    EXPECT_EQ(worker.said().find("another one"), std::string::npos);
}

TEST_F(MailTransportTest, a_worker_refuses_what_is_unsafe_in_production) {
    const auto open = file("open", "password\n");
    ::chmod(open.c_str(), 0644);
    Worker worker(Settings{{"ROWHOUSE_ENV", "production"},
                           {"ROWHOUSE_SMTP_PASSWORD_FILE", open},
                           {"ROWHOUSE_MAIL_FROM", "rowhouse@localhost"}});
    ASSERT_EQ(worker.status_within(10s), 1);
    for (const auto* finding : {"ROWHOUSE_SMTP_URL is not set", "ROWHOUSE_MAIL_FROM is an address",
                                "a password file is readable by others"})
        EXPECT_NE(worker.said().find(finding), std::string::npos) << worker.said();
}

TEST_F(MailTransportTest, a_worker_refuses_settings_that_are_wrong) {
    for (const auto& [name, value] :
         {std::pair{"ROWHOUSE_SMTP_URL", ""}, std::pair{"ROWHOUSE_SMTP_URL", "http://localhost"},
          std::pair{"ROWHOUSE_SMTP_URL", "smtp://user:word@localhost"},
          std::pair{"ROWHOUSE_MAIL_FROM", "a@b.example\nBcc: c@d.example"},
          std::pair{"ROWHOUSE_SMTP_USER", "without a password"}}) {
        Settings settings{{"ROWHOUSE_SMTP_URL", "smtp://127.0.0.1:1"}};
        settings[name] = value;
        Worker worker(settings);
        EXPECT_EQ(worker.status_within(10s), 1) << name << " " << value;
    }
}

TEST_F(MailTransportTest, links_lead_to_the_public_address) {
    const Setting setting("rowhouse.public_url", "https://rowhouse.example/app/");
    EXPECT_EQ(sql_value("select rowhouse_private.link('/verify?token=x')"),
              "https://rowhouse.example/app/verify?token=x");
}

}  // namespace
}  // namespace rowhouse::test
