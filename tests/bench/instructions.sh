# shellcheck shell=bash
# Counts instructions with callgrind: unlike time they are the same on a busy machine. Sourced by
# run.sh; the cluster is stopped meanwhile, so this part comes last.
# shellcheck disable=SC2154  # run.sh and cluster.sh set them
. "$here/../../docker/local/cluster.sh"

# count_calls STATEMENT CALLS: instructions of a single-user backend that runs it so often.
count_calls() {
    local session=$work/session n
    printf 'prepare call as %s\n' "$1" >"$session"
    for ((n = 0; n < $2; n++)); do printf 'execute call\n'; done >>"$session"
    as_db valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bin/postgres" --single \
        -D "$pgdata" -c jit=off -c plan_cache_mode=force_generic_plan "$database" \
        <"$session" >"$work/answers" 2>&1 || { cat "$work/answers" >&2; exit 1; }
    sed -n 's/.*Collected : //p' "$work/answers"
}

# What forty more calls cost, of one.
instructions() { printf '%d' $((($(count_calls "$1" 70) - $(count_calls "$1" 30)) / 40)); }

# with_values TEMPLATE: the first target's token and contact, the first tenant.
with_values() {
    local token contact text=$1
    IFS='|' read -r token _ contact <"$BENCH_TARGETS"
    text=${text//'{token}'/$token}
    text=${text//'{contact}'/$contact}
    text=${text//:tenant::text/\'1\'}
    printf '%s' "${text//:contact::text/\'1\'}" | tr '\n' ' '
}

bench_instructions() {
    heading "instructions of a single-user backend for a call of handle(), of the bare SQL"
    home=$ROWHOUSE_TEST_HOME prefix=$ROWHOUSE_TEST_PREFIX
    cluster_paths
    cluster_stop
    local route bare handle
    for route in get list create; do
        bare=bare_$route handle=handle_$route
        awk -v n="$route" -v b="$(instructions "$(with_values "${!bare}")")" \
            -v h="$(instructions "$(with_values "${!handle}")")" 'BEGIN {
            printf "%-8s %8.0f k   base %8.0f k   ratio %.2f\n", n, h / 1000, b / 1000, h / b }'
    done
    cluster_start
}
