#!/bin/bash
# Dump and restore: a database that comes back from a logical copy is the same one, in rows, rights
# and behaviour. Runs in with_cluster.sh --serve --demo; TAP.
set -euo pipefail
origin=$PGHOST url=$ROWHOUSE_TEST_URL
origin_secrets=$ROWHOUSE_TEST_HOME/secrets
. "$(dirname "${BASH_SOURCE[0]}")/tap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/clusters.sh"

# --- the original: what people leave behind in a life ---------------------------------------

live() {
    ana=$(login ana@acme.example | member access_token)
    gone=$(login ana@acme.example | member access_token)
    status_of POST /api/v1/auth/logout -H "Authorization: Bearer $gone" >/dev/null
    bia=$(login bia@bella.example | member access_token)
    login ana@acme.example wrong >/dev/null
    login nobody@acme.example wrong >/dev/null
    foreign=$(request GET /api/v1/contacts -H "Authorization: Bearer $bia" | member id)
    status_of PATCH "/api/v1/contacts/$foreign" -H "Authorization: Bearer $bia" -d '{"notes":"ours"}' >/dev/null
    sql -f "$tests/life.sql" >/dev/null
}

dump() {
    as_db "$bin/pg_dumpall" -h "$socket" -U postgres --roles-only >"$folder/roles.sql"
    as_db "$bin/pg_dump" -h "$socket" -U postgres --create "$database" >"$folder/plain.sql"
    as_db "$bin/pg_dump" -h "$socket" -U postgres -Fc "$database" >"$folder/custom.dump"
    private_dir "$folder/parallel"
    as_db "$bin/pg_dump" -h "$socket" -U postgres -Fd -j2 -f "$folder/parallel/dump" "$database"
}

# --- the copy -------------------------------------------------------------------------------

new_cluster() {
    use_cluster "$1" "$ROWHOUSE_TEST_PREFIX"
    cluster_init
    cp -p "$origin_secrets/root.key" "$key_file"
    cluster_start
}

restore_roles() {
    as_db "$bin/psql" -X -q -h "$socket" -U postgres -d postgres -f "$folder/roles.sql" 2>&1 |
        grep -v 'role "postgres" already exists' || true
}

restore_plain() { as_db "$bin/psql" -X -q -o /dev/null -v ON_ERROR_STOP=1 -h "$socket" -U postgres -d postgres -f "$folder/plain.sql"; }
restore_custom() { as_db "$bin/pg_restore" --exit-on-error --create -h "$socket" -U postgres -d postgres "$folder/custom.dump"; }
restore_parallel() { as_db "$bin/pg_restore" --exit-on-error --create -j2 -h "$socket" -U postgres -d postgres "$folder/parallel/dump"; }

same_rows() { diff "$folder/rows" <(rows); }
same_structure() { diff "$folder/structure" <(structure); }
# pg_dump leaves out who may use the language SQL; harden_database() says it again.
same_but_for_a_language() {
    diff <(grep -v '^grant on language sql:' "$folder/structure") <(structure | grep -v '^grant on language sql:')
}
documented_steps() { sql -c 'select rowhouse.upgrade()' -c 'select rowhouse.harden_database()'; }
finds_no_fault() { [[ -z $(sql -c 'select * from rowhouse.lint()') ]]; }
migrate() { ROWHOUSE_ADMIN_URL=$(admin_url) ROWHOUSE_SOURCE_DIR=$source_dir as_db "$rowhoused" migrate; }

restores() {
    local form=$1
    new_cluster "$form"
    is "$(restore_roles)" '' "$form: the roles come back"
    chmod a+r "$folder"/*.{sql,dump}
    check "$form: the database comes back without an error" "restore_$form"
    check "$form: every table has the same rows, times included" same_rows
    check "$form: structure, policies, rights, triggers and settings are the same" same_but_for_a_language
    documented_steps >/dev/null
    check "$form: the documented steps rewrite no row" same_rows
    check "$form: and leave the same structure, wholly" same_structure
    check "$form: rowhouse.lint() finds nothing" finds_no_fault
}

# --- what it does ---------------------------------------------------------------------------

refused_rows() { request GET "$1" -H "Authorization: Bearer $ana"; }

serves() {
    check 'the server starts on the copy' serve "$origin_secrets"
    is "$(status_of GET /readyz)" 200 'and is ready'
    is "$(status_of GET /api/v1/contacts -H "Authorization: Bearer $ana")" 200 'an access token of before the dump works'
    is "$(status_of GET /api/v1/contacts -H "Authorization: Bearer $gone")" 401 'one whose session had ended does not'
    is "$(login ana@acme.example | tail -n 1)" 200 'a login works'
    is "$(login ana@acme.example wrong | tail -n 1)" 401 'with the right password only'
    is "$(refused_rows "/api/v1/contacts/$foreign" | tail -n 1)" 404 'another tenant'\''s row is not found'
    is "$(refused_rows '/api/v1/contacts?limit=200' | grep -c "$foreign")" 0 'nor listed'
    is "$(as_bound_login 'select count(distinct tenant_id) from reporting.people')" 1 'a bound login still sees its tenant alone'
    is "$(migrate)" 'nothing to do: the database is up to date' 'there is nothing to migrate'
    stop_serving
}

as_bound_login() {
    PGPASSWORD=reports "$bin/psql" -XAt -h "$socket" -U life_reports -d "$database" -c "$1" 2>&1
}

with_another_key() {
    cluster_stop
    rm "$key_file"
    make_secret "$key_file" 32
    cluster_start
    rows >"$folder/rows.before"
    check 'with another root key: the server starts' serve "$origin_secrets"
    is "$(status_of GET /readyz)" 503 'it is not ready'
    has "$(request GET /readyz)" 'the root key does not open the keys of this database' 'and says why'
    has "$(login ana@acme.example)" root_key_wrong 'a login is told 503 root_key_wrong'
    stop_serving
    sql -c 'select rowhouse.install()' >/dev/null
    check 'install() makes no other keys; no row has changed' diff "$folder/rows.before" <(rows)
    has "$(sql -c 'select rowhouse.jwks()' 2>&1)" 'the root key does not open' 'jwks() fails'
}

notice_changes() {
    local mutant=$1
    ! diff -q "$folder/rows.before" <(sql -c begin -c "$mutant" -f "$tests/rows.sql" -c rollback) >/dev/null
}

use_cluster origin "$ROWHOUSE_TEST_PREFIX"
socket=$origin
live
dump
rows >"$folder/rows"
structure >"$folder/structure"
restores plain
cluster_stop
restores custom
cluster_stop
restores parallel
serves
with_another_key
check 'the comparison of rows notices a microsecond' notice_changes \
    "update rowhouse.audit_log set at = at + interval '1 microsecond' where id = (select id from rowhouse.audit_log limit 1)"
finish_tap
