#!/bin/bash
# Many calls of each function in one backend: neither its memory contexts nor the process may grow
# with the number of calls. Prints the growth of each as TAP comments. TAP.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/world.sh"

allowed=700000 # bytes; PostgreSQL's own caches double in steps of half a megabyte

# An expression g times over: the last statement is what is measured.
call_script() {
    local times=$1 what=$2 expression=$3 block
    block="do \$\$ begin for g in 1..$times loop begin perform $expression; exception when others then null; end; end loop; end \$\$;"
    case $what in
        value) printf 'select count(%s) from (select generate_series(1, %d) g) s;\n' "$expression" "$times" ;;
        context)
            printf "begin;\nselect rowhouse.assume(tenant, id, 'memory', '{contacts:read}') from t;\n"
            printf 'select count(%s) from (select generate_series(1, %d) g) s;\nrollback;\n' "$expression" "$times"
            ;;
        # What is left while the transaction goes on counts.
        error) printf 'begin;\n%s\n%s\ncommit;\n' "$block" "$measure" ;;
    esac
}

# handle() is alone in its transaction, so each call is a statement.
request_script() {
    local statement
    statement=$(request_statement "${@:2}")
    yes "$statement" | head -n "$1" || true
}

measure="select format('memory %s %s', (select sum(total_bytes) from pg_backend_memory_contexts),
    1024 * substring(pg_read_file(format('/proc/%s/status', pg_backend_pid())) from 'RssAnon:\\s*(\\d+)')::bigint);"

# The memory before and after each of two rounds and, of errors, within them.
script() {
    local maker=$1 times=$2
    shift 2
    printf "set search_path = public;\nset jit = off;\n%s\n" "$measure"
    "$maker" "$times" "$@"
    printf '%s\n' "$measure"
    "$maker" "$times" "$@"
    printf '%s\n' "$measure"
}

# Prints the growth of the contexts and of the process in the second round, that of the contexts
# within it, and how often was measured.
growth() {
    script "$@" | cluster_psql "$database" -At -v ON_ERROR_STOP=0 2>"$home/errors" |
        awk '$1 == "memory" { c[++n] = $2; r[n] = $3 } 
             END { b = (n + 1) / 2; print c[n] - c[b], r[n] - r[b], c[n - 1] - c[b], n }'
}

grows_little() {
    local contexts process within measured
    read -r contexts process within measured < <(growth "$@")
    printf '%s bytes in contexts, %s in all\n' "$contexts" "$process"
    ((measured >= 3 && contexts < allowed && within < allowed && process < allowed)) || { head -n 3 "$home/errors" && return 1; }
}

check_call() { check "$1 times $3 ($2)" grows_little call_script "$@" && sed 's/^/#   /' "$tap_said"; }
check_request() { check "$1 times handle(): $2 $3 ${5:0:30}" grows_little request_script "$@" && sed 's/^/#   /' "$tap_said"; }

registry_script() {
    local statement
    statement=$(request_statement GET '/api/v1/contacts/@C' 'Bearer @T' '')
    yes "update rowhouse.errors set title = title where code = 'conflict'; $statement" | head -n "$1" || true
}

if [[ -n ${1:-} ]]; then # only lines that match
    each_matching() { [[ "$*" != *"$only"* ]] || "$maker" "$@"; }
    only=$1
else
    each_matching() { "$maker" "$@"; }
fi

make_world
maker=check_call
each_call each_matching
maker=check_request
each_request each_matching
check '1000 times the registries anew' grows_little registry_script 1000
sed 's/^/#   /' "$tap_said"
finish_tap
