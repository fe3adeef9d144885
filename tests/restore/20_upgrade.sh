#!/bin/bash
# Upgrade: ALTER EXTENSION … UPDATE, rowhouse.upgrade() and the application's changes make of a
# database of the present version what a fresh installation of the next one is. The next version
# is made up here: one function, one column of install()'s and one of the application's more.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/tap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/clusters.sh"

prefix=$folder/prefix
next=9.9.9
extensions=$prefix/usr/share/postgresql/$pg_major/extension

# --- the next version -----------------------------------------------------------------------

# The definition of a function of the extension's script.
definition() { sed -n "/^create function rowhouse\.$1(/,/^\\$\\$;/p" "$extensions/rowhouse--$next.sql"; }

new_objects() {
    cat <<-'END'
	create function rowhouse.next_thing() returns integer
	    language sql immutable parallel safe
	    set search_path = pg_catalog, pg_temp
	as 'select 42';
	comment on function rowhouse.next_thing() is 'A function of the next version.';
	revoke execute on all functions in schema rowhouse from public;
	END
}

# A column more in a table of install()'s, and the step that leads there.
write_present_form() {
    sed -e 's/protected_schemas (name text primary key)/protected_schemas (name text primary key, since timestamptz default clock_timestamp())/' \
        -e "s/select null::boolean, null::text where false/select exists (select from pg_attribute a where a.attrelid = to_regclass('rowhouse.protected_schemas') and a.attname = 'since'), 'alter table rowhouse.protected_schemas add column since timestamptz default clock_timestamp()'/" \
        "$extensions/rowhouse--$release.sql"
    new_objects
}

write_upgrade() {
    definition install_tables | sed 's/^create function/create or replace function/'
    definition upgrade_steps | sed 's/^create function/create or replace function/'
    new_objects
}

make_next_extension() {
    write_present_form >"$extensions/rowhouse--$next.sql"
    write_upgrade >"$extensions/rowhouse--$release--$next.sql"
    sed -i "s/^default_version = .*/default_version = '$next'/" "$extensions/rowhouse.control"
}

# The application with a column more, and the change that leads there.
make_next_application() {
    local domain=$source_dir/sql/30_contacts.sql
    mkdir -p "$source_dir/sql/changes"
    sed -i 's/^    primary key (tenant_id, id));/    nickname app.short_text,\n    primary key (tenant_id, id));\ncreate index on app.contacts (tenant_id, nickname);/' "$domain"
    sed -i '0,/^create type/s//comment on column app.contacts.nickname is '\''what friends say'\'';\ncreate type/' "$domain"
    cat >"$source_dir/sql/changes/9001_nickname.sql" <<-'END'
	-- brings: 30_contacts
	alter table app.contacts add column nickname app.short_text;
	create index on app.contacts (tenant_id, nickname);
	comment on column app.contacts.nickname is 'what friends say';
	END
}

migrate() { ROWHOUSE_ADMIN_URL=$(admin_url) ROWHOUSE_SOURCE_DIR=$source_dir as_db "$rowhoused" migrate; }

new_database() {
    use_cluster "$1" "$prefix"
    cluster_init
    make_secret "$key_file" 32
    cluster_start
    create_database
    migrate >"$home/migrate.log"
}

upgrade() { sql -c 'alter extension rowhouse update' -c 'select rowhouse.upgrade()' && migrate; }

# --- the comparison -------------------------------------------------------------------------

same_as_fresh() { diff "$folder/fresh.structure" <(structure); }
differs_from_fresh() { ! same_as_fresh; }
kept_rows() { diff "$folder/kept" <(sql -c "$kept"); }
kept='select t.slug, c.id, c.name, c.updated_at from app.contacts c join rowhouse_private.tenants t on t.id = c.tenant_id order by 1, 2'

# Both versions of a thing that only one database may have.
mutants=(
    'alter extension rowhouse drop function rowhouse.next_thing(); drop function rowhouse.next_thing()'
    'alter table rowhouse.protected_schemas drop column since'
    'alter table app.contacts alter nickname set default '\''Bob'\'''
    'alter table app.contacts alter phone set not null'
    'alter table app.contacts add check (length(nickname) < 9)'
    'create index on app.contacts (tenant_id, name)'
    'drop index app.contacts_tenant_id_nickname_idx'
    'create policy more on app.contacts for select to rowhouse_tenant using (true)'
    'alter policy member_select on app.contacts using (true)'
    'delete from rowhouse.protected_schemas; alter table app.contacts no force row level security'
    'alter table app.contacts disable trigger _100_touch'
    'alter event trigger rowhouse_protect disable'
    'grant select on app.contacts to rowhouse_public'
    'grant execute on function rowhouse.next_thing() to public'
    'alter function rowhouse.next_thing() owner to rowhouse_system'
    'create or replace function rowhouse.next_thing() returns integer language sql immutable parallel safe set search_path = pg_catalog, pg_temp as '\''select 43'\'''
    'comment on column app.contacts.nickname is '\''other'\'''
    'alter role rowhouse_gateway set statement_timeout = 1'
    'alter role rowhouse_tenant login'
    'alter domain app.slug drop constraint slug_shape'
    'alter default privileges for role rowhouse_owner grant execute on functions to public'
)

notices() {
    sql -c begin -c "$1" -f "$tests/structure.sql" -c rollback >"$folder/mutant.structure" || return
    ! diff -q "$folder/fresh.structure" "$folder/mutant.structure"
}

"$root_dir/docker/local/prefix.sh" "$prefix"
use_cluster old "$prefix"
release=$(sed -n "s/^default_version = '\(.*\)'/\1/p" "$extensions/rowhouse.control")
new_database old
sql -f "$source_dir/sql/demo.sql" >/dev/null
sql -c "$kept" >"$folder/kept"
sql -c 'select rowhouse.upgrade()' >/dev/null
structure >"$folder/old.structure"
make_next_extension
make_next_application
new_database fresh
structure >"$folder/fresh.structure"
check 'the made-up version has a function, a column and a change of its own' \
    test "$(diff "$folder/old.structure" "$folder/fresh.structure" | grep -cE '^> (function rowhouse.next_thing|column since|column nickname|index .*nickname)')" = 4
use_cluster old "$prefix"
socket=$(running_socket)
check 'the comparison tells the old database from a fresh one' differs_from_fresh
sql -c 'alter extension rowhouse update'
is "$(sql -c "select extversion from pg_extension where extname = 'rowhouse'")" "$next" 'ALTER EXTENSION … UPDATE reaches the next version'
is "$(sql -c "select is_done from rowhouse.upgrade_steps()")" f 'a step is pending then'
check 'rowhouse.upgrade() and the migration succeed' upgrade
is "$(sql -c 'select is_done from rowhouse.upgrade_steps()')" t 'no step is pending'
check 'the upgraded database is what a fresh one is' same_as_fresh
check 'its rows were kept' kept_rows
check 'a second upgrade succeeds' upgrade
check 'and changes nothing' same_as_fresh
is "$(sql -c 'select * from rowhouse.lint()')" '' 'rowhouse.lint() finds nothing'
is "$(sql -c 'select name from rowhouse.health() where not ok')" '' 'all is well for /readyz'
for mutant in "${mutants[@]}"; do
    check "the comparison notices: $mutant" notices "$mutant"
done
check 'and is the same again after all of it' same_as_fresh
finish_tap
