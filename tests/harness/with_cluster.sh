#!/bin/bash
# Runs a command against a cluster of its own, which is gone afterwards.
#
#     with_cluster.sh [--serve] [--demo] NAME -- COMMAND…
#
# --demo seeds the demo data, --serve starts rowhoused on a free loopback port.
# The command finds, in its environment:
#     PGHOST PGPORT PGDATABASE PGUSER   the superuser, let in without a password
#     PGPASSFILE                        the passwords of the two login roles
#     ROWHOUSE_TEST_GATEWAY, _WORKER    conninfo of these roles
#     ROWHOUSE_TEST_WORKER_PASSWORD_FILE
#                                       what `rowhoused worker` needs besides
#     ROWHOUSE_TEST_URL, _METRICS_URL   http://127.0.0.1:port, with --serve
#     ROWHOUSE_TEST_ROWHOUSED           the server's program
#     ROWHOUSE_TEST_HOME, _PREFIX       everything of the cluster; its PostgreSQL
#     ROWHOUSE_TEST_LOG, _SERVER_LOG    what PostgreSQL and rowhoused wrote
#     ROWHOUSE_TEST_SERVER_PID          process id of rowhoused
# Several run side by side. After a failure the logs stay, and their place is told.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../../docker/local/cluster.sh"

server=0
with_server=
with_demo=

parse_arguments() {
    while [[ ${1:-} == --?* ]]; do
        case $1 in
            --serve) with_server=yes ;;
            --demo) with_demo=yes ;;
            *) die "unknown option $1" ;;
        esac
        shift
    done
    [[ $# -ge 3 && $2 == -- ]] || die "usage: with_cluster.sh [--serve] [--demo] NAME -- COMMAND…"
    name=$1
    shift 2
    command=("$@")
}

make_home() {
    home=$(mktemp -d "/tmp/rowhouse-$name-XXXXXX")
    chmod 0755 "$home"
    prefix=$home/prefix
    cluster_paths
    server_log=$home/rowhoused.log
    # Tests come from one address and ask more than people do: those about rate limits turn them on.
    export ROWHOUSE_DB_RATE_LIMIT=0 ROWHOUSE_DB_RATE_LIMIT_TENANT=0 ROWHOUSE_DB_RATE_LIMIT_ADDRESS=0
    # They may lose their data in a crash of the machine; they may not lose time.
    cluster_initdb_options=--no-sync
    cluster_extra=$(printf '%s\n' 'fsync = off' 'full_page_writes = off' \
        'synchronous_commit = off' 'max_wal_size = 256MB')
}

start_cluster() {
    "$root_dir/docker/local/prefix.sh" "$prefix"
    cluster_init
    make_secret "$key_file" 32
    cluster_start
    create_database
    migrate_database >"$home/migrate.log" 2>&1 || {
        cat "$home/migrate.log" >&2
        die "the migration failed"
    }
    [[ -z $with_demo ]] || cluster_psql "$database" -f "$source_dir/sql/demo.sql" >/dev/null
}

export_environment() {
    export PGHOST=$socket PGPORT=5432 PGDATABASE=$database PGUSER=postgres
    export PGPASSFILE=$home/pgpass
    export ROWHOUSE_TEST_GATEWAY ROWHOUSE_TEST_WORKER
    ROWHOUSE_TEST_GATEWAY=$(role_url rowhouse_gateway)
    ROWHOUSE_TEST_WORKER=$(role_url rowhouse_worker)
    export ROWHOUSE_TEST_WORKER_PASSWORD_FILE=$secrets/rowhouse_worker.password
    export ROWHOUSE_TEST_HOME=$home ROWHOUSE_TEST_PREFIX=$prefix ROWHOUSE_TEST_LOG=$pg_log
    export ROWHOUSE_TEST_ROWHOUSED=$rowhoused ROWHOUSE_TEST_SERVER_LOG=$server_log
    export ROWHOUSE_DATA=$home # so that docker/local/cluster.sh speaks to this cluster
    local role
    for role in rowhouse_gateway rowhouse_worker; do
        printf '*:*:*:%s:%s\n' "$role" "$(<"$secrets/$role.password")"
    done >"$PGPASSFILE"
    chmod 0600 "$PGPASSFILE"
}

# Below the range the kernel hands out by itself, so that no client takes it first.
free_port() {
    local port
    for _ in {1..50}; do
        port=$((20000 + RANDOM % 12000))
        port_is_taken 127.0.0.1 "$port" || break
    done
    printf '%s' "$port"
}

try_to_serve() {
    local port metrics
    port=$(free_port) metrics=$(free_port)
    ROWHOUSE_ENV=${ROWHOUSE_ENV:-development} ROWHOUSE_HOST=127.0.0.1 ROWHOUSE_PORT=$port \
        ROWHOUSE_METRICS_PORT=$metrics ROWHOUSE_SOURCE_DIR=$source_dir \
        ROWHOUSE_HTTP_THREADS=${ROWHOUSE_HTTP_THREADS:-2} \
        ROWHOUSE_DATABASE_URL=$(role_url rowhouse_gateway) \
        ROWHOUSE_DATABASE_PASSWORD_FILE=$secrets/rowhouse_gateway.password \
        exec_as_db setsid setpriv --pdeathsig TERM "$rowhoused" serve >>"$server_log" 2>&1 &
    server=$!
    export ROWHOUSE_TEST_SERVER_PID=$server ROWHOUSE_TEST_URL=http://127.0.0.1:$port
    export ROWHOUSE_TEST_METRICS_URL=http://127.0.0.1:$metrics
    wait_for_url "$ROWHOUSE_TEST_URL/healthz" "$server" 20 || return
    warn_unless_ready "$ROWHOUSE_TEST_URL"
}

# Another process may take the port between our look and rowhoused's bind: try anew.
start_server() {
    for _ in 1 2 3; do
        try_to_serve && return
        kill -KILL "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    done
    die "rowhoused did not come up: $(tail -n 5 "$server_log")"
}

tear_down() {
    local status=$?
    trap '' INT TERM HUP
    if ((server)) && kill -TERM "$server" 2>/dev/null; then
        wait "$server" 2>/dev/null || true
    fi
    cluster_stop || true
    # Interrupted is not failed: nobody will read those logs.
    if ((status == 0 || status == 130 || status == 143)); then
        rm -rf "$home"
    else
        rm -rf "$prefix" "$pgdata" "$secrets" "$home/pgpass" "$socket"
        printf '%s\n' "$name: status $status; the logs are in $home" >&2
    fi
    exit "$status"
}

parse_arguments "$@"
make_home
socket=$home/socket
trap tear_down EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
start_cluster
[[ -z $with_server ]] || start_server
export_environment
# In the background, so that a signal is acted upon at once and not after the command.
"${command[@]}" <&0 &
child=$!
trap 'kill -INT "$child" 2>/dev/null || true; exit 130' INT
trap 'kill -TERM "$child" 2>/dev/null || true; exit 143' TERM HUP
wait "$child"
