#!/bin/bash
# Runs test suites, all or the named ones, and closes with `N passed, N failed`,
# counted from what the tests themselves reported. Usage: run.sh [SUITE…]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tests/harness/count.sh
unset MAKEFLAGS MAKELEVEL MFLAGS

jobs=-j$(nproc)
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

in_cluster() { tests/harness/with_cluster.sh "$@"; }

run_unit() {
    make -s "$jobs" -C tests/unit && tests/unit/build/unit_test
}

run_sanitize() {
    make -s "$jobs" -C tests/unit sanitize && tests/unit/build/unit_test_sanitized
}

# Inputs that libFuzzer makes up for each parser, a fixed number.
run_fuzz() {
    make -s "$jobs" -C tests/fuzz && tests/fuzz/run.sh
}

# Thousands of spoiled requests to the database, in one backend.
run_mutated() {
    make -s "$jobs" -C tests/mutated && in_cluster mutated -- tests/mutated/build/mutated_test
}

run_server() {
    make -s "$jobs" -C tests/server && tests/server/build/server_test
}

run_sql() {
    in_cluster sql -- bash -c '
        psql -X -q -c "create extension if not exists pgtap schema public" &&
        pg_prove --verbose --jobs 1 --ext .sql tests/sql'
}

run_api() {
    make -s "$jobs" -C tests/api && in_cluster --serve api -- tests/api/build/api_test
}

# Every operation with every id that is not the caller's, and protections removed one by one.
run_isolation() {
    make -s "$jobs" -C tests/isolation && in_cluster --serve isolation -- tests/isolation/build/isolation_test
}

run_mutants() {
    make -s "$jobs" -C tests/isolation && in_cluster mutants -- tests/isolation/mutants.sh
}

# Scripts that print TAP, one after the other against one served cluster.
run_attack() {
    in_cluster --serve --demo attack -- prove --verbose --exec '' tests/attack/*.sh
}

# Dump, restore and upgrade, on clusters beside a served one with demo data.
run_restore() {
    in_cluster --serve --demo restore -- prove --verbose --exec '' tests/restore/[0-9]*.sh
}

# The extension alone on a stock PostgreSQL; the last script asks for a migrated database.
run_dba() { in_cluster dba -- prove --verbose --exec '' tests/dba/[0-9]*.sh; }

# The committed files that are made from the code.
run_generated() { in_cluster generated -- tests/generate.sh; }

# The OpenAPI document and the server, judged by public tools.
run_openapi() { in_cluster --serve openapi -- tests/openapi/run.sh; }

# Every function in C under valgrind, and so often that a leak would show.
run_memory() { tests/memory/run.sh; }

format_of() { case $1 in fuzz | sql | attack | generated | openapi | restore | dba | mutants | memory) printf tap ;; *) printf googletest ;; esac; }

# What removed each protection, and the check that named it: worth reading in a green run too.
tell_mutants() { grep -E '^ok [0-9]+ - (mutant|.* does no harm)' "$1" || true; }

run_suite() {
    local suite=$1 log=$logs/$1 status=0 started=$SECONDS before_passed=$passed before_failed=$failed
    declare -F "run_$suite" >/dev/null || { printf 'unknown suite %s\n' "$suite" >&2 && exit 2; }
    printf '== %s\n' "$suite"
    "run_$suite" >"$log" 2>&1 || status=$?
    "count_$(format_of "$suite")" "$suite" "$log" "$status"
    if ((failed > before_failed)); then
        cat "$log"
    else
        tell_mutants "$log"
    fi
    printf '== %s: %d passed, %d failed in %d s\n' "$suite" $((passed - before_passed)) \
        $((failed - before_failed)) $((SECONDS - started))
}

suites=("$@")
[[ ${#suites[@]} -gt 0 ]] || suites=(unit sanitize fuzz server generated sql mutated api openapi isolation mutants attack restore dba memory)
make build
for suite in "${suites[@]}"; do
    run_suite "$suite"
done
finish
