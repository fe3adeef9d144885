#!/bin/bash
# A million requests leave the server as small as the first hundred thousand did. Says TAP.
# SOAK_RESIDENT_SECONDS is the longest it may take (300).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [[ -z ${ROWHOUSE_TEST_URL:-} ]]; then
    exec tests/harness/with_cluster.sh --serve resident -- tests/soak/resident.sh
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. tests/bench/common.sh
wanted=1000000

resident() { awk '/^VmRSS/ { print $2 }' "/proc/$ROWHOUSE_TEST_SERVER_PID/status"; }

# ask SECONDS: how many requests were answered
ask() {
    write_targets
    BENCH_ROUTE="get" wrk -t2 -c64 -d"$1" --timeout 10s -s "$here/requests.lua" "$ROWHOUSE_TEST_URL" |
        awk -v s="$1" '/^RESULT/ { wrong = $3; printf "%d", $2 * s } END { exit wrong != 0 }'
}

seed 1 100 10
asked=$(ask 15)
early=$(resident)
end=$((SECONDS + ${SOAK_RESIDENT_SECONDS:-300}))
while ((asked < wanted && SECONDS < end)); do
    asked=$((asked + $(ask 20)))
done
late=$(resident)
number=0
check() {
    number=$((number + 1))
    (($1)) || printf 'not '
    printf 'ok %d - %s\n' "$number" "$2"
}
check $((asked >= wanted)) "$asked requests were answered"
check $((late < 64 * 1024)) "rowhoused: $late KiB resident"
check $((late < early + 2048)) "as after the first seconds: $early KiB"
