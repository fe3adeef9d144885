# shellcheck shell=bash
# TAP for shell scripts. Sourced, never run.

tap_number=0
tap_failures=0
tap_said=$(mktemp)

# check DESCRIPTION COMMAND…: whether the command succeeds; shows what it said when not. It runs
# in this shell, so it may set variables.
check() {
    local description=$1
    shift
    tap_number=$((tap_number + 1))
    if "$@" >"$tap_said" 2>&1; then
        printf 'ok %d - %s\n' "$tap_number" "$description"
    else
        [[ $description == *'# TODO'* ]] || tap_failures=$((tap_failures + 1))
        printf 'not ok %d - %s\n' "$tap_number" "$description"
        head -n 40 "$tap_said" | sed 's/^/#   /'
    fi
}

is_text() {
    [[ $1 == "$2" ]] || { printf 'got:    %s\nwanted: %s\n' "$1" "$2" && return 1; }
}

holds_text() {
    [[ $1 == *"$2"* ]] || { printf 'got:    %s\nlacks:  %s\n' "$1" "$2" && return 1; }
}

# is GOT WANTED DESCRIPTION, has GOT PART DESCRIPTION
is() { check "$3" is_text "$1" "$2"; }
has() { check "$3" holds_text "$1" "$2"; }

finish_tap() {
    printf '1..%d\n' "$tap_number"
    rm -f "$tap_said"
    ((tap_failures == 0))
}
