#!/bin/bash
# `make bench`: what a request over HTTP costs against the bare SQL by pgbench, as ratios of
# one run. Bounded: BENCH_SECONDS (8) for each of nine measurements.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# The first call makes a cluster and runs itself again within it.
if [[ -z ${ROWHOUSE_TEST_URL:-} ]]; then
    make --no-print-directory -C "$here/../.." build
    exec "$here/../harness/with_cluster.sh" --serve bench -- "$0"
fi

seconds=${BENCH_SECONDS:-8}
tenants=${BENCH_TENANTS:-1000}
contacts=${BENCH_CONTACTS:-1000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export BENCH_TARGETS=$work/targets

seed() {
    psql -X -q -v ON_ERROR_STOP=1 -v tenants="$tenants" -v contacts="$contacts" -f "$here/seed.sql"
    psql -XAt -v contacts="$contacts" -f "$here/targets.sql" >"$BENCH_TARGETS"
}

# The bare SQL of a route, one script for each of 64 tenants, each with its ids written in.
bare_scripts() {
    local route=$1 tenant contact n=0
    while IFS='|' read -r _ tenant contact && ((n < 64)); do
        n=$((n + 1))
        case $route in
            get) printf "select id, name, phone, email, notes, created_at, updated_at from app.contacts where tenant_id = '%s' and id = '%s';\n" "$tenant" "$contact" ;;
            list) printf "select id, name, phone, email, notes, created_at, updated_at from app.contacts where tenant_id = '%s' order by id desc limit 50;\n" "$tenant" ;;
            create) printf "insert into app.contacts (tenant_id, name, phone) values ('%s', 'New contact', '+5511987654321') returning id, name, phone, email, notes, created_at, updated_at;\n" "$tenant" ;;
        esac >"$work/$route-$n.sql"
        printf -- '-f\n%s\n' "$work/$route-$n.sql"
    done <"$BENCH_TARGETS"
}

bare_rate() {
    local scripts
    mapfile -t scripts < <(bare_scripts "$1")
    pgbench -n -M prepared -c 64 -j 2 -T "$seconds" "${scripts[@]}" 2>/dev/null |
        sed -n 's/^tps = \([0-9.]*\).*/\1/p'
}

# rate, wrong answers, p99 in ms
http_result() {
    BENCH_ROUTE=$1 wrk -t2 -c"${2:-64}" -d"$seconds" --timeout 10s -s "$here/requests.lua" \
        "$ROWHOUSE_TEST_URL" | sed -n 's/^RESULT //p'
}

# Argon2id alone, on both processors.
hash_rate() {
    printf "select rowhouse.hash_password('bench-password');\n" >"$work/hash.sql"
    pgbench -n -c 2 -j 2 -T "$seconds" -f "$work/hash.sql" 2>/dev/null |
        sed -n 's/^tps = \([0-9.]*\).*/\1/p'
}

report() {
    local name=$1 base=$2 rate wrong p99
    read -r rate wrong p99 <<<"$3"
    awk -v n="$name" -v b="$base" -v r="$rate" -v w="$wrong" -v p="$p99" 'BEGIN {
        printf "%-12s %9.0f /s  base %9.0f /s  ratio %.2f  p99 %7.2f ms  wrong %d\n", n, r, b, r / b, p, w }'
}

printf '%s tenants x %s contacts, 64 connections, %s s each\n' "$tenants" "$contacts" "$seconds"
seed
for route in get list create; do
    base=$(bare_rate "$route")
    report "$route" "$base" "$(http_result "$route")"
done
report login "$(hash_rate)" "$(http_result login 16)"
