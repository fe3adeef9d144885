#!/bin/bash
# Checks layout, layers, sizes, C++ and shell; each check counts as one in the closing
# line `N passed, N failed`. Usage: lint.sh [CHECK…]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tests/harness/count.sh

cores=$(nproc)

# Files of ours below the given folders whose names match a pattern; folders that do
# not exist yet are passed over. What builds leave behind is not ours.
files() {
    local pattern=$1 folder folders=()
    shift
    for folder in "$@"; do
        [[ ! -e $folder ]] || folders+=("$folder")
    done
    [[ ${#folders[@]} -gt 0 ]] || return 0
    find "${folders[@]}" \( -name build -o -name node_modules \) -prune -o -type f -name "$pattern" -print | LC_ALL=C sort
}

cpp_files() { files '*.[ch]pp' extension/src server/src tests; }
shell_files() { printf '.ci/run\n' && files '*.sh' docker tests; }

# Succeeds when grep finds nothing; shows what it found. A broken pattern is no success.
finds_nothing() {
    local status=0
    grep -nE "$@" || status=$?
    ((status == 1))
}

# grep over a list of files read from standard input, empty lists included.
none_match() {
    local list
    mapfile -t list
    [[ ${#list[@]} -eq 0 ]] || finds_nothing -H "$@" "${list[@]}"
}

check_format() { cpp_files | xargs -r clang-format --dry-run -Werror; }

include_flags() {
    case $1 in
        extension/src/pg/*) printf '%s ' -Iextension/src -isystem "$(pg_config --includedir-server)" ;;
        server/* | tests/server/*) printf '%s ' -Iserver/src -Iextension/src -Itests/server \
            -isystem "$(pg_config --includedir)" -DSPDLOG_SHARED_LIB -DSPDLOG_COMPILED_LIB \
            -DSPDLOG_FMT_EXTERNAL ;;
        *) printf '%s ' -Iextension/src -I"$(dirname "$1")" ;;
    esac
}

tidy_one() {
    local flags
    read -ra flags <<<"$(include_flags "$1")"
    clang-tidy --quiet "$1" -- -std=c++20 "${flags[@]}" 2>/dev/null
}

# Tests are left to the compiler's warnings: GoogleTest's macros are not our style.
# A file that was clean is not read again until it, a header or the rules change.
check_tidy() {
    export -f tidy_one include_flags tidy_cached
    local headers
    headers=$(files '*.hpp' extension/src server/src | xargs cat .clang-tidy | sha256sum)
    files '*.cpp' extension/src server/src | headers=$headers xargs -r -P "$cores" -I{} bash -c 'tidy_cached {}'
}

tidy_cached() {
    local mark
    mark=tests/build/lint/$({ printf '%s' "$headers" && cat "$1"; } | sha256sum | head -c 40)
    [[ ! -e $mark ]] || return 0
    tidy_one "$1" || return 1
    mkdir -p "$(dirname "$mark")" && touch "$mark"
}

check_cppcheck() {
    files '*.cpp' extension/src server/src | xargs -r cppcheck --quiet --std=c++20 --language=c++ \
        -j "$cores" --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=missingInclude --suppress=unknownMacro -Iextension/src -Iserver/src
}

check_shell() { shell_files | xargs -r shellcheck; }

check_core_knows_no_postgres() {
    files '*.[ch]pp' extension/src/core | none_match '#include *[<"](postgres|libpq|fmgr|utils/|executor/|pg/)'
}

check_postgres_is_included_once() {
    local found
    found=$(files '*.[ch]pp' extension/src | xargs -r grep -lE '#include *[<"]postgres\.h[>"]' || true)
    [[ -z $found || $found == extension/src/pg/*.hpp && $found != *$'\n'* ]] || {
        printf 'postgres.h is included by:\n%s\n' "$found"
        return 1
    }
}

# The server calls functions of the database. Only the migrator, which runs as a
# superuser, knows a table: its own ledger. A name without a ( behind it is no function.
check_server_names_no_table() {
    local private='\browhouse_private\.[a-z_]+([^a-z_(]|$)'
    files '*.[ch]pp' server/src | grep -v '^server/src/migrate/' |
        none_match "$private"'|\b(app|reporting)\.[a-z_]+|\b(insert into|delete from|update [a-z_.]+ set)\b'
    files '*.[ch]pp' server/src | none_match "$private"'|"[^"]*\bapp\.[a-z]'
}

# now() stands still in a transaction; expiry and revocation are about the present.
check_sql_reads_the_clock() { files '*.sql' sql extension/sql | none_match '\bnow\(\)|\bcurrent_timestamp\b'; }

# A composite SET NULL would clear tenant_id too.
check_set_null_names_its_column() { files '*.sql' sql | none_match -i 'on delete set null *([^ (]|$)'; }

# files are at most that long: longer_than LIMIT, names on standard input
none_longer_than() {
    xargs -r wc -l | awk -v limit="$1" '
        $2 != "total" && $1 > limit { print $2 ": " $1 " lines, more than " limit; bad = 1 }
        END { exit bad }'
}

check_cpp_size() { files '*.cpp' extension/src server/src tests | none_longer_than 300; }
check_header_size() { files '*.hpp' extension/src server/src tests | none_longer_than 100; }
check_sql_size() { files '*.sql' extension/sql sql policies tests | none_longer_than 200; }

run_check() {
    local check=$1 started=$SECONDS output
    if output=$("check_$check" 2>&1); then
        passed=$((passed + 1))
        printf 'ok      %s (%d s)\n' "${check//_/ }" $((SECONDS - started))
    else
        failed=$((failed + 1))
        printf 'NOT OK  %s (%d s)\n%s\n' "${check//_/ }" $((SECONDS - started)) "$output"
    fi
}

checks=("$@")
[[ ${#checks[@]} -gt 0 ]] || checks=(format shell core_knows_no_postgres postgres_is_included_once
    server_names_no_table sql_reads_the_clock set_null_names_its_column
    cpp_size header_size sql_size cppcheck tidy)
for check in "${checks[@]}"; do
    run_check "$check"
done
finish
