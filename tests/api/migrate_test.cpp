#include "migrate_fixture.hpp"

#include <chrono>
#include <future>

namespace {

std::string note(const std::string& step) {
    return "insert into depot.log (step) values ('" + step + "');\n";
}

std::string domain(const std::string& name) {
    return note(name) + "-- definitions\n" + note(name + "_defined");
}

TEST_F(MigrateTest, applies_a_fresh_database_in_order_and_only_once) {
    write("sql/30_parts.sql", domain("parts"));
    write("sql/20_shelves.sql", domain("shelves"));
    write("sql/demo.sql", "not sql");
    write("policies/20_shelves.sql", note("policies"));
    expect_success();
    const std::string once = "depot shelves shelves_defined parts parts_defined policies";
    EXPECT_EQ(log(), once);
    const auto again = migrate();
    EXPECT_EQ(again.status, 0);
    EXPECT_NE(again.output.find("nothing to do"), std::string::npos) << again.output;
    EXPECT_EQ(log(), once);
}

TEST_F(MigrateTest, runs_each_part_as_the_owner_with_a_pinned_search_path) {
    const std::string who =
        "insert into depot.log (step) "
        "select current_user || ':' || current_setting('search_path');\n";
    write("sql/20_shelves.sql",
          "set local search_path = public;\nset local role none;\n"
          "-- definitions\n" +
              who);
    write("policies/20_shelves.sql", who);
    expect_success();
    const std::string owner = "rowhouse_owner:pg_catalog, pg_temp";
    EXPECT_EQ(log(), "depot " + owner + " " + owner);
}

TEST_F(MigrateTest, understands_function_bodies_and_quotes) {
    write("sql/20_shelves.sql",
          "/* ; /* nested ; */ ' */ -- it's; fine\n"
          "create table depot.\"odd;name\" (a text default E'\\';', b text default $$;$$);\n"
          "create function depot.size(n int) returns int language sql begin atomic\n"
          "    select case when n > 0 then n else 0 end; select n;\nend;\n"
          "create function depot.name() returns text language plpgsql as $body$\n"
          "begin return $$a;b$$; end $body$;\n" +
              note("end"));
    expect_success();
    EXPECT_EQ(log(), "depot end");
    EXPECT_EQ(value("select depot.name()"), "a;b");
}

TEST_F(MigrateTest, a_failure_names_file_and_line_and_rolls_the_file_back) {
    write("sql/20_shelves.sql",
          note("shelves") + "-- definitions\n\n" + note("defined") + "select\n    lenght('x');\n");
    expect_failure("sql/20_shelves.sql:6: ERROR:  function lenght(");
    expect_failure("HINT:");
    EXPECT_EQ(log(), "depot");
    write("sql/20_shelves.sql", domain("shelves"));
    expect_success();
    EXPECT_EQ(log(), "depot shelves shelves_defined");
}

TEST_F(MigrateTest, a_failure_without_a_position_names_the_statement) {
    write("sql/20_shelves.sql", note("shelves") +
                                    "\ndo $$\nbegin\n    raise exception 'no room'\n"
                                    "        using hint = 'Build more.';\nend $$;\n");
    expect_failure("sql/20_shelves.sql:3: ERROR:  no room");
    expect_failure("HINT:  Build more.");
}

TEST_F(MigrateTest, refuses_files_that_end_their_transaction) {
    write("sql/20_shelves.sql", note("shelves") + "commit;\n");
    expect_failure("sql/20_shelves.sql:2: a migration file cannot begin or end transactions");
}

TEST_F(MigrateTest, refuses_a_file_name_that_would_be_passed_over) {
    write("sql/5_shelves.sql", note("shelves"));
    expect_failure("5_shelves.sql is not of the form NN_name.sql");
}

TEST_F(MigrateTest, refuses_a_role_that_is_no_superuser) {
    const auto outcome = migrate(" options='-c role=pg_monitor'");
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.output.find("needs a superuser"), std::string::npos) << outcome.output;
}

TEST_F(MigrateTest, changed_definitions_run_again_and_tables_do_not) {
    write("sql/20_shelves.sql", domain("shelves"));
    write("sql/30_parts.sql", domain("parts"));
    write("policies/20_shelves.sql", note("policies"));
    expect_success();
    write("sql/30_parts.sql", note("parts") + "-- definitions\n" + note("parts_redefined"));
    expect_success();
    EXPECT_EQ(log(),
              "depot shelves shelves_defined parts parts_defined policies "
              "shelves_defined parts_redefined policies");
}

TEST_F(MigrateTest, changed_policies_run_again_alone) {
    write("sql/20_shelves.sql", domain("shelves"));
    write("policies/20_shelves.sql", note("policies"));
    expect_success();
    write("policies/20_shelves.sql", note("new_policies"));
    expect_success();
    EXPECT_EQ(log(), "depot shelves shelves_defined policies new_policies");
}

TEST_F(MigrateTest, comments_and_white_space_are_no_change) {
    write("sql/20_shelves.sql", "create table depot.shelves (id int);\n");
    expect_success();
    write("sql/20_shelves.sql", "-- all\ncreate table depot.shelves\n    ( id int ); /* end */\n");
    const auto outcome = migrate();
    EXPECT_NE(outcome.output.find("nothing to do"), std::string::npos) << outcome.output;
    write("sql/20_shelves.sql", "create table depot.shelves (i d int);\n");
    expect_failure("the tables of sql/20_shelves.sql differ");
}

TEST_F(MigrateTest, a_fresh_database_contains_all_changes) {
    write("sql/changes/0001_shelves.sql", "-- brings: 10_depot\n" + note("change"));
    expect_success();
    EXPECT_EQ(log(), "depot");
    expect_success();
    EXPECT_EQ(log(), "depot");
}

TEST_F(MigrateTest, a_released_database_gets_pending_changes_in_order) {
    write("sql/20_shelves.sql", domain("shelves"));
    expect_success();
    write("sql/20_shelves.sql", domain("wide_shelves"));
    expect_failure("the tables of sql/20_shelves.sql differ from what was applied");
    write("sql/changes/0002_wide.sql", "-- brings: 20_shelves\n" + note("second"));
    write("sql/changes/0001_data.sql", note("first"));
    expect_success();
    EXPECT_EQ(log(), "depot shelves shelves_defined first second wide_shelves_defined");
    expect_success();
    EXPECT_EQ(log(), "depot shelves shelves_defined first second wide_shelves_defined");
}

TEST_F(MigrateTest, refuses_a_rewritten_history) {
    expect_success();
    write("sql/changes/0001_data.sql", note("first"));
    expect_success();
    write("sql/changes/0001_data.sql", note("other"));
    expect_failure("sql/changes/0001_data.sql was changed after it was applied");
    remove("sql/changes/0001_data.sql");
    expect_failure(
        "sql/changes/0001_data.sql was applied to this database, but the file is missing");
    EXPECT_EQ(log(), "depot first");
}

TEST_F(MigrateTest, refuses_a_change_that_names_an_unknown_domain) {
    expect_success();
    write("sql/changes/0001_data.sql", "-- brings: 10_depto\n" + note("first"));
    expect_failure("sql/changes/0001_data.sql brings '10_depto', but there is no sql/10_depto.sql");
}

TEST_F(MigrateTest, a_new_domain_comes_whole_and_without_its_changes) {
    expect_success();
    write("sql/20_shelves.sql", domain("shelves"));
    write("sql/changes/0001_shelves.sql", "-- brings: 20_shelves\n" + note("change"));
    expect_success();
    EXPECT_EQ(log(), "depot shelves shelves_defined");
}

TEST_F(MigrateTest, a_dropped_domain_needs_a_change) {
    write("sql/20_shelves.sql", domain("shelves"));
    expect_success();
    remove("sql/20_shelves.sql");
    expect_failure("sql/20_shelves.sql was applied, but the file is missing");
    write("sql/changes/0001_drop.sql", "-- brings: 20_shelves\n" + note("dropped"));
    expect_success();
    expect_success();
    EXPECT_EQ(log(), "depot shelves shelves_defined dropped");
}

TEST_F(MigrateTest, definitions_that_failed_after_a_change_stay_due) {
    write("sql/20_shelves.sql", domain("shelves"));
    expect_success();
    write("sql/20_shelves.sql", note("wide") + "-- definitions\nselect 1/0;\n");
    write("sql/changes/0001_wide.sql", "-- brings: 20_shelves\n" + note("change"));
    expect_failure("division by zero");
    write("sql/20_shelves.sql", note("wide") + "-- definitions\n" + note("shelves_defined"));
    expect_success();
    EXPECT_EQ(log(), "depot shelves shelves_defined change shelves_defined");
}

TEST_F(MigrateTest, a_second_migration_waits_for_the_first) {
    expect_success();
    write("sql/20_shelves.sql", domain("shelves"));
    pqxx::connection first(url(database_));
    pqxx::nontransaction session(first);
    session.exec("select pg_advisory_lock(x'726f77686f757365'::bigint)");
    auto second = std::async(std::launch::async, [this] { return migrate(); });
    EXPECT_EQ(second.wait_for(std::chrono::milliseconds(700)), std::future_status::timeout);
    session.exec("select pg_advisory_unlock(x'726f77686f757365'::bigint)");
    const auto outcome = second.get();
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.output.find("waiting"), std::string::npos) << outcome.output;
    EXPECT_EQ(log(), "depot shelves shelves_defined");
}

}  // namespace
