#!/bin/bash
# `make bench`: what a request costs, as ratios of one run, each with its base. Some five minutes;
# BENCH_SECONDS (8) for each measurement, BENCH_TENANTS (1000) x BENCH_CONTACTS (1000) rows.
set -euo pipefail

# The first call makes a cluster and runs itself again within it, with the server as it is by
# default. Commits are as durable on both sides: handle() insists on synchronous_commit.
if [[ -z ${ROWHOUSE_TEST_URL:-} ]]; then
    cd "$(dirname "${BASH_SOURCE[0]}")/../.."
    make --no-print-directory build
    export ROWHOUSE_HTTP_THREADS=1 ROWHOUSE_LOG_LEVEL=${ROWHOUSE_LOG_LEVEL:-info}
    exec tests/harness/with_cluster.sh --serve bench -- tests/bench/run.sh "$@"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
tenants=${BENCH_TENANTS:-1000}
contacts=${BENCH_CONTACTS:-1000}

# rate, wrong answers, p50, p95, p99 in ms
http_run() {
    BENCH_ROUTE=$1 wrk -t2 -c"${2:-64}" -d"$seconds" --timeout 10s -s "$here/requests.lua" \
        "$ROWHOUSE_TEST_URL" | sed -n 's/^RESULT //p'
}

heading() { printf '\n%s\n' "$1"; }

http_row() {
    local name=$1 base=$2 result=$3
    awk -v n="$name" -v b="$base" -v r="$result" 'BEGIN {
        split(r, v, " ")
        printf "%-8s %8.0f /s   base %8.0f /s   ratio %.2f   p50 %6.2f  p95 %6.2f  p99 %6.2f ms   wrong %d\n",
            n, v[1], b, v[1] / b, v[3], v[4], v[5], v[2] }'
}

# Argon2id alone, on both processors.
hash_rate() {
    printf "select rowhouse.hash_password('bench-password');\n" >"$work/hash.sql"
    pgbench -n -c 2 -j 2 -T "$seconds" -f "$work/hash.sql" 2>/dev/null | sed -n 's/^tps = \([0-9.]*\).*/\1/p'
}

bench_http() {
    heading "requests over HTTP, 64 connections, of the bare SQL by pgbench -M prepared -c 64 -j 2"
    local route bare rate
    for route in get list create; do
        bare=bare_$route
        read -r rate _ < <(pgbench_run "$bare" "${!bare}" 64)
        http_row "$route" "$rate" "$(http_run "$route")"
    done
    heading "logins over HTTP, 16 connections, of Argon2id alone on both processors"
    http_row login "$(hash_rate)" "$(http_run login 16)"
    printf 'rowhoused: %s MiB resident\n' \
        "$(awk '/^VmRSS/ { print int($2 / 1024 + 0.5) }' "/proc/$ROWHOUSE_TEST_SERVER_PID/status")"
}

bench_handle() {
    heading "handle() in one backend, of the bare SQL: microseconds of its processor time a call"
    local route bare handle base cost
    for route in get list create; do
        bare=bare_$route handle=handle_$route
        read -r _ base < <(pgbench_run "$bare" "${!bare}" 1)
        read -r _ cost < <(as_gateway pgbench_run "$handle" "${!handle}" 1)
        awk -v n="$route" -v b="$base" -v c="$cost" 'BEGIN {
            printf "%-8s %8.1f us   base %8.1f us   ratio %.2f\n", n, c, b, c / b }'
    done
}

bench_rls() {
    heading "row-level security by rowhouse.tenant_id(), of where tenant_id = \$1 by hand: backend time"
    run_sql -v seconds="$seconds" -f "$here/rls.sql"
}

# The database of the first parts is emptied: three sizes of one shape.
bench_growth() {
    heading "GET by id through handle() as tenants grow, 10 contacts each: backend time a call"
    local size first=1 base='' cost
    run_sql -f "$here/empty.sql"
    for size in 10 1000 "${BENCH_MOST_TENANTS:-100000}"; do
        seed "$first" "$size" 10
        first=$((size + 1))
        write_targets
        read -r _ cost < <(as_gateway pgbench_run grown "$handle_get" 1)
        base=${base:-$cost}
        awk -v n="$size" -v b="$base" -v c="$cost" 'BEGIN {
            printf "%8d tenants %8.1f us   of 10 tenants: ratio %.2f\n", n, c, c / b }'
    done
}

heading "$tenants tenants x $contacts contacts, $seconds s for each measurement"
run_sql -c "alter system set synchronous_commit = on" -c "select pg_reload_conf()" >/dev/null
seed 1 "$tenants" "$contacts"
for part in "${@:-http handle rls growth}"; do
    for name in $part; do
        write_targets
        "bench_$name"
    done
done
