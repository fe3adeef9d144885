#!/bin/bash
# The server built with sanitizers: its own tests, then the API's tests that abuse it, against a
# real database. Closes with `N passed, N failed`. Usage: sanitize.sh [SANITIZERS…]
#
# SOAK_SANITIZED_REQUESTS is the number of requests of the wrong-client test (20000).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/harness/count.sh
unset MAKEFLAGS MAKELEVEL MFLAGS

jobs=-j$(nproc)
logs=$(mktemp -d)
chmod 0755 "$logs"
trap 'rm -rf "$logs"' EXIT

# libpistache is not built with ThreadSanitizer: what it hands from thread to thread looks raced.
sed -n 's/^ *\(return \)\?"\(race:[^\\]*\)\\n".*/\2/p' tests/server/tsan_suppressions.cpp >"$logs/suppressions"
chmod 0644 "$logs/suppressions"
export ASAN_OPTIONS=detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS=halt_on_error=0:suppressions=$logs/suppressions

# What measures time is left out: sanitizers change it. Leaks are told when the server ends.
against_cluster() {
    local status=0
    ROWHOUSE_TEST_REQUESTS=${SOAK_SANITIZED_REQUESTS:-20000} tests/api/build/api_test \
        --gtest_filter='WrongClient.*:BadWire*:BadInput*:Outage.*:MainJob*:Refresh.*:Hostile*' || status=$?
    kill -TERM "$ROWHOUSE_TEST_SERVER_PID"
    tail --pid="$ROWHOUSE_TEST_SERVER_PID" -f /dev/null
    if grep -hE -A 30 'Sanitizer|runtime error:' "$ROWHOUSE_TEST_HOME"/*.log; then
        return 1
    fi
    return "$status"
}

if [[ ${1:-} == --within ]]; then
    against_cluster
    exit
fi

run_sanitizer() {
    local sanitizer=$1 build=${1//,/-} name status
    make -s "$jobs" -C server SANITIZE="$sanitizer" && make -s "$jobs" -C tests/server SANITIZE="$sanitizer"
    for name in server api; do
        status=0
        printf '== %s: %s\n' "$sanitizer" "$name"
        "run_$name" "$build" >"$logs/$name" 2>&1 || status=$?
        ((status == 0)) || tail -n 100 "$logs/$name"
        count_googletest "$sanitizer $name" "$logs/$name" "$status"
    done
}

run_server() { "tests/server/build/$1/server_test"; }

run_api() {
    ROWHOUSE_TEST_BUILD=$1 tests/harness/with_cluster.sh --serve sanitize -- "$0" --within
}

sanitizers=("$@")
[[ ${#sanitizers[@]} -gt 0 ]] || sanitizers=('address,undefined' thread)
make build
make -s "$jobs" -C tests/api
for sanitizer in "${sanitizers[@]}"; do
    run_sanitizer "$sanitizer"
done
finish
