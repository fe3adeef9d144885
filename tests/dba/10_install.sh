#!/bin/bash
# Install on a stock PostgreSQL: what is asked of the DBA, and that nobody else in the cluster or
# the database is harmed. TAP.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stock.sh"

# Headers beyond the C++ library: libsodium's and the system's, PostgreSQL's in one file.
foreign_headers() {
    grep -rhoE '#include <[a-z_/]+\.h>' "$root_dir"/extension/src | sort -u | tr '\n' ' '
}

needed_libraries() {
    readelf -d "$root_dir/extension/rowhouse.so" |
        sed -n 's/.*(NEEDED).*\[\(lib[a-z+_]*\).*/\1/p' | sort | tr '\n' ' '
}

needs_two_libraries() {
    is "$(foreign_headers)" '#include <arpa/inet.h> #include <qrencode.h> #include <sodium.h> #include <sys/stat.h> ' 'the extension includes nothing but libsodium and libqrencode'
    is "$(needed_libraries | sed 's/libm //; s/libgcc_s //')" 'libc libqrencode libsodium libstdc++ ' 'and links nothing else'
}

without_preload() {
    local said hint
    hint="Add this line to postgresql.conf and restart the server: shared_preload_libraries = 'rowhouse'"
    said=$(sql 'create extension rowhouse' || true)
    has "$said" 'rowhouse must be loaded when the server starts' 'without preload CREATE EXTENSION fails'
    has "$said" "$hint" 'and names the line to add'
    is "$(sql "select count(*) from pg_namespace where nspname = 'rowhouse'")" 0 'nothing is left of it'
}

with_preload() {
    is "$(sql 'create extension rowhouse')" '' 'with that line CREATE EXTENSION succeeds'
    has "$(sql 'select * from rowhouse.lint()' || true)" 'does not exist' 'before install() the registries are missing'
    has "$(sql 'select rowhouse.jwks()' || true)" 'Call rowhouse.install() once in this database.' 'which functions say'
    is "$(sql 'select rowhouse.install()')" '' 'install() succeeds'
    is "$(sql 'select rowhouse.install()')" '' 'twice'
    is "$(sql 'select * from rowhouse.lint()')" '' 'lint() finds nothing'
    is "$(sql 'select rowhouse.has_root_key()')" f 'there is no root key'
    has "$(sql "select rowhouse.issue_access_token(gen_random_uuid(), gen_random_uuid(), gen_random_uuid())" || true)" \
        rotate_key 'without which tokens are refused, saying what to call'
    has "$(sql "select rowhouse.rotate_key('jwt')" || true)" 'set rowhouse.key_file' 'and keys, saying what to set'
    is "$(sql "select count(*) from rowhouse.keys")" 0 'no key was made'
}

later_root_key() {
    make_secret "$key_file" 32
    printf "rowhouse.key_file = '%s'\n" "$key_file" >>"$pgdata/postgresql.conf"
    restart
    is "$(sql 'select rowhouse.install()')" '' 'with a root key install() may be called again'
    is "$(sql 'select rowhouse.key_ring_fault() is null')" t 'and makes the keys'
}

# What a developer without special rights does in a database of theirs.
daily_work() {
    as dev 'create temporary table t as select 1 as one' \
        'create or replace function dev.f() returns integer language plpgsql as '\''begin return 1; end'\''' \
        'create or replace function dev.g() returns integer language sql as '\''select 1'\''' \
        'create table if not exists dev.things (id integer primary key, name text unique)' \
        'alter table dev.things add column if not exists at timestamptz default now()' \
        'select lo_unlink(lo_create(0))' 'select pg_advisory_lock(1), pg_advisory_unlock(1)' \
        "select pg_notify('news', '')" 'vacuum analyze dev.things'
}

other_people() {
    sql 'create role dev login; create schema dev authorization dev'
    check "others work in the database as before" daily_work
    is "$(as dev 'select rowhouse.tenant_id()' | grep -c 'permission denied for schema rowhouse')" 1 'they may not call the mechanism'
    has "$(as dev "set rowhouse.context = 'x'" || true)" 'permission denied' 'nor set its context'
    sql 'select rowhouse.harden_database()' >/dev/null
    has "$(as dev 'select 1' || true)" 'permission denied for database' 'harden_database() shuts them out'
    sql 'grant connect, temporary on database shop to dev; grant usage on language sql, plpgsql to dev'
    "$bin/psql" -Xq <<-'END'
	select format('grant execute on function %s to dev', oid::regprocedure) from pg_proc
	 where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^(lo_|pg_advisory|pg_notify)' \gexec
	END
    check "until they are granted back what they need" daily_work
}

in_database() { PGDATABASE=$1 sql "${@:2}"; }

load() {
    "$bin/createdb" -U postgres bank
    "$bin/pgbench" -q -i -s 1 bank && "$bin/pgbench" -n -c 2 -t 200 bank && "$bin/pgbench" -n -S -M prepared -t 500 bank
}

other_extensions() {
    sql 'create extension pgcrypto; create extension hstore; create extension pg_trgm'
    is "$(sql "select encode(digest('abc', 'sha256'), 'hex') like 'ba7816bf%',
                      pgp_sym_decrypt(pgp_sym_encrypt('x', 'k'), 'k'), 'a=>1'::hstore -> 'a', similarity('word', 'word')")" \
        't|x|1|1' 'pgcrypto, hstore and pg_trgm work beside it'
    sql 'create table public.words (word text); create index on public.words using gin (word gin_trgm_ops)'
    is "$(sql "insert into public.words select 'word ' || n from generate_series(1, 2000) n" 'analyze public.words' \
        "select count(*) from public.words where word like '%999%'")" 2 'their indexes too'
}

umask 022
needs_two_libraries
install_postgresql
check 'make and make install succeed' install_extension
make_cluster
without_preload
preload
check 'a database without the extension works with the library preloaded: pgbench' load
with_preload
later_root_key
is "$(in_database bank 'select count(*) from pgbench_accounts')" 100000 'other databases are as they were'
check 'pgbench works in the database of the extension' env PGDATABASE=shop "$bin/pgbench" -q -i -s 1
check 'and runs' env PGDATABASE=shop "$bin/pgbench" -n -c 2 -t 200
other_extensions
other_people
finish_tap
