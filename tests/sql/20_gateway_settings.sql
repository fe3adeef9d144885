-- Whatever the gateway's login sets before a call, the answer is the same, and right.
\ir helpers.psql
select plan(53);
select tenant as a from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
select pg_temp.make_contact(:'a', 'Ada', '+5511900000001') as ada \gset
select pg_temp.make_contact(:'b', 'Bob', '+5511900000001') as bob \gset
select token from pg_temp.login('alba') \gset
select format('rowhouse.handle(%L, %L, convert_to(%L, ''UTF8''), '''', ''192.0.2.1'')', 'GET',
              '/api/v1/contacts?phone=%2B5511900000001', 'authorization: Bearer ' || :'token') as list,
       format('rowhouse.handle(%L, %L, convert_to(%L, ''UTF8''), convert_to(%L, ''UTF8''), ''192.0.2.1'')', 'POST',
              '/api/v1/contacts', E'content-type: application/json\r\nauthorization: Bearer ' || :'token',
              '{"name": "made"}') as make \gset
\setenv list :list
\setenv make :make
\set plain `:gateway -c "select status || body from $list"`
select matches(:'plain'::text, '^200\{"data":\[\{"id":"' || :'ada' || '"', 'the list holds the contact of A');

create temporary table settings (number serial, name text, value text);
insert into settings (name, value) values
    ('search_path', 'app, api, rowhouse_private, public'), ('search_path', 'pg_temp, public, pg_catalog'), ('search_path', ''),
    ('timezone', 'Asia/Tokyo'), ('timezone', '<+13>-13'), ('datestyle', 'German, DMY'), ('datestyle', 'SQL, DMY'),
    ('intervalstyle', 'sql_standard'), ('intervalstyle', 'postgres_verbose'), ('row_security', 'off'),
    ('transform_null_equals', 'on'), ('bytea_output', 'escape'), ('extra_float_digits', '-15'), ('array_nulls', 'off'),
    ('quote_all_identifiers', 'on'), ('standard_conforming_strings', 'off'), ('backslash_quote', 'off'),
    ('default_transaction_deferrable', 'on'), ('default_transaction_read_only', 'on'), ('synchronous_commit', 'off'),
    ('lock_timeout', '1'), ('idle_in_transaction_session_timeout', '1'), ('client_min_messages', 'error'),
    ('plan_cache_mode', 'force_generic_plan'), ('plan_cache_mode', 'force_custom_plan'), ('force_parallel_mode', 'on'),
    ('enable_indexscan', 'off'), ('enable_seqscan', 'off'), ('work_mem', '64kB'), ('jit_above_cost', '0'),
    ('constraint_exclusion', 'on'), ('xmloption', 'document'), ('lc_time', 'C'), ('lc_numeric', 'C'),
    ('gin_fuzzy_search_limit', '1'), ('plpgsql.extra_errors', 'all'),
    ('geqo', 'off'), ('statement_timeout', '30s'), ('idle_session_timeout', '1h'), ('application_name', ''),
    ('exit_on_error', 'on'), ('default_transaction_isolation', 'read uncommitted');

-- The other session says a digest of each answer, so that lines stay lines.
\set script `mktemp`
\set answers `mktemp`
select format(E'discard all;\nset %s = %L;\nselect md5(status || body) as said from :list \\gset\n\\echo %s :said',
              name, value, number) from settings order by number \g :script
\setenv script :script
\setenv answers :answers
\! psql -XAtq -d "${ROWHOUSE_TEST_GATEWAY:-user=rowhouse_gateway}" -v list="$list" -f "$script" 2>/dev/null >"$answers"
create temporary table answers (number integer, said text);
\copy answers from program 'cat "$answers"; rm -f "$script" "$answers"' (delimiter ' ')
select is(s.said, md5(:'plain'), format('the list is the same after SET %s = %L', name, value))
  from settings left join answers s using (number) order by number;

-- Writing.
\set said `:gateway -c "set timezone = 'Asia/Tokyo'" -c "set datestyle = 'German, DMY'" -c "set search_path = pg_temp, app" -c "select status, (body::json->>'created_at') ~ '^20..-..-..T.*[+]00:00' from $make"`
select is(:'said'::text, '201|t', 'a row is made, and its time is RFC 3339 in UTC');
\set said `:gateway -c "set synchronous_commit = off" -c "select status from $make" -c "show synchronous_commit"`
select is(:'said'::text, E'201\noff', 'settings stand as the session had them after the call');
\set said `:gateway -c "set default_transaction_read_only = on" -c "select status >= 500 from $make"`
select is(:'said'::text, 't', 'in a read-only transaction nothing is said to be made');
\set said `:gateway -c "set session_replication_role = replica"`
select is(:'said'::text, 'ERROR:  42501', 'triggers cannot be switched off');
select is(count(*), 2::bigint, 'rows were made where that was said')
  from app.contacts where tenant_id = :'a' and name = 'made';

-- Talkative settings tell nothing of what happens inside.
\set said `:gateway -c "set client_min_messages = debug5" -c "set debug_print_parse = on" -c "set debug_print_rewritten = on" -c "set debug_print_plan = on" -c "select status from $list" | grep -cE 'contacts|TARGETENTRY|Ada'`
select is(:'said'::text, '0', 'no plan or statement of an endpoint is shown to the session');

-- PGOPTIONS does no more than SET.
\set said `PGOPTIONS="-c row_security=off -c search_path=pg_temp -c default_transaction_deferrable=on" :gateway -c "select status || body from $list"`
select is(:'said'::text, :'plain'::text, 'the list is the same under PGOPTIONS');
\set said `PGOPTIONS="-c session_replication_role=replica" :gateway -c "select 1" | grep -c "permission denied"`
select is(:'said'::text, '1', 'PGOPTIONS cannot switch triggers off');

-- Temporary objects that would be found before ours cannot be made, whatever the path is.
\set said `:gateway -c "create temporary table contacts (x int)" -c "set search_path = pg_temp, public" -c "create function public.lower(text) returns text language sql return 'x'"`
select is(:'said'::text, E'ERROR:  42501\nERROR:  42501', 'nothing can be put in the way of a name');

-- What a role may always set of itself, it may; the installation's own settings it must not lose.
select is(c.setting, 'log_parameter_max_length=0', 'parameters of the gateway stay out of the log')
  from pg_db_role_setting s, unnest(s.setconfig) c (setting)
 where s.setrole = 'rowhouse_gateway'::regrole and s.setdatabase = 0 and c.setting like 'log_parameter_max_length=%';
select pg_temp.clean_up() \gset
select * from finish();
