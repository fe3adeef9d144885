#!/bin/bash
# Runs each fuzz target, or the named ones, and says TAP: a test for each. Usage: run.sh [TARGET…]
#
# A run has a fixed seed and number of tries, so it does the same everywhere. With FUZZ_SECONDS it
# lasts that long, begins elsewhere each time, and keeps what it learned in build/found.
# Of a failure the input stays in build/broken: mend the code, and keep the input as a line of
# seeds/TARGET.txt (printf's escapes), as run.sh prints it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# How many tries each gets: about a second on an idle core.
declare -A tries=(
    [requests]=3000 [chunked]=40000 [target]=8000 [jwt]=3000 [headers]=20000 [cursor]=20000
    [values]=8000 [flat_json]=4000 [json]=4000 [trace]=40000 [seal]=10000 [refresh_token]=15000
    [client_address]=20000 [response]=15000 [context]=15000
    [backup_code]=20000 [api_key]=15000 [tenant_name]=20000)

targets=("$@")
if [[ ${#targets[@]} -eq 0 ]]; then
    mapfile -t targets < <(printf '%s\n' "${!tries[@]}" | LC_ALL=C sort)
fi

# write_seeds TARGET FOLDER: a file for each line.
write_seeds() {
    local line number=0
    mkdir -p "$2"
    while IFS= read -r line; do
        number=$((number + 1))
        printf '%b' "$line" >"$2/$number"
    done <"seeds/$1.txt"
}

# The input that broke a promise, as a line of a seed file; long ones are cut.
as_line() { od -An -v -tx1 -N 1000 "$1" | tr -d '\n' | sed 's/ /\\x/g'; }

fuzz() {
    local target=$1 found=build/found/$1 broken=build/broken/$1- bounds
    [[ -n ${tries[$target]:-} ]] || { printf 'no number of tries for %s\n' "$target" && return 1; }
    bounds=(-seed=1 -runs="${tries[$target]}")
    if [[ -n ${FUZZ_SECONDS:-} ]]; then
        bounds=(-max_total_time="$FUZZ_SECONDS")
    else
        found=build/tried/$target
        rm -rf "$found"
    fi
    rm -rf "build/seeds/$target"
    write_seeds "$target" "build/seeds/$target"
    mkdir -p "$found" build/broken
    timeout $((${FUZZ_SECONDS:-240} + 60)) "build/$target" "${bounds[@]}" -timeout=20 -rss_limit_mb=2048 \
        -print_final_stats=1 -verbosity=1 -artifact_prefix="$broken" "$found" "build/seeds/$target"
}

say() {
    local number=$1 target=$2 log=build/log/$2 tried rate
    if fuzz "$target" >"$log" 2>&1; then
        tried=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
        printf 'ok %d - %s: %d tries, %d a second\n' "$number" "$target" "$tried" "$rate"
        return
    fi
    printf 'not ok %d - %s\n' "$number" "$target"
    grep -E 'BROKEN PROMISE|ERROR: |runtime error|Test unit' "$log" | sed 's/^/# /' || tail -n 5 "$log"
    local input
    input=$(sed -n 's/.*Test unit written to //p' "$log")
    [[ -z $input ]] || printf '# %s\n' "$(as_line "$input")"
}

mkdir -p build/log
printf '1..%d\n' "${#targets[@]}"
number=0
for target in "${targets[@]}"; do
    number=$((number + 1))
    say "$number" "$target" >"build/log/$target.tap" &
    # As many at once as there are processors.
    while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n; done
done
wait
for target in "${targets[@]}"; do cat "build/log/$target.tap"; done
for target in "${targets[@]}"; do grep -q '^ok ' "build/log/$target.tap"; done
