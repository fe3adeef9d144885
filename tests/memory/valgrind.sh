# shellcheck shell=bash
# Every function in C, errors included, in a single-user backend under valgrind. Sourced, never run.
# Such a backend fires no event triggers: on_table_change() is called there, but does its work in
# growth.sh alone.
# shellcheck disable=SC2154  # world.sh sets them

# Each statement on a line of its own: that is what ends one in single-user mode.
call_lines() {
    case $2 in
        value) printf 'select %s from generate_series(1, 3) g\n' "$3" ;;
        context)
            printf "begin\nselect rowhouse.assume(tenant, id, 'memory', '{contacts:read}') from t\n"
            printf 'select %s from generate_series(1, 3) g\nrollback\n' "$3"
            ;;
        statement) printf '%s\n%s\n' "$3" "$3" ;;
        error)
            printf 'select %s from generate_series(1, 1) g\n' "$3"
            printf 'do $$ begin for g in 1..3 loop begin perform %s; exception when others then null; end; end loop; end $$\n' "$3"
            ;;
    esac
}

request_lines() { for _ in 1 2; do request_statement "${@:2}"; done; }

session_for_valgrind() {
    printf "set search_path = public\n"
    each_call call_lines
    each_request request_lines
    printf "update rowhouse.errors set title = title\n"
    each_request request_lines
}

run_under_valgrind() {
    as_db valgrind --error-limit=no --num-callers=30 --log-file="$home/valgrind.log" --leak-check=full \
        --show-leak-kinds=definite,indirect --suppressions="$tests/postgresql.supp" \
        "$bin/postgres" --single -D "$pgdata" -c jit=off "$database" <"$home/session" >"$home/answers" 2>&1
}

# Paragraphs of valgrind's report in whose stack a function of ours or of libsodium comes before
# one of PostgreSQL's own; libc and the C++ library belong to whoever calls them.
our_errors() {
    sed -E 's/^==[0-9]+== ?//' "$home/valgrind.log" | awk -v RS= -F'\n' '
        {
            for (i = 1; i <= NF; ++i) {
                if ($i ~ /\/bin\/postgres\)$/) break
                if ($i ~ /^ +(at|by) .*(rowhouse::|rowhouse_|_PG_init|libsodium)/) { print $0 "\n"; break }
            }
        }'
}

# Functions of the planner cannot be called by SQL; planning the others' calls calls them.
not_called() {
    sql -c "select proname from pg_proc where probin like '%rowhouse' and 'internal'::regtype <> all (proargtypes)" | sort -u |
        while read -r name; do
            grep -q "rowhouse\.$name(" "$home/session" || printf '%s ' "$name"
        done
}

check_valgrind() {
    give_to_db "$home"
    local status
    session_for_valgrind >"$home/session"
    is "$(not_called)" '' 'every function in C is called'
    cluster_stop
    check 'the backend ends well' run_under_valgrind
    for status in 200 201 204 400 401 403 404 405 409 422 500; do
        check "some request was answered $status" grep -q "status = \"$status\"" "$home/answers"
    done
    is "$(our_errors)" '' 'valgrind finds no error of ours'
    cluster_start
    if [[ -n ${KEEP:-} ]]; then cp "$home"/{valgrind.log,session,answers} "$KEEP"; fi
}
