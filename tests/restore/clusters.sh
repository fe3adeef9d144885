# shellcheck shell=bash
# More clusters beside the one of with_cluster.sh. Sourced, never run. One at a time is the
# present one: use_cluster sets the variables that docker/local/cluster.sh works with.
# shellcheck disable=SC2034  # some of them are for its functions
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$tests/../../docker/local/cluster.sh"

folder=$(mktemp -d "/tmp/rowhouse-restore-XXXXXX")
chmod 0755 "$folder"
unset PGHOST PGPORT PGDATABASE PGUSER PGPASSFILE
cluster_initdb_options=--no-sync
cluster_extra=$(printf '%s\n' 'fsync = off' 'full_page_writes = off' 'max_wal_size = 256MB')
server=0

# use_cluster NAME PREFIX: HOME lies in our folder.
use_cluster() {
    home=$folder/$1 prefix=$2
    mkdir -p "$home"
    cluster_paths
    socket=$home/socket
}

start_cluster() {
    use_cluster "$1" "$2"
    cluster_init
    cluster_start
}

# The server over the present cluster, with the passwords of folder $1. Sets `url`.
serve() {
    local port=$((20000 + RANDOM % 12000))
    while port_is_taken 127.0.0.1 "$port"; do port=$((port + 7)); done
    url=http://127.0.0.1:$port
    ROWHOUSE_ENV=development ROWHOUSE_HOST=127.0.0.1 ROWHOUSE_PORT=$port \
        ROWHOUSE_METRICS_PORT=$((port + 1)) ROWHOUSE_SOURCE_DIR=$source_dir \
        ROWHOUSE_DATABASE_URL=$(role_url rowhouse_gateway) \
        ROWHOUSE_DATABASE_PASSWORD_FILE=$1/rowhouse_gateway.password \
        exec_as_db setsid setpriv --pdeathsig TERM "$rowhoused" serve >>"$home/rowhoused.log" 2>&1 &
    server=$!
    wait_for_url "$url/healthz" "$server" 20
}

stop_serving() {
    ((server)) || return 0
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=0
}

stop_clusters() {
    local name
    stop_serving
    for name in "$folder"/*/postgres; do
        [[ -d $name ]] || continue
        pgdata=$name
        cluster_stop
    done
    rm -rf "$folder"
}
trap stop_clusters EXIT

sql() { cluster_psql "$database" -At "$@"; }
structure() { sql -f "$tests/structure.sql"; }
rows() { sql -f "$tests/rows.sql"; }

# request METHOD PATH [CURL OPTION…]: body and status of the server at $url.
request() {
    local method=$1 path=$2
    shift 2
    curl -s --max-time 10 -X "$method" -H 'Content-Type: application/json' -w '\n%{http_code}' "$@" "$url$path"
}
status_of() { request "$@" | tail -n 1; }
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }

login() {
    request POST /api/v1/auth/login -d "{\"email\":\"$1\",\"password\":\"${2:-demo-password}\"}"
}
