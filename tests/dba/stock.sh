# shellcheck shell=bash
# A stock PostgreSQL of Debian's with the extension and nothing else of ours: no server, no
# application, no settings. Sourced, never run.
# shellcheck disable=SC2034  # variables are for those who source it
. "$(dirname "${BASH_SOURCE[0]}")/../../docker/local/common.sh"
. "$root_dir/tests/restore/tap.sh"

folder=$(mktemp -d "/tmp/rowhouse-dba-XXXXXX")
chmod 0755 "$folder"
prefix=$folder/prefix
bin=$prefix/usr/lib/postgresql/$pg_major/bin
pgdata=$folder/data
socket=$folder/socket
key_file=$folder/root.key
tenant_a=00000000-0000-7000-8000-00000000000a
tenant_b=00000000-0000-7000-8000-00000000000b
export PGHOST=$socket PGUSER=postgres PGDATABASE=shop

# As docker/local/prefix.sh does, without the server and the application.
install_postgresql() {
    local part
    for part in lib/postgresql/$pg_major share/postgresql/$pg_major; do
        mkdir -p "$prefix/usr/$part"
        cp -rs "/usr/$part/." "$prefix/usr/$part/"
    done
    rm -r "$bin"
    cp -L -r "/usr/lib/postgresql/$pg_major/bin" "$bin"
}

install_extension() {
    flock "$root_dir/Makefile" make --no-print-directory -s -C "$root_dir/extension" &&
        flock "$root_dir/Makefile" make --no-print-directory -s -C "$root_dir/extension" install DESTDIR="$prefix"
}

start() {
    as_db "$bin/pg_ctl" start --wait --silent --pgdata="$pgdata" --log="$folder/log" \
        -o "-c listen_addresses='' -c unix_socket_directories=$socket -c fsync=off"
}

restart() {
    as_db "$bin/pg_ctl" stop --wait --silent --mode=fast --pgdata="$pgdata"
    start
}

make_cluster() {
    private_dir "$pgdata"
    private_dir "$socket"
    touch "$folder/log"
    give_to_db "$folder/log"
    as_db "$bin/initdb" --pgdata="$pgdata" --username=postgres --encoding=UTF8 --locale=C.UTF-8 \
        --auth=trust --no-sync --no-instructions >/dev/null
    start
    "$bin/createdb" -U postgres shop
}

# The line that CREATE EXTENSION asks for.
preload() {
    printf "shared_preload_libraries = 'rowhouse'\n" >>"$pgdata/postgresql.conf"
    restart
}

# A cluster with the mechanism in database shop.
make_shop() {
    umask 022
    install_postgresql
    install_extension >/dev/null
    make_cluster
    preload
    sql 'create extension rowhouse; select rowhouse.install()' >/dev/null
}

stop_all() {
    as_db "$bin/pg_ctl" stop --wait --silent --mode=immediate --pgdata="$pgdata" 2>/dev/null || true
    rm -rf "$folder"
}
trap stop_all EXIT

# as ROLE SQL…: rows and errors; each SQL is a transaction of its own, the first error ends it.
as() {
    local role=$1 statement commands=()
    shift
    for statement in "$@"; do commands+=(-c "$statement"); done
    "$bin/psql" -XAtq -v ON_ERROR_STOP=1 -U "$role" "${commands[@]}" 2>&1
}
sql() { as postgres "$@"; }
