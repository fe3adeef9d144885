# shellcheck shell=bash
# What the benchmarks share. Sourced within a cluster of its own; work: a folder for what is made.
# shellcheck disable=SC2034,SC2154  # statements are used by their names; work is the caller's
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
seconds=${BENCH_SECONDS:-4}
tenants=${BENCH_TENANTS:-1000}
contacts=${BENCH_CONTACTS:-1000}
export BENCH_TARGETS=$work/targets

run_sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }

# seed FIRST LAST CONTACTS
seed() { run_sql -v first="$1" -v last="$2" -v contacts="$3" -f "$here/seed.sql"; }

# Access tokens live for minutes, so they are made anew before each part.
write_targets() { run_sql -f "$here/targets.sql" >"$BENCH_TARGETS"; }

# scripts NAME TEMPLATE: the options for pgbench. {token} and {contact} are written in, one script
# for each of 64 tenants, as a server would send them; :tenant is drawn from 64, :contact is the first.
scripts() {
    local name=$1 template=$2 token contact n=0 text
    if [[ $template != *'{token}'* ]]; then
        printf '%s\n' "\\set tenant random(1, 64)" "\\set contact 1" \
            "$template;" >"$work/$name.sql"
        printf -- '-f\n%s\n' "$work/$name.sql"
        return
    fi
    while IFS='|' read -r token _ contact && ((n < 64)); do
        n=$((n + 1))
        text=${template//'{token}'/$token}
        printf '%s;\n' "${text//'{contact}'/$contact}" >"$work/$name-$n.sql"
        printf -- '-f\n%s\n' "$work/$name-$n.sql"
    done <"$BENCH_TARGETS"
}

# An id as seed.sql makes it of a number.
id_of() { printf "('00000000-0000-7000-8000-' || lpad(:%s::text, 12, '0'))::uuid" "$1"; }

columns='id, name, phone, email, notes, created_at, updated_at'
bare_get="select $columns from app.contacts where tenant_id = $(id_of tenant) and id = $(id_of contact)"
bare_list="select $columns from app.contacts where tenant_id = $(id_of tenant) order by id desc limit 50"
bare_create="insert into app.contacts (tenant_id, name, phone)
    values ($(id_of tenant), 'New contact', '+5511987654321') returning $columns"

# handle_call METHOD PATH [BODY]: what the server sends for a request.
handle_call() {
    printf "select rowhouse.handle('%s', '%s', '%s'::bytea, '%s'::bytea, '127.0.0.1')" \
        "$1" "$2" 'host: localhost\015\012authorization: Bearer {token}\015\012content-type: application/json\015\012x-request-id: 0123456789abcdef\015\012x-trace-id: 0123456789abcdef0123456789abcdef\015\012' "${3:-}"
}
handle_get=$(handle_call GET '/api/v1/contacts/{contact}')
handle_list=$(handle_call GET '/api/v1/contacts?limit=50')
handle_create=$(handle_call POST '/api/v1/contacts' '{"name":"New contact","phone":"+5511987654321"}')

# Ticks of the processor that the backends used which have ended: the postmaster counts them.
ended_ticks() {
    local postmaster
    postmaster=$(head -n 1 "$ROWHOUSE_TEST_HOME/postgres/postmaster.pid")
    sed 's/.*) //' "/proc/$postmaster/stat" | awk '{ print $14 + $15 }'
}

# pgbench_run NAME TEMPLATE CLIENTS: transactions per second, and microseconds of the backends'
# processor time for each.
pgbench_run() {
    local options
    mapfile -t options < <(scripts "$1" "$2")
    pgbench_with "$1" -c "$3" -j "$(($3 > 1 ? 2 : 1))" "${options[@]}"
}

# The same of one client and a script that is there.
pgbench_file() { pgbench_with "$1" -c 1 -f "$work/$1.sql"; }

# Planned once, as for a server's prepared statements: for drawn values it would be each time.
pgbench_with() {
    local name=$1 before after
    shift
    before=$(ended_ticks)
    PGOPTIONS='-c plan_cache_mode=force_generic_plan' pgbench -n -M prepared -T "$seconds" "$@" \
        >"$work/$name.out" 2>"$work/$name.err" || { cat "$work/$name.err" >&2; exit 1; }
    sleep 0.3 # until the postmaster has heard of their end
    after=$(ended_ticks)
    awk -v ticks=$((after - before)) '
        /^number of transactions actually processed/ { split($NF, n, "/"); count = n[1] }
        /^number of failed transactions: [1-9]/ && !failed++ { print "failed transactions" > "/dev/stderr"; exit 1 }
        /^tps = / && !tps { tps = $3 }
        END { printf "%.1f %.2f\n", tps, ticks * 10000 / count }' "$work/$name.out"
}

# The gateway's login, as the server has it.
as_gateway() { PGUSER=rowhouse_gateway "$@"; }
