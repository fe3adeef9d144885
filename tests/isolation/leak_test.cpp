// Operations that leak on purpose: the matrix has to find each, or it finds nothing elsewhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "database.hpp"
#include "matrix.hpp"
#include "suite.hpp"

namespace rowhouse::test {
namespace {

/// A function of a superuser, whom no wall binds, as an endpoint.
struct Leak {
    const char* name;
    const char* method;
    const char* path;
    const char* definition;  ///< from the parameters on
    const char* options;     ///< of rowhouse.route()
    const char* finding;     ///< what the matrix has to say of it
};

std::ostream& operator<<(std::ostream& stream, const Leak& leak) {
    return stream << leak.name;
}

constexpr const char* reading = "permission => 'iso:read'";
constexpr const char* writing = "permission => 'iso:write'";
constexpr const char* listing = "permission => 'iso:read', keyset => '{id}'";

const Leak leaks[] = {
    {"shows_a_foreign_row", "GET", "/:id",
     "(id uuid) returns setof api.iso_order language sql stable as $$"
     " select c.id, c.id, c.name::text, c.updated_at from app.contacts c where c.id = $1 $$",
     reading, "id for the owner tells another tenant's row of app.contacts"},
    {"answers_a_foreign_row_by_403", "GET", "/:id",
     "(id uuid) returns setof api.iso_order language plpgsql stable as $$ begin"
     " if exists (select from app.contacts c where c.id = $1 and c.tenant_id <> "
     "rowhouse.tenant_id())"
     " then perform rowhouse.refuse('permission_denied'); end if;"
     " return query select o.* from api.iso_get_order($1) o; end $$",
     reading, "id for the owner tells another tenant's row of app.contacts"},
    {"words_a_404_otherwise", "DELETE", "/:id",
     "(id uuid) returns setof uuid language plpgsql volatile as $$ begin"
     " if exists (select from app.iso_orders o where o.id = $1 and o.tenant_id <> "
     "rowhouse.tenant_id())"
     " then perform rowhouse.refuse('not_found', 'It is not yours.'); end if;"
     " return query delete from app.iso_orders o where o.id = $1 returning o.id; end $$",
     writing, "id for the owner tells another tenant's row of app.iso_orders"},
    {"changes_a_foreign_row_and_says_404", "PATCH", "/:id",
     "(id uuid) returns setof api.iso_order language plpgsql volatile as $$ begin"
     " update app.contacts c set notes = 'taken' where c.id = $1;"
     " return query select c.id, c.id, c.name::text, c.updated_at from app.contacts c"
     "  where c.id = $1 and c.tenant_id = rowhouse.tenant_id();"
     " if not found then perform rowhouse.reject('not_found'); end if; end $$",
     writing, "changed rows of another tenant"},
    {"lists_foreign_rows", "GET", "",
     "(_limit integer default 51, _after_id uuid default null) returns setof api.iso_label"
     " language sql stable as $$ select l.id, l.name::text from app.iso_labels l order by l.id "
     "desc $$",
     listing, "lists the foreign row"},
    {"lists_foreign_rows_by_a_filter", "GET", "",
     "(name text default null, _limit integer default 51, _after_id uuid default null)"
     " returns setof api.iso_label language sql stable as $$"
     " select l.id, l.name::text from app.iso_labels l"
     "  where l.tenant_id = rowhouse.tenant_id() or l.name = $1 order by l.id desc $$",
     listing, "by name lists the foreign row"},
    {"lists_foreign_rows_behind_a_cursor", "GET", "",
     "(_limit integer default 51, _after_id uuid default null) returns setof api.iso_label"
     " language sql stable as $$ select l.id, l.name::text from app.iso_labels l"
     "  where case when $2 is null then l.tenant_id = rowhouse.tenant_id() else l.id < $2 end"
     "  order by l.id desc limit $1 $$",
     listing, "lists the foreign row"},
    {"takes_foreign_ids_in_an_array_of_the_query", "GET", "",
     "(ids uuid[] default null, _limit integer default 51, _after_id uuid default null)"
     " returns setof api.iso_label language sql stable as $$ select l.id, l.name::text"
     "  from app.iso_labels l where l.id = any ($1) or $1 is null and l.tenant_id = "
     "rowhouse.tenant_id()"
     "  order by l.id desc $$",
     listing, "ids for the owner tells another tenant's row of app.iso_labels"},
    {"counts_foreign_ids_in_an_array_of_the_body", "POST", "",
     "(order__ids uuid[]) returns setof api.iso_label language plpgsql volatile as $$ begin"
     " if (select count(*) from app.iso_orders o where o.id = any ($1)) < cardinality($1)"
     " then perform rowhouse.refuse('not_found'); end if;"
     " return query select l.id, l.name::text from app.iso_labels l where l.tenant_id = "
     "rowhouse.tenant_id(); end $$",
     writing, "order__ids for the owner tells another tenant's row of app.iso_orders"},
    {"refers_to_a_foreign_row_nested_in_the_body", "POST", "",
     "(to__contact__id uuid) returns setof api.iso_order language plpgsql volatile as $$ begin"
     " if not exists (select from app.contacts c where c.id = $1)"
     " then perform rowhouse.refuse('unknown_reference', null, 'to__contact__id'); end if;"
     " return query select c.id, c.id, 'taken', c.updated_at from app.contacts c"
     "  where c.id = $1 and c.tenant_id = rowhouse.tenant_id(); end $$",
     writing, "to__contact__id for the owner tells another tenant's row of app.contacts"},
    {"remembers_deleted_rows", "GET", "/:id",
     "(id uuid) returns setof api.iso_order language plpgsql stable as $$ begin"
     " if exists (select from app.iso_gone g where g.id = $1)"
     " then perform rowhouse.refuse('conflict', 'It was deleted.'); end if;"
     " return query select c.id, c.id, c.name::text, c.updated_at from app.contacts c"
     "  where c.id = $1 and c.tenant_id = rowhouse.tenant_id(); end $$",
     reading, "id for the owner tells a deleted row of app.contacts"},
    {"asks_for_no_permission", "GET", "/:id",
     "(id uuid) returns setof api.iso_order language sql stable as $$"
     " select c.id, c.id, c.name::text, c.updated_at from app.contacts c"
     "  where c.id = $1 and c.tenant_id = rowhouse.tenant_id() $$",
     "permission => null", "a guest gets 404"},
    {"ends_the_session_of_a_colleague", "DELETE", "/:id",
     "(id uuid) returns setof uuid language sql volatile as $$"
     " update rowhouse_private.sessions s set revoked_at = clock_timestamp()"
     "  where s.id = $1 and s.tenant_id = rowhouse.tenant_id() and s.revoked_at is null returning "
     "s.id $$",
     "access => 'user', status => 204", "tells a colleague's session"},
    {"cannot_be_tried_for_want_of_rows", "GET", "/:id",
     "(id uuid) returns setof api.iso_order language sql stable as $$"
     " select null::uuid, null::uuid, null::text, null::timestamptz where false $$",
     reading, "no own id as id is answered with success"},
    {"cannot_be_tried_for_want_of_a_value", "POST", "",
     "(contact_id uuid, colour app.iso_colour) returns setof api.iso_order language sql volatile "
     "as $$"
     " select null::uuid, null::uuid, null::text, null::timestamptz $$",
     writing, "rows.sql knows no text that may be colour"}};

class LeakTest : public testing::TestWithParam<Leak> {
protected:
    void SetUp() override {
        const auto& leak = GetParam();
        // What some of them remember or ask for.
        sql("set session_replication_role = replica;"
            "create domain app.iso_colour as text check (value ~ '^colour of the moon$');"
            "create table app.iso_gone (id uuid); reset session_replication_role;"
            "insert into app.iso_gone select x.id::uuid from unnest(" +
            deleted() +
            ") x (id);"
            "set search_path = pg_catalog; create function api.iso_leak" +
            leak.definition +
            " security definer; reset search_path;"
            "select rowhouse.route(" +
            literal(leak.method) + ", " + literal(std::string("/iso-leak") + leak.path) +
            ", 'api.iso_leak', " + leak.options + ")");
    }

    void TearDown() override {
        sql("delete from rowhouse.routes where function = 'api.iso_leak';"
            "drop function if exists api.iso_leak; drop table if exists app.iso_gone;"
            "drop domain if exists app.iso_colour");
    }

private:
    static std::string deleted() {
        std::string ids;
        for (const auto& [what, id] : world().hidden())
            if (what == "a deleted row of app.contacts") ids += literal(id);
        return "array[" + ids + "]";
    }
};

TEST_P(LeakTest, is_found) {
    Matrix matrix(asker(), world());
    const auto found = matrix.findings(operations("%/iso-leak%").at(0));
    const auto names_it = [](const std::string& finding) {
        return finding.find(GetParam().finding) != std::string::npos;
    };
    EXPECT_TRUE(std::any_of(found.begin(), found.end(), names_it)) << testing::PrintToString(found);
}

INSTANTIATE_TEST_SUITE_P(Leaks, LeakTest, testing::ValuesIn(leaks),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace rowhouse::test
