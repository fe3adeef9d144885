#!/bin/bash
# `make test-db` on the database of with_cluster.sh. TAP.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/restore/tap.sh
export DATABASE_URL_TEST="postgresql://$PGUSER@:$PGPORT/$PGDATABASE?host=$PGHOST"
export PGPASSFILE
unset PGHOST PGPORT PGUSER PGDATABASE

refuses() { has "$(tests/dba/test_db.sh 2>&1 || true)" "$1" "$2"; }

RLS_TEST=1 DATABASE_URL_TEST='' refuses 'DATABASE_URL_TEST names no database' 'it asks for a database'
refuses 'set RLS_TEST=1' 'and for the word that it is one for tests'
RLS_TEST=1 DATABASE_URL_TEST=${DATABASE_URL_TEST/rowhouse\?/postgres?} refuses 'migrate the database first' 'a foreign database is left alone'
RLS_TEST=1 check 'the suites pass' env RLS_TEST=1 tests/dba/test_db.sh tests/sql/10_protect.sql tests/sql/35_contacts.sql
has "$(RLS_TEST=1 tests/dba/test_db.sh tests/sql/35_contacts.sql)" 'Result: PASS' 'again as well'
finish_tap
