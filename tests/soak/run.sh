#!/bin/bash
# The long tests, all parts or the named ones, each on a cluster of its own. Prints what was
# measured and closes with `N passed, N failed`. Usage: run.sh [PART…]
#
# SOAK_SECONDS is the length of the mixed load (600), SOAK_REQUESTS the number of requests among
# which no client may get another's answer (200000), SOAK_RACES how often a refresh meets the
# revocation of its session (2000).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/harness/count.sh
unset MAKEFLAGS MAKELEVEL MFLAGS

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# The tests of tests/soak whose names match.
soak_test() {
    make -s "-j$(nproc)" -C tests/soak &&
        tests/harness/with_cluster.sh --serve soak -- tests/soak/build/soak_test --gtest_filter="$1"
}

run_mixed() { soak_test 'Soak.mixed*'; }
run_handover() { soak_test 'Soak.servers_hand_over*'; }
run_crowd() { soak_test 'Soak.ten_thousand*'; }
# slowhttptest turns in a loop of its own: it has the last processor to itself, as if on a machine
# of its own, and what it attacks and the readers have the rest, calm or attacked.
run_slow() {
    local last=$(($(nproc) - 1))
    make -s "-j$(nproc)" -C tests/soak &&
        SLOW_PROCESSOR=$last taskset -c "0-$((last > 0 ? last - 1 : 0))" tests/harness/with_cluster.sh --serve soak -- \
            tests/soak/build/soak_test --gtest_filter='*Slow.*'
}
run_login() { soak_test 'Soak.eight_clients*'; }

run_wrong_client() {
    make -s "-j$(nproc)" -C tests/api &&
        ROWHOUSE_TEST_REQUESTS=${SOAK_REQUESTS:-200000} tests/harness/with_cluster.sh --serve \
            soak -- tests/api/build/api_test --gtest_filter='WrongClient.*'
}

# Races of a refresh against the revocation of its session.
run_races() {
    make -s "-j$(nproc)" -C tests/api &&
        ROWHOUSE_TEST_RACES=${SOAK_RACES:-2000} tests/harness/with_cluster.sh --serve \
            soak -- tests/api/build/api_test --gtest_filter='Refresh.against_a_revocation*'
}

run_resident() { tests/soak/resident.sh; }

run_part() {
    local part=$1 log=$logs/$1 status=0 started=$SECONDS
    declare -F "run_$part" >/dev/null || { printf 'unknown part %s\n' "$part" >&2 && exit 2; }
    printf '== %s\n' "$part"
    "run_$part" >"$log" 2>&1 || status=$?
    grep -vE '^(\[|Note: Google|Running main|$)' "$log" || true
    if [[ $part == resident ]]; then
        count_tap "$part" "$log" "$status"
    else
        count_googletest "$part" "$log" "$status"
    fi
    printf '== %s: %d s\n' "$part" $((SECONDS - started))
}

# What other suites do at full size.
run_target() {
    local status=0
    grep -q "^$1:" Makefile || return 0
    printf '== make %s\n' "$1"
    make "$1" || status=$?
    add_counts "$1" $((status == 0)) $((status != 0)) "$status"
}

parts=("$@")
[[ ${#parts[@]} -gt 0 ]] || parts=(mixed handover crowd slow login wrong_client races resident)
make build
for part in "${parts[@]}"; do
    run_part "$part"
done
if [[ $# -eq 0 ]]; then
    for target in soak-sanitize soak-isolation soak-fuzz soak-memory; do
        run_target "$target"
    done
fi
finish
