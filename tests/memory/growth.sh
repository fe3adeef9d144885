# shellcheck shell=bash
# Many calls of each function in one backend: neither its memory contexts nor the process may grow
# with the number of calls. Sourced, never run; check_growth prints the growth of each as TAP
# comments. As many calls as the lists say with ROWHOUSE_TEST_SOAK, else a share of them.
# shellcheck disable=SC2154  # world.sh sets them

# A block that is lost at each call costs more than this, the smallest ones 24 in a context and 32
# from malloc. Beside it PostgreSQL's own caches may fill, but once: the lesser of two rounds counts.
allowed_each=8
allowed_contexts=2048 # of what is nobody's fault, whatever the number of calls
allowed_within=16384
allowed_process=16384
allowed_together=131072
share=250 share_of_requests=100
[[ -z ${ROWHOUSE_TEST_SOAK:-} ]] || share=1 share_of_requests=1

# --- what is run: lines that begin with `memory` tell what happened ---------------------------

measure() { printf "select 'memory %s', public.used_memory(), public.used_by_process(), extract(epoch from clock_timestamp());\n" "$1"; }

repeat() { yes "$2" | head -n "$1" || true; }

# An expression g times over, measured within the statement too: near its begin and at its end.
rows_of() {
    local filter="filter (where g in (2, $1))"
    printf "select 'memory within', count(%s), max(public.used_memory()) %s - min(public.used_memory()) %s from (select generate_series(1, %d) g) s;\n" \
        "$2" "$filter" "$filter" "$1"
}

# One round of calls: TIMES KIND EXPRESSION
call_round() {
    local times=$1 expression=$3
    case $2 in
        value) rows_of "$times" "$expression" ;;
        context)
            printf "begin;\nselect rowhouse.assume(tenant, id, 'memory', '{contacts:read}') from t;\n"
            rows_of "$times" "$expression"
            printf 'rollback;\n'
            ;;
        # What is left while the transaction goes on counts.
        error)
            printf 'begin;\n'
            measure start
            printf 'do $$ declare raised integer := 0; begin for g in 1..%d loop begin perform %s; exception when others then raised := raised + 1; end; end loop; assert raised = %d; end $$;\n' \
                "$times" "$expression" "$times"
            measure rest
            printf 'commit;\n'
            ;;
        statement) repeat "$times" "$expression;" ;;
    esac
}

# handle() is alone in its transaction, so each call is a statement.
request_round() { repeat "$1" "$(request_statement "${@:2}")"; }

registry_round() {
    repeat "$1" "update rowhouse.errors set title = title where code = 'conflict'; $(request_statement GET '/api/v1/contacts/@C' 'Bearer @T' '')"
}

# rounds DESCRIPTION SHARE ROUND TIMES ARGUMENT…: three, which together make that many calls or
# their share, with the memory before and after each.
rounds() {
    local description=$1 times=$((($4 + 3 * $2 - 1) / (3 * $2)))
    [[ -z $only || "$*" == *"$only"* ]] || return 0
    printf "select 'memory row', %d, \$row\$%s\$row\$;\n" "$times" "$description"
    measure end
    for _ in 1 2 3; do
        "$3" "$times" "${@:5}"
        measure end
    done
}

call_rounds() { rounds "$3 ($2)" "$share" call_round "$@"; }
request_rounds() { rounds "handle(): $2 $3 ${4:0:6} ${5:0:30}" "$share_of_requests" request_round "$@"; }

session_of_growth() {
    printf 'set search_path = public;\nset jit = off;\n'
    each_call call_rounds
    each_request request_rounds
    rounds 'handle() and the registries anew' "$share_of_requests" registry_round 5000
}

# --- what came of it --------------------------------------------------------------------------

# A line for each row: calls in a round, what the last two rounds added, the lesser of both: in
# contexts after them, in contexts within them, in the process; then rounds that came to their end,
# seconds, the first error, what both rounds added to the process, and what was called.
summary() {
    awk -F '\t' -v OFS='\x1f' '
        function add(what, bytes) { if (rounds && (!(what in least) || bytes < least[what])) least[what] = bytes }
        function close_row() {
            if (row) print times, least["contexts"] + 0, least["within"] + 0, least["process"] + 0, rounds - 1, last - first, error, grown + 0, row
        }
        $1 == "memory row" { close_row(); times = $2; row = $3; rounds = grown = 0; error = ""; delete least; next }
        $1 == "memory within" && rounds > 1 { add("within", $3) }
        $1 == "memory start" { start = $2 }
        $1 == "memory rest" && rounds > 1 { add("within", $2 - start) }
        $1 == "memory end" {
            if (rounds > 1) { add("contexts", $2 - contexts); add("process", $3 - process); grown += $3 - process }
            if (!rounds++) first = $4
            contexts = $2; process = $3; last = $4
        }
        /ERROR:|FATAL:|connection/ && error == "" { error = $0 }
        END { close_row() }'
}

grows_little() {
    local times=$1 contexts=$2 within=$3 process=$4 rounds=$5 seconds=$6 error=$7
    printf '%d bytes in contexts, %d while it runs, %d in the process; %.1f s\n%s\n' \
        "$contexts" "$within" "$process" "$seconds" "$error"
    [[ -z $error ]] && ((rounds == 3 && contexts <= times * allowed_each + allowed_contexts &&
        within <= times * allowed_each + allowed_within && process <= times * allowed_each + allowed_process))
}

# check_growth [PART OF A LINE]: of all lines, or of those that hold it.
check_growth() {
    local only=${1:-} row calls=0 grown=0
    session_of_growth | cluster_psql "$database" -At -F $'\t' -v ON_ERROR_STOP=0 >"$home/answers" 2>&1
    summary <"$home/answers" >"$home/summary"
    while IFS=$'\x1f' read -r -a row; do
        check "$((row[0] * 3)) times ${row[8]}" grows_little "${row[@]}"
        sed -n '1s/^/#   /p' "$tap_said"
        [[ ${row[8]} != handle* ]] || calls=$((calls + row[0] * 2)) grown=$((grown + row[7]))
    done <"$home/summary"
    check 'something was called' [ -s "$home/summary" ]
    # What one kind of request keeps may fit into what another has given back.
    check "$calls requests, all kinds together: $grown bytes in the process" \
        [ "$grown" -le $((calls * allowed_each + allowed_together)) ]
}
