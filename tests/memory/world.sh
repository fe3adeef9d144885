# shellcheck shell=bash
# A cluster for the calls of calls.txt and requests.txt. Sourced, never run.
# shellcheck disable=SC2034  # variables are for those who source it
. "$(dirname "${BASH_SOURCE[0]}")/../restore/tap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../restore/clusters.sh"
tests=$root_dir/tests/memory

make_world() {
    cluster_extra+=$'\nrowhouse.password_memory = 8192\nrowhouse.password_passes = 1\nrowhouse.login_failures_per_account = 100000'
    cluster_extra+=$'\nrowhouse.access_token_life = 1d'
    # Requests are counted, for that is a part of them, but none is refused.
    cluster_extra+=$'\nrowhouse.rate_limit = 0\nrowhouse.rate_limit_tenant = 4000000\nrowhouse.rate_limit_address = 4000000'
    "$root_dir/docker/local/prefix.sh" "$folder/prefix"
    use_cluster memory "$folder/prefix"
    cluster_init
    make_secret "$key_file" 32
    cluster_start
    create_database
    migrate_database >"$home/migrate.log"
    sql -f "$source_dir/sql/demo.sql" -f "$tests/world.sql" >/dev/null
    token=$(sql -c "select body::json->>'access_token' from rowhouse.handle('POST', '/api/v1/auth/login',
        convert_to(E'host: x\r\ncontent-type: application/json\r\n', 'UTF8'), convert_to('$login_data', 'UTF8'), '192.0.2.1')")
    key=$(sql -c 'select key from public.t')
    mine=$(sql -c "select c.id from app.contacts c join public.t on t.tenant = c.tenant_id limit 1")
    foreign=$(sql -c "select c.id from app.contacts c join public.t on t.tenant <> c.tenant_id limit 1")
}
login_data='{"email":"ana@acme.example","password":"demo-password"}'

trim() {
    local text=$1
    text=${text#"${text%%[! ]*}"}
    printf '%s' "${text%"${text##*[! ]}"}"
}

# each_line FILE COMMAND…: calls the command with a line's columns.
each_line() {
    local file=$1 line column columns
    shift
    while IFS= read -r line; do
        [[ $line != \#* ]] || continue
        columns=()
        while [[ $line == *'|'* && ${#columns[@]} -lt $((last_column - 1)) ]]; do
            # The bars of || are no columns.
            column=${line%%|*} line=${line#*|}
            columns+=("$(trim "$column")")
        done
        "$@" "${columns[@]}" "$(trim "$line")"
    done <"$file"
}
last_column=3
each_call() { last_column=3 each_line "$tests/calls.txt" "$@"; }
each_request() { last_column=5 each_line "$tests/requests.txt" "$@"; }

# The statement that hands a request to handle(): METHOD TARGET CREDENTIAL BODY
request_statement() {
    local statement headers='host: x\r\ncontent-type: application/json\r\n'
    [[ -z $3 ]] || headers+="authorization: $3\\r\\n"
    statement="select status, length(body) from rowhouse.handle('$1', '$2', convert_to(E'$headers', 'UTF8'), convert_to('$4', 'UTF8'), '192.0.2.1');"
    statement=${statement//@T/$token}
    statement=${statement//@K/$key}
    statement=${statement//@C/$mine}
    statement=${statement//@F/$foreign}
    printf '%s\n' "${statement//@L/$login_data}"
}
