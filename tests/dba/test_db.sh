#!/bin/bash
# `make test-db`: the pgTAP suites on a database of your choice, all of them or the named files.
#
#     DATABASE_URL_TEST   its URL or conninfo, of a superuser
#     RLS_TEST=1          says that it is a TEST database. The suites commit tenants named tap-…
#                         and remove them; they empty rowhouse_private.login_failures.
#     ROWHOUSE_TEST_GATEWAY  conninfo of rowhouse_gateway in it, if its host does not let that
#                            role in by a password file or trust
# The database must be migrated, and its server able to load the extension pgtap.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

die() {
    printf 'test-db: %s\n' "$1" >&2
    exit 2
}

ask() { psql -XAtq -v ON_ERROR_STOP=1 -c "$1"; }

# The suites start psql again and again: what the URL says goes into the environment.
take_url() {
    local host port user name
    [[ -n ${DATABASE_URL_TEST:-} ]] || die 'DATABASE_URL_TEST names no database'
    [[ ${RLS_TEST:-} == 1 ]] || die 'set RLS_TEST=1 to say that the database is for tests: rows are written and removed'
    IFS='|' read -r host port user name < <(psql -XAtq "$DATABASE_URL_TEST" -c '\echo :HOST|:PORT|:USER|:DBNAME') ||
        die 'there is no such database'
    [[ ! $DATABASE_URL_TEST =~ ://[^:/@]*:([^@]*)@ ]] || export PGPASSWORD=${BASH_REMATCH[1]//%/\\x}
    [[ -z ${PGPASSWORD:-} ]] || PGPASSWORD=$(printf '%b' "$PGPASSWORD")
    export PGHOST=$host PGPORT=$port PGUSER=$user PGDATABASE=$name
}

check_database() {
    [[ $(ask "select rolsuper from pg_roles where rolname = current_user") == t ]] || die 'the tests need a superuser'
    [[ $(ask "select to_regclass('rowhouse_private.tenants') is not null") == t ]] || die 'migrate the database first: make migrate'
    [[ $(ask "select count(*) from pg_available_extensions where name = 'pgtap'") == 1 ]] || die 'its server has no pgtap'
    psql -XAtq "${ROWHOUSE_TEST_GATEWAY:=user=rowhouse_gateway}" -c 'select' >/dev/null ||
        die 'rowhouse_gateway cannot log in: put its password into the password file or set ROWHOUSE_TEST_GATEWAY'
    export ROWHOUSE_TEST_GATEWAY
}

take_url
check_database
ask 'set client_min_messages = warning; create extension if not exists pgtap schema public'
[[ $# -gt 0 ]] || set -- tests/sql
pg_prove --verbose --jobs 1 --ext .sql "$@"
