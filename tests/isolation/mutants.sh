#!/bin/bash
# Removes one protection at a time, in a copy of the database, and shows which check turns red:
# the matrix of requests, the rules over the catalog, or the verbs that tenants try in SQL.
# One protection of each kind; with --all each of every object, and all three checks are asked
# about one of each kind. Prints TAP.
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
all=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset ROWHOUSE_TEST_URL # the matrix asks the copy itself

run_sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }

# Each check names the first thing it finds wrong, or nothing.
check_matrix() {
    PGDATABASE=$1 "$folder/build/isolation_test" --gtest_filter='Matrix.*' --gtest_fail_fast >"$work/$1.matrix" 2>&1 && return
    sed -nE '/^\[  FAILED  \] (Matrix\.[^(]*).*/{s//\1/p;q}' "$work/$1.matrix" | grep . || tail -n 1 "$work/$1.matrix"
}

check_catalog() {
    PGDATABASE=$1 psql -X -q -A -t -v quick=1 -f "$folder/../sql/45_catalog.sql" -f "$folder/../sql/46_catalog_access.sql" \
        -f "$folder/../sql/46_catalog_routines.sql" -f "$folder/../sql/46_catalog_routes.sql" >"$work/$1.catalog" 2>&1 || true
    sed -nE '/^not ok [0-9]+ - /{s///p;q};/ERROR:/{p;q}' "$work/$1.catalog"
}

check_verbs() {
    PGDATABASE=$1 psql -X -q -A -t -f "$folder/../sql/15_isolation_verbs.sql" >"$work/$1.verbs" 2>&1 || true
    sed -nE '/^not ok [0-9]+ - /{s///p;q};/ERROR:/{p;q}' "$work/$1.verbs"
}

# catchers DATABASE SHOWS THOROUGH: the matrix is asked only about what requests could show, and the
# verbs, which are slow, only when nothing else has caught it, unless all three shall be.
catchers() {
    local check found caught=
    for check in matrix catalog verbs; do
        [[ $check != matrix || $2 == t || $3 == t ]] || continue
        [[ $check != verbs || -z $caught || $3 == t ]] || continue
        found=$("check_$check" "$1" || true)
        [[ -z $found ]] || caught+="$check (${found:0:90}) "
    done
    printf '%s' "${caught% }"
}

# try_mutant NUMBER NAME STATEMENT MEND SHOWS THOROUGH: what happened, in a file of its own.
try_mutant() {
    local number=$1 name=$2 statement=$3 mend=$4 shows=$5 thorough=$6 copy=mutant_$1 caught
    run_sql -d postgres -c "create database $copy template $PGDATABASE strategy file_copy"
    if PGOPTIONS='-c session_replication_role=replica' run_sql -d "$copy" -c "$statement" >"$work/$copy.applied" 2>&1; then
        caught=$(catchers "$copy" "$shows" "$thorough")
    else
        caught=
        name+=" cannot be made: $(head -n 1 "$work/$copy.applied")"
    fi
    [[ -z $mend ]] || run_sql -d "$copy" -c "$mend"
    run_sql -d postgres -c "drop database $copy with (force)"
    if [[ -n $caught ]]; then
        printf 'ok %d - mutant "%s" is caught by %s\n' "$number" "$name" "$caught"
    else
        printf 'not ok %d - mutant "%s" survives\n' "$number" "$name"
    fi >"$work/$number"
}

# Each line of standard input: number, name, statement, how to mend, whether requests show it, and
# whether it is tried thoroughly.
try_all() {
    export -f try_mutant catchers run_sql check_matrix check_catalog check_verbs
    export folder work
    # shellcheck disable=SC2016 # expanded by the inner shell
    tr '\n' '\0' | xargs -0 -r -P "$1" -I{} bash -c 'IFS=$'"'\x1f'"' read -r number name statement mend shows thorough _ <<<"$1"; try_mutant "$number" "$name" "$statement" "$mend" "$shows" "$thorough"' _ {}
}

prepare() {
    run_sql -c 'create extension if not exists pgtap schema public'
    run_sql -1 -f "$folder/resources.sql" >/dev/null
}

list_mutants() {
    run_sql -f "$folder/mutants.sql" |
        awk -F '\t' -v OFS='\x1f' -v all="$all" 'all != "" || $6 == "t" { print ++n, $1, $3, $4, $5, all != "" && $6 == "t" ? "t" : "f", $2 }'
}

# What is red without a mutant would catch every one.
expect_green() {
    run_sql -d postgres -c "create database mutant_0 template $PGDATABASE"
    local found
    found=$(catchers mutant_0 t t)
    [[ -z $found ]] || { printf 'Bail out! Without a mutant it is caught by %s\n' "$found"; exit 1; }
    run_sql -d postgres -c 'drop database mutant_0 with (force)'
}

prepare
expect_green
list_mutants >"$work/list"
grep -v $'role$' "$work/list" | try_all "$(nproc)"
grep $'role$' "$work/list" | try_all 1 # all databases share the roles
count=$(wc -l <"$work/list")
for number in $(seq "$count"); do cat "$work/$number"; done
printf '1..%d\n' "$count"
