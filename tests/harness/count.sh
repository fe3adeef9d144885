# shellcheck shell=bash
# Counting what tests really ran. Sourced, never run. `passed` and `failed` add up.

passed=0
failed=0

# Adds counts taken from a log. A program that failed without naming a failed test
# (a crash, a wrong plan) counts as one; so does a suite that ran nothing.
add_counts() {
    local suite=$1 good=$2 bad=$3 status=$4
    if ((status != 0 && bad == 0)); then
        printf '%s ended with status %d outside its tests\n' "$suite" "$status" >&2
        bad=1
    elif ((good + bad == 0)); then
        printf '%s ran no test\n' "$suite" >&2
        bad=1
    fi
    passed=$((passed + good)) failed=$((failed + bad))
}

count_lines() { grep -cE -- "$1" "$2" || true; }

# GoogleTest says one of these lines after each test; skipped ones count as neither.
count_googletest() {
    add_counts "$1" "$(count_lines '^\[       OK \] ' "$2")" \
        "$(count_lines '^\[  FAILED  \] .* \([0-9]+ ms\)$' "$2")" "$3"
}

# Only numbered lines of the outermost level of TAP; skipped tests and expected failures count as neither.
count_tap() {
    local good bad
    good=$(grep -E '^ok [0-9]+' "$2" | grep -ciEv '# (skip|todo)\b' || true)
    bad=$(grep -E '^not ok [0-9]+' "$2" | grep -ciEv '# todo\b' || true)
    add_counts "$1" "$good" "$bad" "$3"
}

# The closing line of another script of ours.
count_summary() {
    local line good=0 bad=0
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$2" | tail -n 1 || true)
    [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]] && good=${BASH_REMATCH[1]} bad=${BASH_REMATCH[2]}
    add_counts "$1" "$good" "$bad" "$3"
}

# The last thing a script says and does.
finish() {
    printf '%d passed, %d failed\n' "$passed" "$failed"
    ((failed == 0))
}
