#!/bin/bash
# Takes one protection away at a time and shows that a named check turns red: a check that
# cannot fail protects nothing. Each check is green before, red with the mutant, green after.
set -euo pipefail

api=$ROWHOUSE_TEST_URL/api/v1
number=0
failures=0

# --- asking ---------------------------------------------------------------------------------

admin() { psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1" 2>&1; }
thief() { psql -X -q -A -t "$ROWHOUSE_TEST_GATEWAY" -c "$1" 2>&1; }

# request METHOD PATH [CURL OPTION…]: the body and, on a line of its own, the status.
request() {
    local method=$1 path=$2
    shift 2
    curl -s --max-time 10 -X "$method" -H 'Content-Type: application/json' -w '\n%{http_code}' "$@" "$api$path"
}

status_of() { request "$@" | tail -n 1; }
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }

login() {
    request POST /auth/login -d "{\"email\":\"$1\",\"password\":\"demo-password\"}" | member access_token
}

as_ana() { local method=$1 path=$2; shift 2; request "$method" "$path" -H "Authorization: Bearer $ana" "$@"; }

# --- checks: each succeeds as long as the protection stands ---------------------------------

foreign_row_is_not_fetched() { [[ $(as_ana GET "/contacts/$foreign") != *"\"id\":\"$foreign\""* ]]; }

list_holds_no_foreign_row() { [[ $(as_ana GET '/contacts?limit=200') != *"$foreign"* ]]; }

foreign_row_stays_as_it_is() {
    as_ana PATCH "/contacts/$foreign" -d '{"notes":"taken"}' >/dev/null
    [[ $(admin "select count(*) from app.contacts where notes = 'taken'") == 0 ]]
}

owner_without_context_sees_nothing() {
    [[ $(admin 'set role rowhouse_owner; select count(*) from app.contacts') == 0 ]]
}

lint_finds_nothing() { [[ -z $(admin 'select * from rowhouse.lint()') ]]; }

thief_reads_no_table() { [[ $(thief 'select count(*) from app.contacts') == *'permission denied'* ]]; }

thief_takes_no_role() { [[ $(thief 'set role rowhouse_tenant') == *'permission denied'* ]]; }

thief_executes_only_the_agreed() {
    [[ $(admin "
        select string_agg(p.proname, ' ' order by p.proname)
          from pg_proc p
          join pg_namespace n on n.oid = p.pronamespace
         where n.nspname in ('rowhouse', 'app', 'api', 'rowhouse_private')
           and has_function_privilege('rowhouse_gateway', p.oid, 'execute')
           and has_schema_privilege('rowhouse_gateway', n.oid, 'usage')
        ") == 'gateway_routes handle health production_findings' ]]
}

thief_stores_no_large_object() { [[ $(thief 'select lo_creat(-1)') == *'permission denied'* ]]; }

revoked_token_fails_at_once() {
    local token
    token=$(login ana@acme.example)
    request POST /auth/logout -H "Authorization: Bearer $token" >/dev/null
    [[ $(status_of GET /me -H "Authorization: Bearer $token") == 401 ]]
}

nobody_gets_a_401() { [[ $(status_of GET "/contacts/$foreign") == 401 ]]; }

missing_permission_is_a_403() {
    [[ $(as_ana POST /contacts -d '{"name":"x"}' | tail -n 1) == 201 ]] || return
    admin "update app.memberships set role = 'guest' where user_id = '$ana_id'"
    local answered
    answered=$(as_ana POST /contacts -d '{"name":"x"}' | tail -n 1)
    admin "update app.memberships set role = 'owner' where user_id = '$ana_id'"
    [[ $answered == 403 ]]
}

sixth_guess_is_a_429() {
    local _ answered=
    for _ in 1 2 3 4 5 6; do
        answered=$(status_of POST /auth/login -d '{"email":"nobody@acme.example","password":"wrong"}')
    done
    admin 'delete from rowhouse_private.login_failures'
    [[ $answered == 429 ]]
}

cookies_are_secure() {
    local headers
    headers=$(curl -s -D - -o /dev/null -H 'Content-Type: application/json' "$api/auth/login" \
        -d '{"email":"ana@acme.example","password":"demo-password"}' | grep -i '^set-cookie: rh_refresh=')
    [[ $headers == *'; Secure'* ]]
}

fresh_if_match_is_honoured() {
    local tag note=$RANDOM$RANDOM # what changes nothing keeps its tag
    tag=$(curl -s -D - -o /dev/null -H "Authorization: Bearer $ana" "$api/contacts/$own" |
        sed -n 's/^[Ee][Tt]ag: \(.*\)\r$/\1/p')
    [[ -n $tag && $(as_ana PATCH "/contacts/$own" -d "{\"notes\":\"$note\"}" -H "If-Match: $tag" | tail -n 1) == 200 ]] &&
        [[ $(as_ana PATCH "/contacts/$own" -d '{"notes":"y"}' -H "If-Match: $tag" | tail -n 1) == 412 ]]
}

spent_refresh_token_ends_the_session() {
    local answer token first
    answer=$(request POST /auth/login -d '{"email":"ana@acme.example","password":"demo-password"}')
    token=$(member access_token <<<"$answer")
    first=$(member refresh_token <<<"$answer")
    request POST /auth/refresh -d "{\"refresh_token\":\"$first\"}" >/dev/null
    request POST /auth/refresh -d "{\"refresh_token\":\"$first\"}" >/dev/null
    [[ $(status_of GET /me -H "Authorization: Bearer $token") == 401 ]]
}

server_is_ready() { [[ $(curl -s -o /dev/null -w '%{http_code}' "$ROWHOUSE_TEST_URL/readyz") == 200 ]]; }

two_tenants_may_hold_one_phone() {
    admin "select rowhouse.for_each_tenant(
        'insert into app.contacts (name, phone) values (''same'', ''+5599999999999'')',
        array(select id from rowhouse_private.tenants))" >/dev/null || return
    admin "delete from app.contacts where name = 'same'"
}

oracle_is_refused() {
    [[ $(admin 'create unique index oracle on app.contacts (id)') == *'does not begin with tenant_id'* ]] &&
        [[ $(admin 'create table app.stray (id uuid)') == *'has no column tenant_id'* ]]
}

# --- mutants --------------------------------------------------------------------------------

report() {
    number=$((number + 1))
    [[ $1 == ok ]] || failures=$((failures + 1))
    printf '%s %d - %s\n' "$1" "$number" "$2"
}

# Settings are heard by idle sessions with their next statement, a moment after the signal.
apply() {
    local statement answer
    for statement in "$@"; do
        answer=$(admin "$statement") || { printf 'Bail out! %s\n' "$answer"; exit 1; }
    done
    sleep 0.1
}

# mutant WHAT CHECK UNDO STATEMENT…
mutant() {
    local what=$1 check=$2 undo=$3
    local name="mutant \"$what\" is caught by ${check//_/ }"
    shift 3
    "$check" || { report 'not ok' "$name (red before)"; return; }
    apply "$@"
    local verdict=ok
    if "$check"; then verdict='not ok'; fi
    apply "$undo" 'select pg_reload_conf()'
    "$check" || { verdict='not ok' name+=' (red without the mutant too)'; }
    report "$verdict" "$name"
}

# A mutant that the other protections make harmless: harmless WHAT CHECK UNDO STATEMENT…
harmless() {
    local what=$1 check=$2 undo=$3
    shift 3
    apply "$@"
    if "$check"; then report ok "$what does no harm: ${check//_/ }"; else report 'not ok' "$what does no harm"; fi
    apply "$undo"
}

wall='create policy same_tenant on app.contacts as restrictive
    using (tenant_id = rowhouse.tenant_id()) with check (tenant_id = rowhouse.tenant_id())'
no_wall='drop policy same_tenant on app.contacts'

# Event triggers, which would mend or refuse it, do not see what follows.
unseen='set session_replication_role = replica;'

break_the_wall() {
    for check in foreign_row_is_not_fetched list_holds_no_foreign_row lint_finds_nothing; do
        mutant 'policy same_tenant dropped' "$check" "$wall" "$no_wall"
        mutant 'row level security disabled' "$check" \
            'alter table app.contacts enable row level security' \
            "$unseen alter table app.contacts disable row level security"
    done
    harmless 'disabling row level security by ALTER TABLE' foreign_row_is_not_fetched \
        'alter table app.contacts enable row level security' \
        'alter table app.contacts disable row level security'
    mutant 'policy same_tenant dropped' foreign_row_stays_as_it_is \
        "update app.contacts set notes = null; $wall" "$no_wall"
    mutant 'policy same_tenant permissive' foreign_row_is_not_fetched "$no_wall; $wall" \
        "$no_wall; ${wall/as restrictive/as permissive}"
    mutant 'policy same_tenant true' foreign_row_is_not_fetched "$no_wall; $wall" \
        "$no_wall; create policy same_tenant on app.contacts as restrictive using (true)"
    mutant 'row level security not forced' owner_without_context_sees_nothing \
        'alter table app.contacts force row level security' \
        "$unseen alter table app.contacts no force row level security"
    mutant 'row level security not forced' lint_finds_nothing \
        'alter table app.contacts force row level security' \
        "$unseen alter table app.contacts no force row level security"
    mutant 'rowhouse_tenant bypasses' foreign_row_is_not_fetched 'alter role rowhouse_tenant nobypassrls' \
        'alter role rowhouse_tenant bypassrls'
    mutant 'rowhouse_tenant bypasses' list_holds_no_foreign_row 'alter role rowhouse_tenant nobypassrls' \
        'alter role rowhouse_tenant bypassrls'
    mutant 'a list that runs as rowhouse_system' list_holds_no_foreign_row \
        'alter function api.list_contacts owner to rowhouse_owner;
         alter function api.list_contacts security invoker;
         revoke select on app.contacts from rowhouse_system' \
        'grant select on app.contacts to rowhouse_system;
         alter function api.list_contacts owner to rowhouse_system;
         alter function api.list_contacts security definer'
    mutant 'the event trigger disabled' oracle_is_refused \
        'drop index if exists app.oracle; drop table if exists app.stray;
         alter event trigger rowhouse_protect enable' \
        'alter event trigger rowhouse_protect disable'
    mutant 'unique phone over all tenants' two_tenants_may_hold_one_phone 'drop index app.oracle' \
        "$unseen create unique index oracle on app.contacts (phone) where name = 'same'"
    mutant 'unique key without tenant_id' lint_finds_nothing 'drop index app.oracle' \
        "$unseen create unique index oracle on app.contacts (id)"
    for check in foreign_row_is_not_fetched list_holds_no_foreign_row foreign_row_stays_as_it_is; do
        harmless 'a policy that lets everybody do everything' "$check" \
            'drop policy everybody on app.contacts' \
            'create policy everybody on app.contacts using (true) with check (true)'
    done
}

empower_the_gateway() {
    mutant 'the gateway may read contacts' thief_reads_no_table \
        'revoke select on app.contacts from rowhouse_gateway; revoke usage on schema app from rowhouse_gateway' \
        'grant usage on schema app to rowhouse_gateway; grant select on app.contacts to rowhouse_gateway'
    mutant 'the gateway is a member of rowhouse_tenant' thief_takes_no_role \
        'revoke rowhouse_tenant from rowhouse_gateway' 'grant rowhouse_tenant to rowhouse_gateway'
    mutant 'everybody may execute an endpoint' thief_executes_only_the_agreed \
        'revoke execute on function api.list_contacts from public; revoke usage on schema api from rowhouse_gateway' \
        'grant execute on function api.list_contacts to public; grant usage on schema api to rowhouse_gateway'
    mutant 'everybody may execute an endpoint' lint_finds_nothing \
        'revoke execute on function api.list_contacts from public' \
        'grant execute on function api.list_contacts to public'
    mutant 'the gateway may assume a context' thief_executes_only_the_agreed \
        'revoke execute on function rowhouse.assume from rowhouse_gateway' \
        'grant execute on function rowhouse.assume to rowhouse_gateway'
    mutant 'everybody may make large objects' thief_stores_no_large_object \
        'revoke execute on function lo_creat(integer) from public' \
        'grant execute on function lo_creat(integer) to public'
    mutant 'parameters reach the log' server_is_ready \
        'alter role rowhouse_gateway set log_parameter_max_length = 0' \
        'alter role rowhouse_gateway reset log_parameter_max_length'
}

session_reader=$(admin "select pg_get_functiondef('rowhouse_private.read_session(uuid,uuid,uuid)'::regprocedure)")
refresh_judge=$(admin "select pg_get_functiondef(oid) from pg_proc where proname = 'refusal_of_refresh'")

weaken_identity() {
    mutant 'revocation is not read' revoked_token_fails_at_once "$session_reader" \
        "${session_reader/s.revoked_at IS NOT NULL/false}"
    mutant 'spent refresh tokens are honoured' spent_refresh_token_ends_the_session "$refresh_judge" \
        "${refresh_judge/"else 'reused'"/else null}"
    mutant 'a route is public' nobody_gets_a_401 \
        "update rowhouse.routes set access = 'tenant' where pattern = '/api/v1/contacts/:id'" \
        "update rowhouse.routes set access = 'public' where pattern = '/api/v1/contacts/:id'"
    mutant 'guests may write' missing_permission_is_a_403 \
        "update app.roles set own_permissions = '{contacts:read}' where name = 'guest'" \
        "update app.roles set own_permissions = '{contacts:read,contacts:write}' where name = 'guest'"
    harmless 'a route without its permission' missing_permission_is_a_403 \
        "update rowhouse.routes set permission = 'contacts:write' where function = 'api.create_contact'" \
        "update rowhouse.routes set permission = null where function = 'api.create_contact'"
    mutant 'guesses are not limited' sixth_guess_is_a_429 \
        'alter system reset rowhouse.login_failures_per_account' \
        'alter system set rowhouse.login_failures_per_account = 1000' 'select pg_reload_conf()'
    mutant 'failures are not counted' sixth_guess_is_a_429 \
        'drop trigger forget on rowhouse_private.login_failures; drop function public.forget' \
        "create function public.forget() returns trigger language plpgsql as 'begin return null; end';
         create trigger forget before insert on rowhouse_private.login_failures
         for each row execute function public.forget()"
    mutant 'cookies without TLS' cookies_are_secure 'alter system reset rowhouse.cookie_secure' \
        'alter system set rowhouse.cookie_secure = off' 'select pg_reload_conf()'
    mutant 'no trigger _100_touch' fresh_if_match_is_honoured \
        'create trigger _100_touch before update or delete on app.contacts
         for each row execute function rowhouse.tg__touch()' \
        'drop trigger _100_touch on app.contacts'
}

ana=$(login ana@acme.example)
ana_id=$(admin "select id from rowhouse_private.users where email = 'ana@acme.example'")
own=$(admin "select c.id from app.contacts c join rowhouse_private.tenants t on t.id = c.tenant_id where t.slug = 'acme' limit 1")
foreign=$(admin "select c.id from app.contacts c join rowhouse_private.tenants t on t.id = c.tenant_id where t.slug = 'bella' limit 1")
ana_tenant=$(admin "select id from rowhouse_private.tenants where slug = 'acme'")
admin "insert into app.roles (tenant_id, name, own_permissions) values ('$ana_tenant', 'guest', '{contacts:read}');
       with keeper as (insert into rowhouse_private.users (name, email, password_hash) values ('Keeper', 'keeper@acme.example', 'none') returning id)
       insert into app.memberships (tenant_id, user_id, role) select '$ana_tenant', id, 'owner' from keeper"

break_the_wall
empower_the_gateway
weaken_identity
printf '1..%d\n' "$number"
((failures == 0))
