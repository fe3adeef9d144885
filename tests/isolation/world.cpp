#include "world.hpp"

#include <algorithm>
#include <initializer_list>

#include "database.hpp"

namespace rowhouse::test {
namespace {

std::string call(const std::string& function, std::initializer_list<std::string> arguments) {
    std::string list;
    for (const auto& argument : arguments) list += (list.empty() ? "" : ", ") + literal(argument);
    return "pg_temp." + function + '(' + list + ')';
}

std::string new_row(const std::string& table, const Person& person) {
    return sql_value("select " + call("new_row", {table, person.tenant, person.user}));
}

Person new_person(const std::string& tenant, const std::string& role) {
    return {tenant, sql_value("select " + call("new_person", {tenant, role}))};
}

std::string new_token(const Person& person, bool is_revoked = false) {
    return sql_value(
        "select " + call("new_token", {person.tenant, person.user, is_revoked ? "true" : "false"}));
}

std::string deleted_row(const std::string& table, const Person& person) {
    const auto id = new_row(table, person);
    sql("delete from " + table + " where id = " + literal(id));
    return id;
}

}  // namespace

World::World()
    : owner_(new_person(sql_value("select pg_temp.new_tenant()"), "owner")),
      member_(new_person(owner_.tenant, "agent")),
      guest_(new_person(owner_.tenant, "iso-guest")),
      both_(new_person(owner_.tenant, "agent")),
      foreigner_(new_person(sql_value("select pg_temp.new_tenant()"), "owner")),
      tables_(sql_values("select name from pg_temp.tables")) {
    sql("insert into app.memberships (tenant_id, user_id, role) values (" +
        literal(foreigner_.tenant) + ", " + literal(both_.user) + ", 'agent')");
    for (const auto& table : tables_) hide_rows_of(table);
    hidden_.push_back({"another tenant", foreigner_.tenant});
    hidden_.push_back({"another tenant's user", foreigner_.user});
    foreign_token_ = new_token(foreigner_);
    colleague_ = {"a colleague's session",
                  new_row("rowhouse_private.sessions", new_person(owner_.tenant, "agent"))};
    const auto of = [](const Person& person) {
        return "select mark from " + call("marks_of", {person.tenant, person.user});
    };
    marks_ = sql_values(of(foreigner_) + " except " + of(owner_) + " except " + of(both_));
}

void World::hide_rows_of(const std::string& table) {
    (void)new_row(table, owner_);
    (void)new_row(table, foreigner_);
    hidden_.push_back({"another tenant's row of " + table, new_row(table, foreigner_)});
    hidden_.push_back({"a deleted row of " + table, deleted_row(table, owner_)});
    hidden_.push_back({"another tenant's deleted row of " + table, deleted_row(table, foreigner_)});
}

std::vector<Credential> World::credentials() const {
    return {{"the owner", new_token(owner_)},
            {"a member", new_token(member_)},
            {"a guest", new_token(guest_)},
            {"a member of both", new_token(both_)},
            {"a revoked session", new_token(owner_, true)},
            {"nobody", ""}};
}

std::string World::owner_token() const {
    return new_token(owner_);
}

std::vector<NamedId> World::own_candidates() const {
    std::vector<NamedId> found;
    for (const auto& table : tables_) found.push_back({table, new_row(table, owner_)});
    for (const auto& table : tables_)
        found.push_back(
            {table, sql_value("select " + call("parent", {table, owner_.tenant, owner_.user}) +
                              " ->> 'id'")});
    for (const auto& id : {owner_.user, member_.user, owner_.tenant}) found.push_back({"", id});
    return found;
}

std::set<std::string> World::own_ids() const {
    std::set<std::string> found;
    for (const auto& table : tables_)
        for (auto& id :
             sql_values("select id from " + table + " where tenant_id = " + literal(owner_.tenant)))
            found.insert(std::move(id));
    return found;
}

std::string World::new_foreign(const std::string& table) const {
    return new_row(table, foreigner_);
}

std::vector<std::string> World::foreign_words(const std::string& column) const {
    return sql_values("select " + call("words_of", {foreigner_.tenant, column, owner_.tenant}));
}

std::string World::foreign_mark_in(const Reply& reply) const {
    const auto text = reply.without_ids();
    const auto found = std::find_if(marks_.begin(), marks_.end(), [&](const std::string& mark) {
        return text.find(mark) != std::string::npos;
    });
    return found == marks_.end() ? "" : *found;
}

std::string World::foreign_state() const {
    return sql_value("select " + call("state_of", {foreigner_.tenant, foreigner_.user}));
}

}  // namespace rowhouse::test
