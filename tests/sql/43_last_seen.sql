-- When sessions and keys were last seen: written once in an interval, at no request's cost.
\ir helpers.psql
select plan(33);
select tenant as a from pg_temp.make_tenant('alba') \gset
-- A backend reads its settings anew between statements: so this is to be one of many.
create function pg_temp.interval_of(setting text) returns setof void language sql as $$
    select pg_sleep(0.1) where current_setting('rowhouse.last_seen_interval') <> setting
$$;
alter system set rowhouse.last_seen_interval = '1h';
select pg_reload_conf() \gset
select 'select pg_temp.interval_of(''1h'')' from generate_series(1, 100) \gexec
select token, session from pg_temp.login('alba') \gset
create view pg_temp.session_row as select s.id, s.xmin::text as version, s.last_seen_at from rowhouse_private.sessions s;
create view pg_temp.key_row as select k.id, k.xmin::text as version, k.last_used_at, k.updated_at from app.api_keys k;

-- A session.
select version as v0, last_seen_at as t0 from pg_temp.session_row where id = :'session' \gset
select outcome from pg_temp.answer('GET', '/me', :'token') \gset
select is(:'outcome'::text, '200', 'a GET is served');
select version as v1, last_seen_at as t1 from pg_temp.session_row where id = :'session' \gset
select isnt(:'v1'::text, :'v0', 'and its session written, though it may write nothing itself');
select cmp_ok(:'t1'::timestamptz, '>', :'t0'::timestamptz, 'as seen just now');
select cmp_ok(clock_timestamp() - :'t1'::timestamptz, '<', interval '5 seconds', 'by the clock');
select format('select is(outcome, ''200'', ''request %s is served'') from pg_temp.answer(''GET'', ''/me'', %L)', n, :'token') from generate_series(1, 10) n \gexec
select outcome from pg_temp.answer('POST', '/contacts', :'token', '{"name":"Amy"}') \gset
select is(:'outcome'::text, '201', 'a POST too');
select is(version, :'v1', 'but none of them writes the session again') from pg_temp.session_row where id = :'session';
select is((body->'data'->0->>'last_seen_at')::timestamptz, :'t1'::timestamptz, 'the user sees it in the list')
  from pg_temp.answer('GET', '/me/sessions', :'token');
select token as token2, session as session2 from pg_temp.login('alba') \gset
select version as v2 from pg_temp.session_row where id = :'session2' \gset
select outcome from pg_temp.answer('GET', '/contacts/' || :'session', :'token2') \gset
select is(:'outcome'::text, '404 not_found', 'who asks for what is not there');
select isnt(version, :'v2', 'is seen all the same, each session by itself') from pg_temp.session_row where id = :'session2';

-- The interval ends.
alter system set rowhouse.last_seen_interval = '1s';
select pg_reload_conf() \gset
select 'select pg_temp.interval_of(''1s'')' from generate_series(1, 100) \gexec
select pg_sleep(1.1) \gset
select outcome from pg_temp.answer('GET', '/me', :'token') \gset
select cmp_ok(last_seen_at, '>', :'t1'::timestamptz, 'after the interval a request is written') from pg_temp.session_row where id = :'session';

-- Whoever holds the row is not waited for.
select version as v3 from pg_temp.session_row where id = :'session' \gset
select pg_sleep(1.1) \gset
\setenv session :session
\! psql -XAtqc "begin; select from rowhouse_private.sessions where id = '$session' for update; select pg_sleep(2)" >/dev/null &
select pg_sleep(0.5) \gset
select clock_timestamp() as start \gset
select outcome from pg_temp.answer('GET', '/me', :'token') \gset
select is(:'outcome'::text, '200', 'a request is served while somebody has locked the session');
select cmp_ok(clock_timestamp() - :'start'::timestamptz, '<', interval '1 second', 'at once');
select is(version, :'v3', 'and not written then') from pg_temp.session_row where id = :'session';
select pg_sleep(2) \gset

-- When writing fails the answer is none the worse.
create function api.tap_fail(session_id uuid, key_id uuid, at timestamptz) returns void language plpgsql set search_path = pg_catalog as $$
begin
    raise exception 'no' using errcode = '40001';
end $$;
grant execute on function api.tap_fail to rowhouse_system;
select rowhouse.authenticator('seen', 'api.tap_fail') \g /dev/null
select outcome from pg_temp.answer('POST', '/contacts', :'token', '{"name":"Bob"}') \gset
select is(:'outcome'::text, '201', 'a failure to note costs no answer');
select isnt_empty(format('select from app.contacts where tenant_id = %L and name = ''Bob''', :'a'), 'nor what was done');
select rowhouse.authenticator('seen', 'api.tap_gone') \g /dev/null
select pg_sleep(1.1) \gset
select outcome from pg_temp.answer('GET', '/me', :'token') \gset
select is(:'outcome'::text, '200', 'nor does a function that is gone');
delete from rowhouse.authenticators where credential = 'seen';
select pg_sleep(1.1) \gset
select outcome from pg_temp.answer('GET', '/me', :'token') \gset
select is(:'outcome'::text, '200', 'nor none');
select rowhouse.authenticator('seen', 'rowhouse_private.note_seen') \g /dev/null

-- A key. That it is used changes nothing of what its tag stands for.
select body->>'secret' as key, body->>'id' as id from pg_temp.answer('POST', '/api-keys', :'token',
    '{"name":"Bot","kind":"live","permissions":["contacts:read","api-keys:read","api-keys:write"]}') \gset
select version as k0, updated_at as u0 from pg_temp.key_row where id = :'id' \gset
select outcome, pg_temp.header(headers, 'etag') as tag from pg_temp.answer('GET', '/api-keys/' || :'id', :'key') \gset
select is(:'outcome'::text, '200', 'a key is used');
select last_used_at as used, updated_at = :'u0' as is_same from pg_temp.key_row where id = :'id' \gset
select cmp_ok(clock_timestamp() - :'used'::timestamptz, '<', interval '5 seconds', 'and known to have been');
select ok(:'is_same', 'which is no change of it');
select pg_sleep(1.1) \gset
select outcome from pg_temp.answer('PATCH', '/api-keys/' || :'id', :'key', '{"name":"Bert"}', 'if-match: ' || :'tag' || E'\r\n') \gset
select is(:'outcome'::text, '200', 'its tag holds, also for itself');
select cmp_ok(last_used_at, '>', :'used'::timestamptz, 'it is seen again') from pg_temp.key_row where id = :'id';
select cmp_ok(updated_at, '>', :'u0'::timestamptz, 'and was changed') from pg_temp.key_row where id = :'id';

alter system reset rowhouse.last_seen_interval;
select pg_reload_conf() \gset
select pg_temp.clean_up() \gset
select * from finish();
