-- What becomes of what an endpoint's function does: answers, refusals, errors, headers.
\ir helpers.psql
select plan(56);
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select token from pg_temp.login('alba') \gset

-- Endpoints of the test. tap_note writes a contact and then does what it is told.
select rowhouse.error('tap_refused', 409, 'The tap is dry') \gset
set role rowhouse_owner;
create table app.tap_things (tenant_id uuid not null, id uuid not null default rowhouse.uuid_v7(), code text, size integer,
    primary key (tenant_id, id), constraint tap_things_code unique (tenant_id, code),
    constraint tap_things_size check (size between 1 and 9), contact_id uuid,
    foreign key (tenant_id, contact_id) references app.contacts deferrable initially deferred);
comment on constraint tap_things_size on app.tap_things is 'must be from 1 to 9';
grant select, insert, update, delete on app.tap_things to rowhouse_tenant;
create policy anybody on app.tap_things to rowhouse_tenant using (true);
create function api.tap_make(code text default null, size integer default null, contact_id uuid default null) returns setof uuid
    language plpgsql volatile set search_path = pg_catalog as $$
begin
    return query insert into app.tap_things (code, size, contact_id) values ($1, $2, $3) returning id;
end $$;
create function api.tap_note(act text) returns json language plpgsql volatile set search_path = pg_catalog as $$
begin
    insert into app.tap_things (code) values (act);
    perform rowhouse.audit('tap.noted');
    perform rowhouse.set_header('X-Tap', act);
    case act
        when 'reject' then perform rowhouse.reject('tap_refused', 'Come back tomorrow.');
        when 'refuse' then perform rowhouse.refuse('tap_refused', 'Come back tomorrow.');
        when 'field' then perform rowhouse.refuse('invalid_value', 'is odd', 'act__deep');
        when 'unknown code' then perform rowhouse.refuse('tap_nonsense');
        when 'unknown reject' then perform rowhouse.reject('tap_nonsense');
        when 'denied' then perform 1 from rowhouse.keys;
        when 'division' then perform 1 / (length(act) - 8);
        when 'raise' then raise exception 'secret path /etc/tap' using detail = 'secret row', hint = 'secret hint';
        when 'too long' then perform 'abc'::varchar(2), rpad('x', 10)::character varying(2); perform cast(repeat('x', 9) as name); raise string_data_right_truncation;
        when 'range' then perform 2147483647 + length(act);
        when 'locked' then raise lock_not_available;
        when 'deep' then raise statement_too_complex;
        when 'header' then perform rowhouse.set_header('X-Bad', E'a\r\nSet-Cookie: b');
        when 'name' then perform rowhouse.set_header(E'X-Bad: x\r\nY', 'b');
        when 'role' then execute 'reset role';
        when 'superuser' then execute 'set role postgres';
        when 'authorization' then execute 'set session authorization default';
        when 'commit' then commit;
        when 'cookie' then perform rowhouse.request_cookie('rh_refresh');
        when 'credential' then perform rowhouse.request_header('authorization');
        when 'context' then perform set_config('rowhouse.context', '', true);
        when 'replica' then perform set_config('session_replication_role', 'replica', true);
        when 'path' then perform set_config('search_path', 'public', false);
        else null;
    end case;
    return json_build_object('did', act);
end $$;
create function api.tap_read(act text) returns json language plpgsql stable set search_path = pg_catalog as $$
begin
    case act
        when 'write' then execute 'insert into app.tap_things (code) values (''read'')';
        when 'call' then perform api.tap_note('read');
        when 'lock' then perform 1 from app.tap_things for update;
        when 'temporary' then execute 'create temporary table t (x int)';
        when 'sequence' then perform nextval('app.tap_numbers');
        when 'switch' then perform set_config('transaction_read_only', 'off', false);
                           execute 'insert into app.tap_things (code) values (''read'')';
        else perform pg_sleep(act::float8);
    end case;
    return json_build_object('slept', act);
end $$;
create function api.tap_who() returns json language sql stable set search_path = pg_catalog
    return json_build_object('user', current_user, 'tenant', rowhouse.tenant_id(), 'person', rowhouse.user_id(), 'session', rowhouse.session_id() is not null,
        'credential', rowhouse.credential(), 'request', rowhouse.request_id(), 'trace', rowhouse.trace_id(), 'client', rowhouse.client_address(),
        'network', rowhouse.client_network(), 'agent', rowhouse.request_header('user-agent'), 'path', current_setting('search_path'));
create sequence app.tap_numbers;
grant usage on sequence app.tap_numbers to rowhouse_tenant;
select rowhouse.route(r.method, r.path, 'api.tap_' || r.name, access => r.access, permission => r.permission, status => r.status,
          timeout_ms => r.timeout)
  from (values ('POST', '/tap/things', 'make', 'tenant', null, 201, 5000), ('POST', '/tap/note', 'note', 'tenant', null, 200, 5000),
               ('GET', '/tap/read', 'read', 'tenant', null, 200, 100), ('GET', '/tap/slow', 'read', 'tenant', null, 200, 5000), ('GET', '/tap/who', 'who', 'user', null, 200, 5000),
               ('GET', '/tap/admin', 'who', 'tenant', 'tap:rule', 200, 5000)) r (method, path, name, access, permission, status, timeout) \g /dev/null
reset role;
create function pg_temp.note(token text, act text, out outcome text, out raw text, out headers text, out noted bigint, out audited bigint) returns record
    language plpgsql as $$
declare before bigint := (select count(*) from app.tap_things);
        trail bigint := (select count(*) from rowhouse.audit_log where event = 'tap.noted');
begin
    select a.outcome, a.raw, a.headers into outcome, raw, headers
      from pg_temp.answer('POST', '/tap/note', token, json_build_object('act', act)::text) a;
    noted := (select count(*) from app.tap_things) - before;
    audited := (select count(*) from rowhouse.audit_log where event = 'tap.noted') - trail;
end $$;
create function pg_temp.body(token text, path text) returns jsonb language sql as $$
    select body from pg_temp.answer('GET', path, token, more_headers => E'user-agent: tap\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nx-request-id: tap-1\r\n', client => '2001:db8::7')
$$;

-- Who a function is, and what it knows.
select is(pg_temp.body(:'token', '/tap/who') - 'request',
          jsonb_build_object('user', 'rowhouse_tenant', 'tenant', :'a'::text, 'person', :'ana'::text,
              'session', true, 'credential', 'session', 'trace', '4bf92f3577b34da6a3ce929d0e0e4736', 'client', '2001:db8::7',
              'network', '2001:db8::/64', 'agent', 'tap', 'path', 'pg_catalog'), 'an endpoint knows who is asking, and how');

-- Written, rejected, refused.
select is(array[outcome, noted::text, audited::text, pg_temp.header(headers, 'X-Tap')], '{200,1,1,nothing}',
          'what succeeds is kept, and so are its headers')
  from pg_temp.note(:'token', 'nothing');
select is(array[outcome, noted::text, audited::text], '{"409 tap_refused",1,1}', 'reject() keeps what was written')
  from pg_temp.note(:'token', 'reject');
select is(array[outcome, noted::text, audited::text], '{"409 tap_refused",0,0}', 'refuse() undoes it')
  from pg_temp.note(:'token', 'refuse');
select is(raw::jsonb - 'request_id' - 'type',
          '{"status": 409, "code": "tap_refused", "title": "The tap is dry", "detail": "Come back tomorrow."}',
          'both answer the registered error') from unnest('{reject,refuse}'::text[]) act, lateral pg_temp.note(:'token', act) where act = 'refuse';
select is(raw::jsonb->'errors', '[{"pointer": "/act/deep", "code": "invalid_value", "message": "is odd"}]',
          'a refusal may name the field')
  from pg_temp.note(:'token', 'field');
select is(outcome, '500 internal_error', 'a code that nobody registered is our fault')
  from pg_temp.note(:'token', 'unknown code');
select is(outcome, '500 internal_error', 'in reject() as well') from pg_temp.note(:'token', 'unknown reject');

-- Errors of PostgreSQL.
create temporary table acts (act text, expected text);
insert into acts values ('division', '500 internal_error'), ('raise', '500 internal_error'), ('too long', '422 text_too_long'), ('range', '422 value_out_of_range'),
    ('locked', '409 row_locked'), ('deep', '422 too_complex'), ('denied', '403 permission_denied'), ('header', '500 internal_error'),
    ('name', '500 internal_error'), ('role', '403 permission_denied'), ('superuser', '403 permission_denied'), ('authorization', '403 permission_denied'),
    ('commit', '500 internal_error'), ('cookie', '403 permission_denied'), ('credential', '500 internal_error'), ('context', '403 permission_denied'), ('replica', '403 permission_denied'),
    ('path', '200');
select format('select is(outcome || '' '' || noted, %L, %L) from pg_temp.note(%L, %L)',
          expected || case expected when '200' then ' 1' else ' 0' end,
              'a function that does "' || act || '" ends in ' || expected, :'token', act) from acts \gexec
-- The same by a real login, whose role is not that of a definer's function.
select format('select status from rowhouse.handle(''POST'', ''/api/v1/tap/note'', convert_to(%L, ''UTF8''), convert_to(%L, ''UTF8''), ''192.0.2.1'')',
              E'content-type: application/json\r\nauthorization: Bearer ' || :'token', json_build_object('act', act)) as sql_of
  from (values ('role')) v (act) \gset reset_
select replace(:'reset_sql_of', '"role"', '"superuser"') as sql_of \gset set_
select replace(:'reset_sql_of', '"role"', '"authorization"') as sql_of \gset session_
\setenv reset :reset_sql_of
\setenv set :set_sql_of
\setenv session :session_sql_of
\set said `:gateway -c "$reset" -c "$set" -c "$session" | paste -sd' '`
select is(:'said'::text, '403 403 403', 'the gateway''s own login cannot be gone back to, nor become another');
select unalike(raw, '%secret%', 'no message, detail or hint of PostgreSQL is told')
  from pg_temp.note(:'token', 'raise');
select unalike(raw, '%tap_%', 'no name of a function or table') from pg_temp.note(:'token', 'division');
select is(raw::jsonb->>'detail', 'The request failed for a reason of ours; quote its request_id.', 'but what to do')
  from pg_temp.note(:'token', 'raise');
select unalike(raw, '%keys%', 'a denial does not say of what') from pg_temp.note(:'token', 'denied');
select is(pg_temp.body(:'token', '/tap/who')->>'path', 'pg_catalog', 'what one request sets, the next does not find');

-- Constraints.
\set made '{"code": "x", "size": 5}'
select is(outcome, '201', 'a row is made') from pg_temp.answer('POST', '/tap/things', :'token', :'made');
select is(outcome, '409 already_exists', 'a row that exists is a conflict')
  from pg_temp.answer('POST', '/tap/things', :'token', :'made');
select is(outcome || (body->'errors'),
          '422 invalid_value[{"code": "invalid_value", "message": "must be from 1 to 9", "pointer": "/size"}]',
          'a check names the field and says its comment') from pg_temp.answer('POST', '/tap/things', :'token', '{"size": 10}');
select is(outcome, '422 unknown_reference', 'a deferred reference is checked before the answer')
  from pg_temp.answer('POST', '/tap/things', :'token', '{"contact_id": "01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3"}');

-- Reading.
select format('select is(outcome, %L, %L) from pg_temp.answer(%L, %L, %L)', '500 internal_error', 'a GET cannot ' || act, 'GET', '/tap/read?act=' || act, :'token')
  from unnest('{write,call,lock,sequence,switch}'::text[]) act \gexec
select is_empty('select from app.tap_things where code = ''read''', 'and did not');
select is(outcome, '201', 'the transaction after it writes')
  from pg_temp.answer('POST', '/tap/things', :'token', '{"code": "after"}');

-- Time.
select is(outcome, '200', 'a function may take its time') from pg_temp.answer('GET', '/tap/read?act=0.01', :'token');
select is(outcome, '503 timed_out', 'but not more than its route allows')
  from pg_temp.answer('GET', '/tap/read?act=5', :'token');
select is(pg_temp.header(headers, 'Retry-After'), '1', 'the client may try again')
  from pg_temp.answer('GET', '/tap/read?act=5', :'token');
set statement_timeout = '300ms';
select status from pg_temp.answer('GET', '/tap/slow?act=0.5', :'token') \gset slow_
reset statement_timeout;
select is(:slow_status, 200, 'the route''s limit holds, not the session''s');
select pg_sleep(0.15) \gset
select pass('and leaves no alarm behind');

-- Permissions.
select is(outcome, '403 permission_denied', 'what the role does not hold is denied') from pg_temp.answer('GET', '/tap/admin', :'token');
select is((select details from rowhouse.audit_log
            where tenant_id = :'a' and event = 'permission.denied' and resource = '/api/v1/tap/admin' and actor_id = :'ana'),
          '{"code": "permission_denied", "method": "GET"}', 'and audited, with what was tried');
select is(outcome, '401 credential_required', 'before permissions comes the credential') from pg_temp.answer('GET', '/tap/admin');
select is(count(*), 1::bigint, 'of nobody there is no audit row') from rowhouse.audit_log where resource = '/api/v1/tap/admin';

-- The registry is read again when it changes.
update rowhouse.routes set permission = null where pattern = '/api/v1/tap/admin';
select is(outcome, '200', 'a changed route holds from the next request on') from pg_temp.answer('GET', '/tap/admin', :'token');
alter function api.tap_who() rename to tap_whom;
select is(outcome, '500 internal_error', 'a route whose function is gone is our fault') from pg_temp.answer('GET', '/tap/admin', :'token');
alter function api.tap_whom() rename to tap_who;
delete from rowhouse.routes where pattern = '/api/v1/tap/admin';
select is(outcome, '404 not_found', 'a route that is gone is not found') from pg_temp.answer('GET', '/tap/admin', :'token');
update rowhouse.errors set title = 'The tap is closed' where code = 'tap_refused';
select is(raw::jsonb->>'title', 'The tap is closed', 'an error may be worded anew') from pg_temp.note(:'token', 'refuse');
select pg_temp.clean_up() \gset
select * from finish();
