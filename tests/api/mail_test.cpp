// Mails reach a real mail server, once each, whatever becomes of workers, server and database.
#include <gtest/gtest.h>

#include <set>

#include "cluster.hpp"
#include "mail_server.hpp"
#include "worker.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

class MailTest : public testing::Test {
protected:
    MailTest() { empty_queue(); }
    ~MailTest() override { empty_queue(); }

    /// What has arrived for an address once there are as many.
    std::vector<Json> arrived(const std::string& address, std::size_t count = 1) {
        EXPECT_TRUE(
            is_true_within(10s, [&] { return server_.messages_to(address).size() >= count; }))
            << server_.messages_to(address).size() << " of " << count << " arrived";
        return server_.messages_to(address);
    }

    MailServer server_;
};

bool is_queue_empty() {
    return is_true_within(10s, [] { return jobs_left() == 0; });
}

TEST_F(MailTest, arrives_as_it_was_written) {
    const auto address = new_address();
    Worker worker(server_.settings());
    sql("select rowhouse_private.send_mail(" + quoted(address) +
        ", 'verify_email', 'pt-BR', '{\"name\": \"Conceição\", \"link\": "
        "\"https://rowhouse.example/verify?token=a_b-c=\"}')");
    const auto id = sql_value("select id from rowhouse_private.jobs");
    const auto mails = arrived(address);
    ASSERT_EQ(mails.size(), 1U);
    const auto& mail = mails.front();
    EXPECT_EQ(header_of(mail, "subject"), "Confirme seu endereço de e-mail");
    EXPECT_EQ(header_of(mail, "to"), address);
    EXPECT_EQ(header_of(mail, "from"), "\"Casa, Rowhouse\" <no-reply@rowhouse.example>");
    EXPECT_EQ(mail.at("envelope_from"), "no-reply@rowhouse.example");
    EXPECT_TRUE(header_of(mail, "message-id").ends_with("@rowhouse.example>"));
    EXPECT_TRUE(header_of(mail, "date").ends_with("+0000"));
    EXPECT_EQ(header_of(mail, "auto-submitted"), "auto-generated");
    const std::string text = mail.at("text");
    EXPECT_TRUE(text.starts_with("Olá, Conceição!\n")) << text;
    EXPECT_NE(text.find("\nhttps://rowhouse.example/verify?token=a_b-c=\n"), std::string::npos);
    EXPECT_EQ(mail.at("faults"), Json::array());
    EXPECT_TRUE(is_queue_empty()) << "what is sent leaves the queue";
}

TEST_F(MailTest, carries_the_id_of_its_job) {
    const auto address = new_address();
    const auto id = queue_mail(address, "s", "t");
    Worker worker(server_.settings());
    EXPECT_EQ(header_of(arrived(address).at(0), "message-id"), "<" + id + "@rowhouse.example>");
}

TEST_F(MailTest, comes_at_once_when_the_worker_is_idle) {
    Worker worker(server_.settings());
    const auto first = new_address();
    queue_mail(first, "s", "t");
    ASSERT_FALSE(arrived(first).empty());
    ASSERT_TRUE(is_queue_empty());
    for (int i = 0; i < 5; ++i) {
        const auto address = new_address();
        queue_mail(address, "s", "t");
        EXPECT_TRUE(is_true_within(1s, [&] { return !server_.messages_to(address).empty(); }))
            << "it would have had to wait for the next look";
    }
}

TEST_F(MailTest, is_tried_again_after_a_refusal) {
    const auto address = new_address();
    server_.refuse(true);
    Worker worker(server_.settings());
    const auto id = queue_mail(address, "a subject", "a text");
    ASSERT_TRUE(is_true_within(
        10s, [] { return sql_value("select last_error from rowhouse_private.jobs") != ""; }));
    EXPECT_EQ(sql_value("select attempts || ' ' || (run_at > clock_timestamp() + interval '3 s')"
                        " || ' ' || (last_error ~ 'it answered 451') from rowhouse_private.jobs"),
              "1 true true");
    EXPECT_TRUE(server_.messages_to(address).empty());
    server_.refuse(false);
    make_jobs_due();
    EXPECT_EQ(header_of(arrived(address).at(0), "message-id"), "<" + id + "@rowhouse.example>");
    EXPECT_TRUE(is_queue_empty());
    EXPECT_EQ(server_.messages_to(address).size(), 1U);
    for (const auto& secret : {address, std::string("a subject"), std::string("a text")})
        EXPECT_EQ(worker.said().find(secret), std::string::npos) << worker.said();
    EXPECT_NE(worker.said().find("\"mail not sent\",\"detail\":\"" + id), std::string::npos);
}

TEST_F(MailTest, is_sent_once_by_two_workers) {
    constexpr std::size_t count = 80;
    const auto address = new_address();
    for (std::size_t i = 0; i < count; ++i) queue_mail(address, "mail " + std::to_string(i), "t");
    Worker one(server_.settings());
    Worker other(server_.settings());
    ASSERT_TRUE(is_queue_empty());
    std::set<std::string> ids;
    for (const auto& mail : server_.messages_to(address)) ids.insert(header_of(mail, "message-id"));
    EXPECT_EQ(ids.size(), count) << "none is lost";
    EXPECT_EQ(server_.messages_to(address).size(), count) << "and none comes twice";
    for (const auto* worker : {&one, &other})
        EXPECT_NE(worker->said().find("mail sent"), std::string::npos) << "both have worked";
}

TEST_F(MailTest, outlives_a_worker_that_is_killed) {
    const auto address = new_address();
    server_.hold(true);
    const auto id = queue_mail(address, "s", "t");
    Worker killed(server_.settings());
    ASSERT_EQ(arrived(address).size(), 1U) << "the server has it, the worker does not know";
    killed.kill();
    EXPECT_EQ(jobs_left(), 1) << "a mail of which nobody knows that it was sent stays";
    server_.hold(false);
    Worker other(server_.settings());
    make_jobs_due();
    const auto mails = arrived(address, 2);
    ASSERT_EQ(mails.size(), 2U);
    for (const auto& mail : mails)
        EXPECT_EQ(header_of(mail, "message-id"), "<" + id + "@rowhouse.example>")
            << "its reader's program can tell that it is the same";
    EXPECT_TRUE(is_queue_empty());
}

TEST_F(MailTest, none_is_lost_when_one_of_two_workers_is_killed) {
    constexpr std::size_t count = 60;
    const auto address = new_address();
    for (std::size_t i = 0; i < count; ++i) queue_mail(address, "mail " + std::to_string(i), "t");
    Worker killed(server_.settings());
    Worker other(server_.settings());
    ASSERT_FALSE(arrived(address, 10).empty());
    killed.kill();
    ASSERT_TRUE(is_true_within(10s, [] { return jobs_left() <= 1; }));
    make_jobs_due();  // the lease of the killed one
    ASSERT_TRUE(is_queue_empty());
    std::set<std::string> ids;
    for (const auto& mail : server_.messages_to(address)) ids.insert(header_of(mail, "message-id"));
    EXPECT_EQ(ids.size(), count);
    EXPECT_LE(server_.messages_to(address).size(), count + 1);
}

TEST_F(MailTest, in_hand_is_finished_before_the_worker_stops) {
    const auto address = new_address();
    server_.hold(true);
    queue_mail(address, "s", "t");
    Worker worker(server_.settings());
    ASSERT_EQ(arrived(address).size(), 1U);
    queue_mail(address, "another", "t");
    worker.terminate();
    EXPECT_FALSE(worker.status_within(300ms)) << "it waits for the answer";
    server_.hold(false);
    EXPECT_EQ(worker.status_within(10s), 0) << worker.said();
    EXPECT_EQ(jobs_left(), 1) << "the one in hand is done, the other is not begun";
    EXPECT_EQ(sql_value("select attempts from rowhouse_private.jobs"), "0");
}

TEST_F(MailTest, an_idle_worker_stops_at_once) {
    Worker worker(server_.settings());
    ASSERT_TRUE(is_true_within(10s, [&] {
        return sql_value(
                   "select count(*) from pg_stat_activity where usename = 'rowhouse_worker'") ==
               "1";
    }));
    worker.terminate();
    EXPECT_EQ(worker.status_within(1s), 0);
    EXPECT_NE(worker.said().find("\"msg\":\"stopped\""), std::string::npos);
}

TEST_F(MailTest, goes_on_when_the_database_comes_back) {
    Worker worker(server_.settings());
    const auto before = new_address();
    queue_mail(before, "s", "t");
    ASSERT_FALSE(arrived(before).empty());
    sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rowhouse_worker'");
    const auto after = new_address();
    queue_mail(after, "s", "t");
    EXPECT_EQ(arrived(after).size(), 1U) << worker.said();
}

TEST_F(MailTest, that_was_sent_while_the_database_was_away_is_not_sent_again) {
    const auto address = new_address();
    server_.hold(true);
    queue_mail(address, "s", "t");
    Worker worker(server_.settings());
    ASSERT_EQ(arrived(address).size(), 1U);
    sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rowhouse_worker'");
    server_.hold(false);
    EXPECT_TRUE(is_queue_empty()) << worker.said();
    EXPECT_EQ(server_.messages_to(address).size(), 1U);
}

}  // namespace
}  // namespace rowhouse::test
