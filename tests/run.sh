#!/bin/bash
# Runs test suites, all or the named ones, two at a time: each has its own cluster and ports.
# Closes with `N passed, N failed`, counted from what the tests themselves reported. The whole log
# of a suite that failed is printed. Usage: run.sh [SUITE…]; TEST_JOBS: how many at a time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tests/harness/count.sh

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

format_of() { case $1 in fuzz | sql | attack | generated | openapi | restore | dba | mutants | memory) printf tap ;; *) printf googletest ;; esac; }

# What removed each protection, and the check that named it: worth reading in a green run too.
tell_mutants() { grep -E '^ok [0-9]+ - (mutant|.* does no harm)' "$1" || true; }

report() {
    local suite=$1 log=$logs/$1.log status seconds before_passed=$passed before_failed=$failed
    while [[ ! -e $logs/$suite.ended ]]; do
        kill -0 "$runner" 2>/dev/null || { printf '== %s did not run\n' "$suite" && failed=$((failed + 1)) && return; }
        sleep 0.2
    done
    read -r status seconds <"$logs/$suite.ended"
    printf '== %s\n' "$suite"
    "count_$(format_of "$suite")" "$suite" "$log" "$status"
    if ((failed > before_failed)); then
        cat "$log"
    else
        tell_mutants "$log"
    fi
    printf '== %s: %d passed, %d failed in %d s\n' "$suite" $((passed - before_passed)) \
        $((failed - before_failed)) "$seconds"
}

# The long ones first, so that none of them is left alone at the end.
suites=("$@")
[[ ${#suites[@]} -gt 0 ]] || suites=(sanitize api mutants fuzz unit sql isolation openapi server attack restore mutated dba memory generated)
make build
printf '%s\0' "${suites[@]}" | xargs -0 -n 1 -P "${TEST_JOBS:-2}" tests/suite.sh "$logs" &
runner=$!
for suite in "${suites[@]}"; do
    report "$suite"
done
printf 'all suites took %d s\n' "$SECONDS"
finish
