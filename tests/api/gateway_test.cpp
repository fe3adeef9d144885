// handle() called by whoever steals the gateway's login: one request, alone in its transaction.
#include <gtest/gtest.h>

#include <memory>

#include "accounts.hpp"
#include "cluster.hpp"
#include "thief.hpp"

namespace rowhouse::test {
namespace {

class GatewayTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        own_ = std::make_unique<Account>(register_account());
        (void)create_contact(*own_, own_->slug);
    }
    static void TearDownTestSuite() { own_.reset(); }

    [[nodiscard]] static std::string list() {
        return call("/api/v1/contacts", own_->session.token);
    }

    void expect_refused(const std::string& statement) const {
        EXPECT_EQ(thief_.run(statement).sqlstate, "25001") << statement;
    }

    static inline std::unique_ptr<Account> own_;
    const Thief thief_;
};

TEST_F(GatewayTest, a_call_alone_is_answered) {
    const auto outcome = thief_.run(list());
    EXPECT_EQ(outcome.value, "200");
    EXPECT_NE(outcome.body.find(own_->slug), std::string::npos);
}

TEST_F(GatewayTest, a_call_within_a_transaction_of_any_kind_is_refused) {
    for (const char* begin :
         {"begin", "begin isolation level read uncommitted", "begin isolation level read committed",
          "begin isolation level repeatable read", "begin isolation level serializable",
          "begin read only", "begin isolation level serializable read only deferrable"}) {
        (void)thief_.run(begin);
        expect_refused(list());
        (void)thief_.run("rollback");
        (void)thief_.run(begin);
        (void)thief_.run("savepoint s");
        expect_refused(list());
        (void)thief_.run("rollback to s");
        expect_refused(list());
        (void)thief_.run("rollback");
    }
    for (const char* level : {"repeatable read", "serializable"}) {
        (void)thief_.run("set default_transaction_isolation = " + quoted(level));
        expect_refused(list());
    }
    (void)thief_.run("reset all");
    EXPECT_EQ(thief_.run(list()).value, "200");
}

TEST_F(GatewayTest, several_statements_in_one_message_are_refused) {
    expect_refused(list() + "; select 1");
    expect_refused("select 1; " + list());
    expect_refused(list() + "; " + list());
}

TEST_F(GatewayTest, two_calls_in_one_statement_are_not_both_answered) {
    const auto other = register_account();
    const auto outcome = thief_.run("select a.status, b.body from (" + list() + ") a, (" +
                                    call("/api/v1/contacts", other.session.token) + ") b");
    EXPECT_FALSE(outcome.sqlstate.empty());
}

TEST_F(GatewayTest, a_pipelined_call_is_refused_and_undoes_what_came_before) {
    for (const auto& first : {list(), std::string("select 1"), std::string("select pg_sleep(0)")}) {
        const auto outcomes = thief_.pipeline({first, list(), list()});
        EXPECT_EQ(outcomes.at(1).sqlstate, "25001") << first;
        EXPECT_TRUE(outcomes.at(2).body.empty());
    }
    EXPECT_EQ(thief_.run(list()).value, "200");
}

TEST_F(GatewayTest, nothing_of_a_call_is_left_for_the_next_statement_of_a_pipeline) {
    const auto outcomes =
        thief_.pipeline({list(), "select rowhouse.tenant_id()", "select current_user"});
    EXPECT_EQ(outcomes.at(0).value, "200");
    EXPECT_EQ(outcomes.at(1).sqlstate, "42501");
    EXPECT_EQ(thief_.pipeline({list(), "select current_user"}).at(1).value, "rowhouse_gateway");
    EXPECT_EQ(thief_.pipeline({list(), "show rowhouse.context"}).at(1).sqlstate, "42501");
}

TEST_F(GatewayTest, a_cursor_over_a_call_holds_no_more_than_its_answer) {
    expect_refused("begin; declare c cursor for " + list() + "; fetch c");
    (void)thief_.run("rollback");
    const auto declared = thief_.run("declare c cursor with hold for " + list());
    EXPECT_TRUE(declared.sqlstate.empty() || declared.sqlstate == "25001") << declared.sqlstate;
    (void)thief_.run("fetch c");
    EXPECT_EQ(thief_.run("select rowhouse.tenant_id()").sqlstate, "42501");
    EXPECT_EQ(thief_.run("select current_user").value, "rowhouse_gateway");
    (void)thief_.run("close all");
    EXPECT_EQ(thief_.run(list()).value, "200");
}

TEST_F(GatewayTest, a_prepared_call_asks_anew_each_time) {
    const auto session = log_in(*own_);
    const auto other = register_account();
    (void)thief_.run(
        "prepare h(text) as select * from rowhouse.handle('GET', '/api/v1/contacts', "
        "convert_to('authorization: Bearer ' || $1 || chr(13) || chr(10), 'UTF8'), "
        "''::bytea, '127.0.0.1')");
    const auto execute = [&](const std::string& token) {
        return thief_.run("execute h(" + quoted(token) + ")");
    };
    for (int round = 0; round < 12; ++round) {
        EXPECT_NE(execute(session.token).body.find(own_->slug), std::string::npos) << round;
        EXPECT_EQ(execute(other.session.token).body, R"({"data":[],"next_cursor":null})") << round;
    }
    EXPECT_EQ(session.client().post("/auth/logout").status, 204);
    EXPECT_EQ(execute(session.token).value, "401");
}

TEST_F(GatewayTest, two_connections_know_nothing_of_each_other) {
    const Thief second;
    for (int round = 0; round < 5; ++round) {
        EXPECT_NE(thief_.run(list()).body.find(own_->slug), std::string::npos);
        EXPECT_EQ(second.run(call("/api/v1/contacts", "")).value, "401");
        EXPECT_EQ(second.run("select rowhouse.tenant_id()").sqlstate, "42501");
    }
}

TEST_F(GatewayTest, what_the_body_says_is_data) {
    for (const std::string text : {"'; drop table app.contacts; --", "$$ || current_user || $$",
                                   "\\'; select 1", "%s%n", "${jndi}"}) {
        auto client = own_->client();
        const auto made = create_contact(client, {{"name", text}});
        EXPECT_EQ(client.get("/contacts/" + made.value("id", "")).json().at("name"), text);
        EXPECT_EQ(client.remove("/contacts/" + made.value("id", "")).status, 204);
    }
}

}  // namespace
}  // namespace rowhouse::test
