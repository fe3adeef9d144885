#!/bin/bash
# Runs the commands of the README against a temporary installation with demo data.
#
# In blocks fenced as ```console a line that begins with `$ ` is a command (`\` at its
# end continues it), and what follows is the output it must have; `…` there stands for
# anything. Commands run in one shell, so that variables last. What builds, starts or
# fetches Rowhouse itself is left out: the rest of the tests does that.
# Closes with `N passed, N failed`.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/harness/count.sh"

is_left_out() { [[ $1 =~ ^(make|git|cd|sudo|docker|podman)[[:space:]] || $1 == make ]]; }

# Is TEXT what EXPECTED says, `…` being anything? White space at line ends is ignored.
matches() {
    local text=$1 pattern=$2
    pattern=$(printf '%s' "$pattern" | sed -e 's/[][\\*?]/\\&/g' -e 's/…/*/g' -e 's/[[:space:]]*$//')
    text=$(printf '%s' "$text" | tr -d '\r' | sed -e 's/[[:space:]]*$//')
    # shellcheck disable=SC2053  # a pattern on purpose
    [[ $text == $pattern ]]
}

# Runs one command of the README; without an expected output it has to succeed.
try() {
    local command=$1 expected=$2 output status=0
    is_left_out "$command" && return
    output=$(mktemp)
    eval "${command//localhost:8080/$address}" >"$output" 2>&1 </dev/null || status=$?
    if [[ -n $expected ]] && matches "$(<"$output")" "$expected" ||
        [[ -z $expected && $status -eq 0 ]]; then
        passed=$((passed + 1))
        printf 'ok      %s\n' "${command%%$'\n'*}"
    else
        failed=$((failed + 1))
        printf 'NOT OK  %s\n  expected: %s\n  got (status %d): %s\n' \
            "$command" "$expected" "$status" "$(<"$output")"
    fi
    rm -f "$output"
}

# Reads the README and tries each command with the output that follows it.
run_readme() {
    local line command='' expected='' inside='' continued=''
    while IFS= read -r line <&8 || [[ -n $line ]]; do
        if [[ $line == '```'* ]]; then
            [[ -z $command ]] || try "$command" "$expected"
            command='' expected='' continued=''
            if [[ $line == '```console' ]]; then inside=yes; else inside=''; fi
        elif [[ -z $inside ]]; then
            continue
        elif [[ -n $continued ]]; then
            command+=$'\n'$line
            if [[ $line == *\\ ]]; then continued=yes; else continued=''; fi
        elif [[ $line == '$ '* ]]; then
            [[ -z $command ]] || try "$command" "$expected"
            command=${line#\$ } expected=''
            if [[ $line == *\\ ]]; then continued=yes; else continued=''; fi
        else
            expected+=${expected:+$'\n'}$line
        fi
    done 8<"$here/../README.md"
}

if [[ -z ${ROWHOUSE_TEST_URL:-} ]]; then
    exec "$here/harness/with_cluster.sh" --serve --demo readme -- "$here/readme.sh"
fi
address=${ROWHOUSE_TEST_URL#http://}
cd "$here/.."
set +e
run_readme
((passed + failed > 0)) || add_counts README 0 0 0
finish
