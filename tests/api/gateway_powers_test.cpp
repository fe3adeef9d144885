// What else whoever steals the gateway's login can do: nothing.
#include <gtest/gtest.h>

#include "accounts.hpp"
#include "cluster.hpp"
#include "thief.hpp"

namespace rowhouse::test {
namespace {

class GatewayPowersTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        own_ = std::make_unique<Account>(register_account());
        (void)create_contact(*own_, own_->slug);
    }
    static void TearDownTestSuite() { own_.reset(); }

    [[nodiscard]] static std::string list() {
        return call("/api/v1/contacts", own_->session.token);
    }

    static inline std::unique_ptr<Account> own_;
    const Thief thief_;
};

TEST_F(GatewayPowersTest, settings_that_the_thief_may_change_open_nothing) {
    const auto other = register_account();
    const auto foreign = create_contact(other, other.slug).value("id", "");
    for (const char* setting :
         {"row_security = off", "search_path = public, api, app", "timezone = 'Asia/Tokyo'",
          "datestyle = 'German'", "intervalstyle = 'postgres'", "transform_null_equals = on",
          "plan_cache_mode = force_generic_plan", "enable_indexscan = off",
          "check_function_bodies = off", "default_transaction_read_only = on",
          "debug_print_plan = on", "client_min_messages = debug1", "force_parallel_mode = on",
          "standard_conforming_strings = off", "bytea_output = 'escape'",
          "quote_all_identifiers = on", "synchronous_commit = off", "extra_float_digits = -15"}) {
        (void)thief_.run("set " + std::string(setting));
        const auto listed = thief_.run(list());
        EXPECT_EQ(listed.body.find(other.slug), std::string::npos) << setting;
        const auto fetched = thief_.run(call("/api/v1/contacts/" + foreign, own_->session.token));
        EXPECT_NE(fetched.value, "200") << setting;
        EXPECT_EQ(fetched.body.find(other.slug), std::string::npos) << setting;
        (void)thief_.run("reset all");
    }
    EXPECT_EQ(thief_.run("set timezone = 'Asia/Tokyo'").sqlstate, "");
    EXPECT_EQ(thief_.run(list()).body, own_->client().get("/contacts").body) << "pinned";
}

TEST_F(GatewayPowersTest, is_refused_everything_else) {
    for (const auto& statement : std::vector<std::string>{
             "select * from app.contacts",
             "select count(*) from app.accounts",
             "insert into app.contacts (name) values ('x')",
             "delete from app.contacts",
             "truncate app.contacts",
             "begin; lock table app.contacts",
             "copy app.contacts to stdout",
             "table rowhouse_private.users",
             "table rowhouse.keys",
             "table rowhouse.routes",
             "table rowhouse.audit_log",
             "select * from api.list_contacts()",
             "select rowhouse.tenant_id()",
             "select rowhouse.jwks()",
             "select rowhouse.uuid_v7()",
             "select rowhouse.assume(null, null, 'x')",
             "select rowhouse.hash_password('x')",
             "select rowhouse.for_each_tenant('select 1', '{}')",
             "select rowhouse.rotate_key('jwt')",
             "set role rowhouse_tenant",
             "set role rowhouse_system",
             "set role rowhouse_owner",
             "set role postgres",
             "set session authorization postgres",
             "set session authorization rowhouse_tenant",
             "set rowhouse.context = 'x'",
             "set local rowhouse.context = 'x'",
             "set rowhouse.bound_tenant = '" + own_->tenant_id + "'",
             "select set_config('rowhouse.context', 'x', true)",
             "show rowhouse.context",
             "select set_config('rowhouse.bound_tenant', '" + own_->tenant_id + "', false)",
             "select current_setting('rowhouse.context')",
             "show rowhouse.key_file",
             "alter role rowhouse_gateway superuser",
             "alter role rowhouse_gateway createrole",
             "alter system set rowhouse.cookie_secure = off",
             "create table t (a int)",
             "create temp table t (a int)",
             "create schema s",
             "create function f() returns int "
             "language sql as 'select 1'",
             "do 'begin end'",
             "create extension pgcrypto",
             "select lo_creat(-1)",
             "select lo_from_bytea(0, 'x')",
             "select lo_import('/etc/passwd')",
             "select pg_advisory_lock(1)",
             "select pg_try_advisory_xact_lock(1)",
             "select pg_notify('rowhouse_routes', 'x')",
             "copy (select 1) to program 'true'",
             "copy (select 1) to '/tmp/x'",
             "select pg_read_file('/etc/passwd')",
             "select pg_ls_dir('.')",
             "select pg_reload_conf()",
             "select pg_rotate_logfile()",
             "set session_replication_role = replica",
             "set log_statement = 'all'",
             "set log_min_duration_statement = 0",
             "set log_parameter_max_length = -1",
             "load 'auto_explain'",
             "checkpoint",
             "table pg_authid",
             "table pg_shadow",
             "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'",
             "explain select * from app.contacts",
             "comment on table app.contacts is 'x'",
             "grant rowhouse_tenant to rowhouse_gateway",
             "reassign owned by rowhouse_owner to rowhouse_gateway",
             "drop table app.contacts",
             "alter table app.contacts disable row level security"}) {
        EXPECT_EQ(thief_.run(statement).sqlstate, "42501") << statement;
        (void)thief_.run("rollback");
    }
}

TEST_F(GatewayPowersTest, changes_no_setting_of_the_installation) {
    for (const auto& row : sql("select name from pg_settings where name like 'rowhouse.%'")) {
        const auto state = thief_.run("set " + std::string(row[0].c_str()) + " = '1'").sqlstate;
        EXPECT_TRUE(state == "55P02" || state == "42501") << row[0].c_str() << " gave " << state;
    }
}

TEST_F(GatewayPowersTest, reads_no_value_from_the_catalogs) {
    EXPECT_EQ(thief_
                  .run("select count(*) from pg_stats where schemaname in "
                       "('app', 'rowhouse_private', 'rowhouse')")
                  .value,
              "0");
    EXPECT_EQ(thief_
                  .run("select count(*) from pg_stat_activity where usename = 'postgres' and "
                       "query <> '<insufficient privilege>' and query <> ''")
                  .value,
              "0");
    EXPECT_EQ(thief_.run("select count(*) from pg_prepared_statements").value, "0");
    EXPECT_EQ(thief_
                  .run("select count(*) from pg_settings where name in "
                       "('rowhouse.context', 'rowhouse.bound_tenant', 'rowhouse.key_file')")
                  .value,
              "0");
}

TEST_F(GatewayPowersTest, hears_of_changed_routes_but_of_no_tenant) {
    ASSERT_EQ(thief_.run("listen rowhouse_routes").sqlstate, "");
    (void)create_contact(*own_, "x");
    sql("update rowhouse.routes set timeout_ms = timeout_ms where pattern = '/api/v1/me'");
    std::vector<std::string> heard;
    (void)is_true_within(std::chrono::seconds(1), [&] {
        PQconsumeInput(thief_.get());
        while (PGnotify* notice = PQnotifies(thief_.get())) {
            heard.push_back(notice->extra);
            PQfreemem(notice);
        }
        return !heard.empty();
    });
    EXPECT_EQ(heard, std::vector<std::string>{""});
}

}  // namespace
}  // namespace rowhouse::test
