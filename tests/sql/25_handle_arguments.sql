-- From path, query and body to typed arguments; what does not fit is named, all at once.
\ir helpers.psql
set timezone = 'UTC';
select plan(134);
select tenant as a from pg_temp.make_tenant('alba') \gset
select token from pg_temp.login('alba') \gset

set role rowhouse_owner;
create type api.tap_mood as enum ('glad', 'sad', 'so-so');
create domain api.tap_code as text constraint tap_code_shape check (value ~ '^[A-Z]{2}$');
comment on domain api.tap_code is 'two capital letters';
-- One endpoint for each type: its only parameter is v, and it answers v as it arrived.
reset role;
create temporary table types (name text, type text, good text[], bad text[], mistyped text[]);
insert into types values
    ('text', 'text', '{"\"x\"","\"\"","\" \"","\"ünï\"","\"a\\\"b\""}', '{}', '{"1","true","{}","[]"}'),
    ('boolean', 'boolean', '{"true","false"}', '{}', '{"1","0","\"true\"","\"yes\"","{}"}'),
    ('integer', 'integer', '{"0","-1","2147483647","-2147483648"}', '{"2147483648","1.5","1e20"}', '{"\"1\"","true","[1]"}'),
    ('bigint', 'bigint', '{"0","9223372036854775807","-9223372036854775808"}', '{"9223372036854775808","0.1"}', '{"\"1\"","false"}'),
    ('numeric', 'numeric', '{"0","1.50","-0.001","1e3","123456789012345678901234567890"}', '{"1e2000"}', '{"\"1\"","\"NaN\"","true"}'),
    ('date', 'date', '{"\"2026-01-31\"","\"2024-02-29\"","\"0001-01-01\""}',
     '{"\"2026-02-30\"","\"2025-02-29\"","\"31.01.2026\"","\"today\"","\"infinity\"","\"2026-1-1\"","\"\"","\"2026-01-31 \"","\"10000-01-01\""}', '{"20260131","true"}'),
    ('time', 'timestamptz', '{"\"2026-01-31T09:00:00Z\"","\"2026-01-31T09:00:00.123456+03:00\"","\"2026-01-31t23:59:59z\""}',
     '{"\"2026-01-31T09:00:00\"","\"2026-01-31 09:00:00Z\"","\"2026-01-31T24:00:00Z\"","\"2026-01-31T09:00:00+25:00\"","\"now\"","\"epoch\"","\"-infinity\"","\"2026-01-31T09:00:60Z\"","\"2026-01-31\""}', '{"0"}'),
    ('uuid', 'uuid', '{"\"01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3\"","\"01A1FC63-6D25-7D70-8432-6E2EA2BFA3A3\""}',
     '{"\"01a1fc636d257d7084326e2ea2bfa3a3\"","\"{01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3}\"","\"01a1fc63-6d25-7d70-8432-6e2ea2bfa3ag\"","\"\""}', '{"1","{}"}'),
    ('inet', 'inet', '{"\"192.0.2.1\"","\"192.0.2.0/24\"","\"2001:db8::1\"","\"::/0\""}',
     '{"\"192.0.2\"","\"192.0.2.256\"","\"192.0.2.1/33\"","\"192.0.2.1/\"","\"host\"","\"1::2::3\""}', '{"1"}'),
    ('jsonb', 'jsonb', '{"{\"a\": [1, null]}","[]","\"x\"","1","true"}', '{}', '{}'),
    ('mood', 'api.tap_mood', '{"\"glad\"","\"so-so\""}', '{"\"Glad\"","\"angry\"","\"\"","\"glad \""}', '{"1","true"}'),
    ('code', 'api.tap_code', '{"\"AB\""}', '{"\"ab\"","\"ABC\"","\"\"","\"AB\\n\""}', '{"1"}'),
    ('texts', 'text[]', '{"[]","[\"a\", \"b\"]","[\"NULL\", \"{}\", \"\"]"}', '{}', '{"\"a\"","{}","[1]","[null]","[[\"a\"]]","[true]"}'),
    ('integers', 'integer[]', '{"[]","[1, -2]"}', '{"[2147483648]","[1.5]"}', '{"1","[\"1\"]","[null]"}'),
    ('uuids', 'uuid[]', '{"[\"01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3\"]"}', '{"[\"x\"]"}', '{"\"01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3\"","[1]"}'),
    ('moods', 'api.tap_mood[]', '{"[\"glad\", \"sad\", \"glad\"]"}', '{"[\"glad\", \"angry\"]"}', '{"\"glad\"","[0]"}'),
    ('codes', 'api.tap_code[]', '{"[\"AB\", \"CD\"]"}', '{"[\"AB\", \"x\"]"}', '{"[1]"}');
select format('create function api.tap_%1$s(v %2$s) returns json language sql volatile
                   set search_path = pg_catalog return json_build_object(''v'', v); alter function api.tap_%1$s(%2$s) owner to rowhouse_owner',
              name, type) from types \gexec
select rowhouse.route('POST', '/tap/' || name, 'api.tap_' || name, access => 'tenant') from types \g /dev/null

select format('select is(outcome || coalesce(body->>''v'', ''''), ''200'' || (%L::jsonb->>''v''), %L) from pg_temp.answer(%L, %L, %L, %L)',
              format('{"v": %s}', case when t.type = 'timestamptz' then to_json((v::jsonb #>> '{}')::timestamptz at time zone 'UTC' at time zone 'UTC')::text
                                       when t.type = 'uuid' then lower(v) else v end),
              format('%s is a %s', v, t.type), 'POST', '/tap/' || t.name, :'token', format('{"v": %s}', v))
  from types t, unnest(t.good) v \gexec
select format('select is(outcome || (body->''errors''->0->>''code'') || (body->''errors''->0->>''pointer''), %L, %L) from pg_temp.answer(%L, %L, %L, %L)',
              '422 invalid_request' || b.code || '/v', format('%s is no %s: %s', b.v, t.type, b.code), 'POST', '/tap/' || t.name, :'token', format('{"v": %s}', b.v))
  from types t, lateral (select 'invalid_value' as code, v from unnest(t.bad) v
                         union all select 'invalid_type', v from unnest(t.mistyped) v) b \gexec
select pg_temp.clean_up() \gset
select * from finish();
