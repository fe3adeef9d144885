#!/bin/bash
# Runs one test suite, for run.sh: what it says goes to FOLDER/SUITE.log, its exit status and how
# many seconds it took to FOLDER/SUITE.ended. Usage: suite.sh FOLDER SUITE
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
unset MAKEFLAGS MAKELEVEL MFLAGS

# build FOLDER [TARGET]: two suites may be of the same programs.
build() { flock "tests/$1" make -s -j"$(nproc)" -C "tests/$1" "${@:2}"; }

in_cluster() { tests/harness/with_cluster.sh "$@"; }

run_unit() {
    build unit && tests/unit/build/unit_test
}

run_sanitize() {
    build unit sanitize && tests/unit/build/unit_test_sanitized
}

# Inputs that libFuzzer makes up for each parser, a fixed number.
run_fuzz() {
    build fuzz && tests/fuzz/run.sh
}

# Thousands of spoiled requests to the database, in one backend.
run_mutated() {
    build mutated && in_cluster mutated -- tests/mutated/build/mutated_test
}

run_server() {
    build server && tests/server/build/server_test
}

run_sql() {
    in_cluster sql -- bash -c '
        psql -X -q -c "create extension if not exists pgtap schema public" &&
        pg_prove --verbose --jobs 1 --ext .sql tests/sql'
}

run_api() {
    build api && in_cluster --serve api -- tests/api/build/api_test
}

# Every operation with every id that is not the caller's, and protections removed one by one.
run_isolation() {
    build isolation && in_cluster --serve isolation -- tests/isolation/build/isolation_test
}

run_mutants() {
    build isolation && in_cluster mutants -- tests/isolation/mutants.sh
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

folder=$1 suite=$2 status=0
declare -F "run_$suite" >/dev/null || { printf 'unknown suite %s\n' "$suite" >&2 && exit 2; }
"run_$suite" >"$folder/$suite.log" 2>&1 || status=$?
printf '%d %d\n' "$status" "$SECONDS" >"$folder/$suite.part"
mv "$folder/$suite.part" "$folder/$suite.ended"
