#!/bin/bash
# `make run`: builds Rowhouse, makes or updates its private cluster, and serves it in
# the foreground until Ctrl-C or SIGTERM. A second run keeps the data.
#
# Settings come from the environment or .env: ROWHOUSE_ENV, ROWHOUSE_HOST,
# ROWHOUSE_PORT, ROWHOUSE_METRICS_PORT, ROWHOUSE_SMTP_URL, ROWHOUSE_DATA, and any ROWHOUSE_DB_<NAME>
# for the database's own setting rowhouse.<name>.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"

server=0 # process id of rowhoused, 0 while there is none
worker=0 # and of its worker
demo_logins=

# Everything that can be refused is refused before anything is built or started.
check_port() {
    local host=$1 port=$2 setting=$3
    [[ $host != 0.0.0.0 && $host != '::' ]] || host=127.0.0.1
    if port_is_taken "$host" "$port"; then
        die "port $port on $host is in use: stop what listens there or set $setting"
    fi
}

check_ports() {
    check_port "$ROWHOUSE_HOST" "$ROWHOUSE_PORT" ROWHOUSE_PORT
    check_port "${ROWHOUSE_METRICS_HOST:-127.0.0.1}" "${ROWHOUSE_METRICS_PORT:-9464}" ROWHOUSE_METRICS_PORT
}

# The lock lives as long as this script; children must close descriptor 9.
lock_home() {
    mkdir -p "$home" 2>/dev/null || die "cannot make $home: set ROWHOUSE_DATA to a folder of yours"
    exec 9>"$home/run.lock"
    flock -n 9 || die "another 'make run' is using $home: stop it, or set ROWHOUSE_DATA and ROWHOUSE_PORT"
    as_db test -x "$home" || die "user $(db_user) cannot enter $home: set ROWHOUSE_DATA to a folder it can reach"
}

build() {
    "$root_dir/docker/local/deps.sh" run
    make --no-print-directory -C "$root_dir" build
    "$root_dir/docker/local/prefix.sh" "$prefix"
}

make_root_key() {
    [[ ! -e $key_file ]] || return 0
    make_secret "$key_file" 32
    say "made the root key $key_file"
    say "  BACK THIS FILE UP, apart from the database: without it encrypted columns, signing"
    say "  keys and second factors of this installation cannot be read by anybody."
}

start_database() {
    cluster_init
    make_root_key
    # Left over from a run that was killed: we hold the lock, so it is nobody else's.
    cluster_stop
    cluster_start
    create_database
    migrate_database
}

seed_demo() {
    [[ $ROWHOUSE_ENV == development && -f $source_dir/sql/demo.sql ]] || return 0
    demo_logins=$(cluster_psql "$database" -At -f "$source_dir/sql/demo.sql")
}

# Away from our process group, so that Ctrl-C reaches it only through stop_all; and ended
# by the kernel should this script be killed.
serve() {
    ROWHOUSE_DATABASE_URL=$(role_url rowhouse_gateway) \
        ROWHOUSE_DATABASE_PASSWORD_FILE=$secrets/rowhouse_gateway.password \
        ROWHOUSE_SOURCE_DIR=$source_dir exec_as_db setsid setpriv --pdeathsig TERM "$rowhoused" serve 9>&- &
    server=$!
    wait_for_url "$url/healthz" "$server" 30 ||
        die "the server did not come up: its messages are above, PostgreSQL's in $pg_log"
    warn_unless_ready "$url"
}

# Sends the mails that requests leave; as files unless ROWHOUSE_SMTP_URL says where to.
work() {
    private_dir "$mail"
    ROWHOUSE_WORKER_DATABASE_URL=$(role_url rowhouse_worker) \
        ROWHOUSE_WORKER_PASSWORD_FILE=$secrets/rowhouse_worker.password \
        ROWHOUSE_MAIL_DIR=$mail exec_as_db setsid setpriv --pdeathsig TERM "$rowhoused" worker 9>&- &
    worker=$!
}

announce() {
    say "Rowhouse ($ROWHOUSE_ENV) listens on $url"
    say "  data in $home; SQL as superuser: docker/local/cluster.sh psql"
    [[ -n ${ROWHOUSE_SMTP_URL:-} ]] || say "  mails are files in $mail"
    [[ -z $demo_logins ]] || printf '%s\n' "demo logins:" "$demo_logins"
    say "Ctrl-C stops it."
}

# The server and the worker first, so that what they have begun ends while the database answers.
stop_all() {
    local process
    trap '' INT TERM
    for process in "$server" "$worker"; do
        if ((process)) && kill -TERM "$process" 2>/dev/null; then
            wait "$process" || true
        fi
    done
    [[ ! -d $pgdata ]] || cluster_stop
}

stop_asked() {
    say "stopping"
    exit 0
}

main() {
    load_env
    export ROWHOUSE_ENV=${ROWHOUSE_ENV:-development} ROWHOUSE_HOST=${ROWHOUSE_HOST:-127.0.0.1}
    export ROWHOUSE_PORT=${ROWHOUSE_PORT:-8080}
    url=http://$ROWHOUSE_HOST:$ROWHOUSE_PORT
    # Where the links in mails lead, until there is a frontend.
    [[ $ROWHOUSE_ENV == production ]] || export ROWHOUSE_DB_PUBLIC_URL=${ROWHOUSE_DB_PUBLIC_URL:-$url}
    home=$(data_home) prefix=$home/prefix
    mail=$(realpath -m "${ROWHOUSE_MAIL_DIR:-$home/mail}")
    cluster_paths
    check_ports
    lock_home
    trap stop_asked INT TERM
    build
    trap stop_all EXIT
    start_database
    seed_demo
    serve
    work
    announce
    wait -n "$server" "$worker" || die "the server or its worker ended by itself with status $?"
}

main
