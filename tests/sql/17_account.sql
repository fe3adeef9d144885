-- The account: its settings, the lives of its sessions, and its end.
\ir helpers.psql
select no_plan();
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
select * from pg_temp.login('alba') \gset ana_
select * from pg_temp.login('boris') \gset ben_
create function pg_temp.ask(token text, method text, path text, sent text default null, headers text default '') returns text language sql as $$
    select outcome from pg_temp.answer(method, path, token, sent, headers)
$$;
create function pg_temp.field(token text, name text) returns text language sql as $$
    select body->>name from pg_temp.answer('GET', '/account', token)
$$;

select body - '{id,created_at,updated_at}'::text[] as body from pg_temp.answer('GET', '/account', :'ana_token') \gset
select is(:'body'::jsonb, '{"slug": "tap-alba", "name": "Alba", "time_zone": "America/Sao_Paulo", "cors_origins": [], "mfa_required_for_admin": false,
    "remember_devices": true, "session_idle_seconds": null, "session_absolute_seconds": null, "closes_at": null}', 'an account has its settings');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/account', '{"name": "Alba Nova", "time_zone": "Europe/Lisbon", "cors_origins": ["https://app.alba.example", "http://localhost:5173"]}'), '200', 'its admin sets them');
select is(pg_temp.field(:'ana_token', 'name'), 'Alba Nova', 'by name');
select is(pg_temp.field(:'ana_token', 'cors_origins')::jsonb, '["https://app.alba.example", "http://localhost:5173"]', 'with its origins');
select is(pg_temp.field(:'ben_token', 'name'), 'Boris', 'and nobody else''s');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/account', '{"time_zone": "Mars/Olympus"}'), '422 time_zone_unknown', 'a time zone exists');
select format('select is(pg_temp.ask(%L, %L, %L, %L), %L, %L)', :'ana_token', 'PATCH', '/account', json_build_object('cors_origins', array[origin])::text, '422 invalid_request', 'no origin: ' || origin)
  from unnest('{*,null,http://app.example,https://app.example/,https://APP.example,https://a b,https://*.example,app.example,https://x:0}'::text[]) origin \gexec
select is(pg_temp.ask(:'ana_token', 'PATCH', '/account', '{"slug": "tap-boris"}'), '409 slug_taken', 'a slug is one account''s');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/account', '{"slug": "tap-alba-nova"}'), '200', 'and may change');
select is(slug::text, 'tap-alba-nova', 'everywhere') from rowhouse_private.tenants where id = :'a';
select headers from pg_temp.answer('GET', '/account', :'ana_token') \gset
select is(pg_temp.ask(:'ana_token', 'PATCH', '/account', '{"name": "x"}', E'if-match: "0000000000000000"\r\n'), '412 precondition_failed', 'a lost update is noticed');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/account', '{"name": "Alba"}', 'if-match: ' || pg_temp.header(:'headers', 'ETag') || E'\r\n'), '200', 'and no other');

-- Shorter sessions.
select is(pg_temp.ask(:'ana_token', 'PATCH', '/account', '{"session_idle_seconds": 59}'), '422 invalid_value', 'a session lives a minute at least');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/account', '{"session_idle_seconds": 3600, "session_absolute_seconds": 7200}'), '200', 'an account wants shorter sessions');
select ok(idle_until <= clock_timestamp() + interval '1 hour' and expires_at = created_at + interval '2 hours', 'which holds for the present ones') from rowhouse_private.sessions where id = :'ana_session';
select ok(expires_at > clock_timestamp() + interval '1 day', 'not for another account''s') from rowhouse_private.sessions where id = :'ben_session';
select * from pg_temp.login('alba') \gset new_
select ok(idle_until <= clock_timestamp() + interval '1 hour' and expires_at = created_at + interval '2 hours', 'and for new ones') from rowhouse_private.sessions where id = :'new_session';
select outcome from pg_temp.answer('POST', '/auth/refresh', null, jsonb_build_object('refresh_token', :'new_refresh', 'device_id', :'new_device')::text) \gset
select ok(:'outcome' = '200' and idle_until <= clock_timestamp() + interval '1 hour', 'also refreshed') from rowhouse_private.sessions where id = :'new_session';

-- The end.
select is(pg_temp.ask(:'ana_token', 'PATCH', '/account', '{"closes_at": "2001-01-01T00:00:00Z"}'), '422 invalid_value', 'no account is closed by the way');
update rowhouse_private.sessions set verified_at = clock_timestamp() - interval '1 hour' where id = :'ana_session';
select is(pg_temp.ask(:'ana_token', 'DELETE', '/account'), '403 step_up_required', 'nobody closes it by an old login');
update rowhouse_private.sessions set verified_at = clock_timestamp() where id = :'ana_session';
select is(pg_temp.ask(:'ana_token', 'DELETE', '/account'), '204', 'an owner closes it');
select pg_temp.field(:'ana_token', 'closes_at') as closes \gset
select ok(:'closes'::timestamptz - clock_timestamp() between interval '29 days' and interval '30 days', 'in thirty days');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/account', '{"closes_at": null}'), '200', 'until then it may be kept');
select is(pg_temp.field(:'ana_token', 'closes_at'), null, 'and is');
select pg_temp.ask(:'ana_token', 'DELETE', '/account') \gset
select body->>'secret' as key from pg_temp.answer('POST', '/api-keys', :'ana_token', '{"name": "k", "permissions": ["account:read"]}') \gset
select is(pg_temp.ask(:'key', 'GET', '/account'), '200', 'its keys open it until then');
update app.accounts set closes_at = clock_timestamp() where tenant_id = :'a';
select is(pg_temp.ask(:'key', 'GET', '/account'), '401 credential_invalid', 'and no longer');
select is(outcome, '403 account_closed', 'nobody logs in any more') from pg_temp.answer('POST', '/auth/login', null, '{"email": "alba@tap.example", "password": "the password of alba"}');
select set_eq(format('select event from rowhouse.audit_log where tenant_id = %L and event like ''account.c%%''', :'a'), '{account.created,account.changed,account.closing}'::text[], 'it is on the trail');
select pg_temp.make_role(:'b', 'tap', '{account:read,account:write}') \gset
select pg_temp.make_member(:'b', user_id, 'tap') from rowhouse_private.sessions where id = :'ben_session' \gset
select is(pg_temp.ask(:'ben_token', 'DELETE', '/account'), '403 permission_denied', 'only an owner closes an account');
select pg_temp.clean_up() \gset
select * from finish();
