#!/bin/bash
# `make bench`: what a request costs, as ratios of one run, each with its base. Some five minutes;
# BENCH_SECONDS (4) for each measurement, BENCH_TENANTS (1000) x BENCH_CONTACTS (1000) rows.
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
. "$here/instructions.sh"

# rate, wrong answers, p50, p95, p99 in ms
http_run() {
    BENCH_ROUTE=$1 wrk -t2 -c"${2:-64}" -d"$seconds" --timeout 10s -s "$here/requests.lua" \
        "$ROWHOUSE_TEST_URL" | sed -n 's/^RESULT //p'
}

heading() { printf '\n%s\n' "$1"; }

# The median of three rounds by its ratio: base and requests take turns, as machines have moods.
# http_row NAME BASE [CLIENTS]; BASE: a function that prints the rate to hold it against
http_row() {
    local name=$1 base=$2
    for _ in 1 2 3; do
        printf '%s %s %s\n' "$name" "$("$base" "$name")" "$(http_run "$name" "${3:-64}")"
    done | awk '{ print $3 / $2, $0 }' | sort -n | sed -n 2p | awk '{
        printf "%-8s %8.0f /s   base %8.0f /s   ratio %.2f   p50 %6.2f  p95 %6.2f  p99 %6.2f ms   wrong %d\n",
            $2, $4, $3, $1, $6, $7, $8, $5 }'
}

bare_rate() {
    local bare=bare_$1
    pgbench_run "$bare" "${!bare}" 64 | cut -d ' ' -f 1
}

# Argon2id alone, on both processors.
hash_rate() {
    printf "select rowhouse.hash_password('bench-password');\n" >"$work/hash.sql"
    pgbench -n -c 2 -j 2 -T "$seconds" -f "$work/hash.sql" 2>/dev/null | sed -n 's/^tps = \([0-9.]*\).*/\1/p'
}

bench_http() {
    heading "requests over HTTP, 64 connections, of the bare SQL by pgbench -M prepared -c 64 -j 2"
    local route
    for route in get list create; do
        write_targets
        http_row "$route" bare_rate
    done
    heading "logins over HTTP, 16 connections, of Argon2id alone on both processors"
    http_row login hash_rate 16
    printf 'rowhoused: %s MiB resident\n' \
        "$(awk '/^VmRSS/ { print int($2 / 1024 + 0.5) }' "/proc/$ROWHOUSE_TEST_SERVER_PID/status")"
}

# A key is hashed at its first use, which is no part of this.
bench_keys() {
    heading "GET by id over HTTP by API key, of the same by access token: 4 connections, p50 in ms"
    head -n 64 "$BENCH_TARGETS" >"$work/tokens"
    run_sql -f "$here/keys.sql" >"$work/keys"
    BENCH_TARGETS=$work/keys http_run get 4 >/dev/null
    for _ in 1 2 3 4 5; do
        printf '%s %s\n' "$(BENCH_TARGETS=$work/tokens http_run get 4)" "$(BENCH_TARGETS=$work/keys http_run get 4)"
    done | awk '{ print $8 / $3, $0 }' | sort -n | sed -n 3p | awk '{
        printf "get      %8.3f ms   base %8.3f ms   ratio %.2f   wrong %d\n", $9, $4, $1, $3 + $8 }'
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

# reads ROLE STATEMENT: a transaction of one tenant that runs it a hundred times as ROLE. A colon in
# quotes would be a variable to pgbench.
reads() {
    local role=$1 statement=$2 tenant person n
    IFS='|' read -r tenant person < <(run_sql -c "select tenant_id, user_id from rowhouse_private.sessions limit 1")
    printf '%s;\n' begin "select rowhouse.assume('$tenant', '$person', 'benchmark', array['contacts' || chr(58) || 'read'])" \
        "set local role $role"
    for ((n = 0; n < 100; n++)); do
        printf '\\set contact random(1, %s)\n%s;\n' "$contacts" "${statement//'{tenant}'/$tenant}"
    done
    printf 'commit;\n'
}

# One role is past the wall, but no superuser: both are asked for their grants.
bench_rls() {
    heading "row-level security by rowhouse.tenant_id(), of where tenant_id = … by hand: microseconds
of the backend's processor time a statement"
    run_sql -f "$here/bypass.sql"
    local name bare wall rest
    for name in get list; do
        rest="and id = $(id_of contact)"
        [[ $name == get ]] || rest="and id < $(id_of contact) order by id desc limit 50"
        reads bench_bypass "select $columns from app.contacts where tenant_id = '{tenant}' $rest" >"$work/bare-$name.sql"
        reads rowhouse_tenant "select $columns from app.contacts where true $rest" >"$work/wall-$name.sql"
        for _ in 1 2 3; do
            bare=$(pgbench_file "bare-$name")
            wall=$(pgbench_file "wall-$name")
            printf '%s %s %s\n' "$name" "${bare#* }" "${wall#* }"
        done | awk '{ print $3 / $2, $0 }' | sort -n | sed -n 2p | awk '{
            printf "%-8s %8.2f us   base %8.2f us   ratio %.2f\n", $2, $4 / 100, $3 / 100, $1 }'
    done
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
        cost=$(for _ in 1 2 3; do as_gateway pgbench_run grown "$handle_get" 1; done | cut -d ' ' -f 2 | sort -n | sed -n 2p)
        base=${base:-$cost}
        awk -v n="$size" -v b="$base" -v c="$cost" 'BEGIN {
            printf "%8d tenants %8.1f us   of 10 tenants: ratio %.2f\n", n, c, c / b }'
    done
}

heading "$tenants tenants x $contacts contacts, $seconds s for each measurement"
# Rate limits are counted, but nobody reaches them.
run_sql -c "alter system set synchronous_commit = on" -c "alter system set rowhouse.rate_limit = 4000000" \
    -c "alter system set rowhouse.rate_limit_tenant = 4000000" \
    -c "alter system set rowhouse.rate_limit_address = 4000000" \
    -c "select rowhouse.rate_class('auth', 4000000)" -c "select pg_reload_conf()" >/dev/null
seed 1 "$tenants" "$contacts"
for part in "${@:-http keys handle rls growth instructions}"; do
    for name in $part; do
        write_targets
        "bench_$name"
    done
done
