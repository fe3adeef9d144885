-- API keys and instances' tokens: only a key whose row is good now, with its own secret, for what it is for.
\ir helpers.psql
select plan(132);
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
select pg_temp.make_contact(:'a', 'Amy') as amy, pg_temp.make_contact(:'b', 'Bob') as bob \gset
select token from pg_temp.login('alba') \gset
create temporary table registered as select * from rowhouse.authenticators;

-- An application with keys. The number of questions is counted; a key that waits reads its row first.
create table app.tap_keys (
    tenant_id uuid not null, id uuid not null, refusal text, hash text, old_hash text, permissions text not null default 'contacts:read',
    instance_id uuid, waits boolean not null default false, primary key (tenant_id, id));
create sequence app.tap_asked;
grant select on app.tap_keys to rowhouse_system;
grant usage on sequence app.tap_asked to rowhouse_system;
create function api.tap_read_key(key_id uuid, client inet)
    returns table (refusal text, tenant_id uuid, hash text, old_hash text, permissions text, instance_id uuid)
    language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare known app.tap_keys;
begin
    perform nextval('app.tap_asked');
    select k.* into known from app.tap_keys k where k.id = key_id;
    if known.waits then perform pg_advisory_xact_lock_shared(25); end if;
    return query select case when client << '198.51.100.0/24' then 'elsewhere' else known.refusal end, known.tenant_id,
                        known.hash, known.old_hash, known.permissions, known.instance_id where known.id is not null;
end $$;
create function api.tap_who() returns json language sql stable set search_path = pg_catalog
    return json_build_object('credential', rowhouse.credential(), 'key', rowhouse.key_id(), 'instance', rowhouse.instance_id(),
        'tenant', rowhouse.tenant_id(), 'user', rowhouse.user_id(), 'session', rowhouse.session_id(),
        'contacts', (select count(*) from app.contacts));
create function api.tap_open() returns json language sql stable set search_path = pg_catalog return json_build_object('credential', rowhouse.credential());
create function api.tap_instance(id uuid) returns json language sql stable set search_path = pg_catalog return api.tap_who();
create function api.tap_message(instance_id uuid, n integer default 0) returns json language sql stable set search_path = pg_catalog return api.tap_who();
select rowhouse.route('GET', r.path, 'api.tap_' || r.name, access => r.access, permission => r.permission)
  from (values ('/tap/tenant', 'who', 'tenant', null), ('/tap/user', 'who', 'user', null), ('/tap/public', 'open', 'public', null),
               ('/tap/admin', 'who', 'tenant', 'tap:rule'), ('/instances/:id/tap', 'instance', 'instance', null),
               ('/tap/:instance_id/messages', 'message', 'instance', 'contacts:read')) r (path, name, access, permission) \g /dev/null
select rowhouse.authenticator(c, 'api.tap_read_key') from unnest('{api_key,instance_token}'::text[]) c \g /dev/null
select throws_ok(format('select rowhouse.route(''GET'', %L, ''api.tap_%s'', access => ''instance'')', path, name), '22023', null,
                 format('%s names no instance', path))
  from (values ('/tap/none', 'who'), ('/tap/things/:id', 'instance'), ('/instancesx/:id', 'instance'), ('/tap/instances/:id', 'instance')) v (path, name);

-- Making them.
select matches(rowhouse.make_api_key(kind, :'a'), format('^rh_%s_[A-Za-z0-9_-]{70}$', prefix), format('a key of kind %s is made', kind))
  from (values ('live', 'live'), ('test', 'test'), ('instance', 'inst')) v (kind, prefix);
select isnt(rowhouse.make_api_key('live', :'a'), rowhouse.make_api_key('live', :'a'), 'never the same');
select throws_ok(format('select rowhouse.make_api_key(%L, %L)', kind, :'a'), 'RH422', null, format('"%s" is no kind', kind))
  from unnest(array['', 'inst', 'LIVE', 'prod']) kind;
select throws_ok(format('select rowhouse.hash_api_key(%L)', key), 'RH422', null, format('"%s" is no key', left(key, 20)))
  from unnest(array['', 'rh_live_', 'a password', rowhouse.make_api_key('live', :'a') || 'A', left(rowhouse.make_api_key('live', :'a'), -1)]) key;

create function pg_temp.make_key(kind text, tenant uuid, instance uuid default null, permissions text default 'contacts:read', waits boolean default false) returns text
    language plpgsql as $$
declare made uuid := rowhouse.uuid_v7(); key text := rowhouse.make_api_key(kind, made);
begin
    insert into app.tap_keys values (tenant, made, null, rowhouse.hash_api_key(key), null, permissions, instance, waits);
    return key;
end $$;
create function pg_temp.id_of(key text) returns uuid language sql as $$
    select encode(substr(decode(translate(substr(key, 9) || '==', '-_', '+/'), 'base64'), 1, 16), 'hex')::uuid
$$;
select rowhouse.uuid_v7() as one, rowhouse.uuid_v7() as two \gset
select pg_temp.make_key('live', :'a') as live, pg_temp.make_key('test', :'a') as test, pg_temp.make_key('instance', :'a', :'one') as inst,
       pg_temp.make_key('live', :'a', :'one') as bound, pg_temp.make_key('instance', :'a') as free, pg_temp.make_key('live', :'b') as other,
       pg_temp.make_key('live', :'a', null, '') as poor \gset
select matches(k.hash, '^k[0-9a-f]{12}\$argon2id\$v=19\$m=19456,t=2,p=1\$', 'what is kept is an Argon2id hash') from app.tap_keys k where k.id = pg_temp.id_of(:'live');
select ok(rowhouse.verify_password(:'live', k.hash), 'of the key') from app.tap_keys k where k.id = pg_temp.id_of(:'live');

-- Who they are.
select format('select is(body, jsonb_build_object(%L, %L, %L, pg_temp.id_of(%L), %L, null, %L, %L, %L, null, %L, null, %L, 1), %L) from pg_temp.answer(%L, %L, %L)',
              'credential', 'api_key', 'key', key, 'instance', 'tenant', tenant, 'user', 'session', 'contacts',
              'an endpoint knows an API key of its tenant, and no user: ' || left(key, 8), 'GET', '/tap/tenant', key)
  from (values (:'live', :'a'), (:'test', :'a'), (:'other', :'b')) v (key, tenant) \gexec
select is(body, jsonb_build_object('credential', 'instance_token', 'key', pg_temp.id_of(:'inst'), 'instance', :'one'::uuid, 'tenant', :'a'::uuid, 'user', null, 'session', null, 'contacts', 1),
          'and an instance''s token, and the instance') from pg_temp.answer('GET', '/instances/' || :'one' || '/tap', :'inst');
select is(array[tenant_id, user_id, session_id], array[:'a', null, null]::uuid[], 'the log hears whose key it is') from pg_temp.answer('GET', '/tap/tenant', :'live');
select is(body->>'key', null, 'a session has no key') from pg_temp.answer('GET', '/tap/tenant', :'token');

-- What each of them opens.
create temporary table doors (who text, key text, path text, expected text);
insert into doors
select who, key, path, case when opened then '200' else '403 permission_denied' end
  from (values ('a key', :'live'), ('a test key', :'test'), ('a bound key', :'bound'), ('a token', :'inst'), ('a token of no instance', :'free'), ('a session', :'token')) k (who, key),
       (values ('/tap/tenant'), ('/tap/user'), ('/tap/public'), ('/contacts'), ('/instances/' || :'one' || '/tap'), ('/instances/' || upper(:'one') || '/tap'), ('/tap/' || :'one' || '/messages?n=1'),
               ('/instances/' || :'two' || '/tap'), ('/tap/' || :'two' || '/messages'), ('/contacts/' || :'amy')) p (path),
       lateral (select path = '/tap/public'
                    or (who = 'a session' )
                    or (who in ('a key', 'a test key') and path <> '/tap/user')
                    or (who in ('a bound key', 'a token') and path ilike '%' || :'one' || '%')) o (opened);
select format('select is(outcome, %L, %L) from pg_temp.answer(%L, %L, %L)', expected,
              format('%s: GET %s is %s', who, replace(replace(lower(path), :'one', '<one>'), :'two', '<two>'), expected), 'GET', path, key)
  from doors order by who, path \gexec
select is(body->>'detail', 'this needs a user''s session', 'why is said: a user is wanted') from pg_temp.answer('GET', '/tap/user', :'live');
select is(body->>'detail', 'this needs a user''s session', 'of a token too') from pg_temp.answer('GET', '/tap/user', :'inst');
select is(body->>'detail', 'this is not for a credential of one instance', 'an instance is wanted') from pg_temp.answer('GET', '/tap/tenant', :'inst');
select is(body->>'detail', 'the credential is for another instance', 'another instance is') from pg_temp.answer('GET', '/instances/' || :'two' || '/tap', :'bound');
select is(outcome, '403 permission_denied', 'a path that names no UUID is nobody''s instance') from pg_temp.answer('GET', '/instances/x/tap', :'inst');
select is(outcome, '404 not_found', 'another tenant''s rows are not there') from pg_temp.answer('GET', '/contacts/' || :'bob', :'live');
select is(array[outcome, body->>'detail'], array['403 permission_denied', 'this needs the permission contacts:read'], 'a key without the scope is told which')
  from pg_temp.answer('GET', '/contacts', :'poor');
select is(outcome, '403 permission_denied', 'also for its instance') from pg_temp.answer('GET', '/tap/' || :'one' || '/messages', :'poor');
select is(l, ('permission.denied', :'a', null, null, pg_temp.id_of(:'poor'), 'api_key', '/api/v1/contacts')::text, 'which is on the trail, under the key''s id')
  from (select (l.event, l.tenant_id, l.actor_id, l.session_id, l.key_id, l.credential, l.resource)::text
          from rowhouse.audit_log l where l.key_id = pg_temp.id_of(:'poor') order by l.id limit 1) v (l);
select is(count(*), 0::bigint, 'under nobody else''s') from rowhouse.audit_log l where (l.key_id is null) = (l.credential in ('api_key', 'instance_token'));

-- What is no key.
select pg_temp.make_key('live', :'a') as gone \gset
delete from app.tap_keys where id = pg_temp.id_of(:'gone');
create temporary table refused (what text, key text, asked integer);
insert into refused values
    ('a word', 'rh_x', 0), ('a prefix', 'rh_live_', 0), ('a key cut short', left(:'live', -1), 0), ('a longer one', :'live' || 'A', 0), ('a padded one', :'live' || '=', 0),
    ('one mistyped', overlay(:'live' placing case substr(:'live', 40, 1) when 'A' then 'B' else 'A' end from 40 for 1), 0),
    ('one in other letters', 'rh_live_' || upper(substr(:'live', 9)), 0), ('one of another kind', replace(:'live', 'rh_live_', 'rh_test_'), 0), ('a token as a key', replace(:'inst', 'rh_inst_', 'rh_live_'), 0),
    ('a refresh token', 'rh_rt_AQABAgMEBQYHCAkKCwwNDg8BAgMEjmMmYcyPby01ji12yfN5cNMjL068ej1WfVvWg1azWjY', 0), ('much', 'rh_live_' || repeat('A', 100000), 0),
    ('a key that is unknown', rowhouse.make_api_key('live', rowhouse.uuid_v7()), 1), ('one whose row is gone', :'gone', 1),
    ('the right id with another secret', rowhouse.make_api_key('live', pg_temp.id_of(:'live')), 1),
    ('a key of another kind with the same id', rowhouse.make_api_key('test', pg_temp.id_of(:'live')), 1);
create function pg_temp.tried(key text, path text default '/tap/tenant', client text default '192.0.2.1', out outcome text, out detail text, out asked bigint, out milliseconds numeric)
    returns record language plpgsql as $$
declare begun constant timestamptz := clock_timestamp(); before bigint := nextval('app.tap_asked');
begin
    select a.outcome, a.body->>'detail' into outcome, detail from pg_temp.answer('GET', path, key, client => client) a;
    milliseconds := extract(epoch from clock_timestamp() - begun) * 1000;
    asked := nextval('app.tap_asked') - before - 1;
end $$;
select format('select is((outcome, detail, asked)::text, %L, %L) from pg_temp.tried(%L)',
              ('401 credential_invalid', 'the credential is unknown, or no longer valid', asked)::text, format('%s is refused, in the same words; its row is read %s times', what, asked), key)
  from refused \gexec

-- The row is read each time, the secret is checked once.
select is((outcome, asked)::text, '(200,1)', 'of a key that is remembered the row is read once') from pg_temp.tried(:'live');
select pg_temp.make_key('live', :'a') as fresh \gset
select is((outcome, asked)::text, '(200,2)', 'of one that is not, once more behind the check') from pg_temp.tried(:'fresh');
select is((outcome, asked)::text, '(200,1)', 'the next time it is known') from pg_temp.tried(:'fresh');
create temporary table times (what text, milliseconds numeric);
select format('insert into times select %L, milliseconds from pg_temp.tried(%L)', what, key)
  from (values ('known', :'fresh'), ('wrong', rowhouse.make_api_key('live', pg_temp.id_of(:'fresh')))) v (what, key), generate_series(1, 7) \gexec
select cmp_ok(min(milliseconds) filter (where what = 'known') * 2, '<', min(milliseconds) filter (where what = 'wrong'), 'and costs no hashing') from times;

update app.tap_keys set permissions = '' where id = pg_temp.id_of(:'live');
select is(outcome, '403 permission_denied', 'a scope taken away is missing at once') from pg_temp.answer('GET', '/contacts', :'live');
update app.tap_keys set permissions = 'contacts:read', refusal = 'revoked' where id = pg_temp.id_of(:'live');
select is((outcome, detail)::text, '("401 credential_invalid","the credential is unknown, or no longer valid")', 'a revoked key fails at once, and is not told why') from pg_temp.tried(:'live');
update app.tap_keys set refusal = null, instance_id = :'one' where id = pg_temp.id_of(:'live');
select is(outcome, '403 permission_denied', 'one that was narrowed is narrow at once') from pg_temp.answer('GET', '/contacts', :'live');
update app.tap_keys set instance_id = null where id = pg_temp.id_of(:'live');
select is(outcome, '200', 'and wide again') from pg_temp.answer('GET', '/contacts', :'live');
select is(outcome, '401 credential_invalid', 'the application is told the client''s address') from pg_temp.answer('GET', '/contacts', :'live', client => '198.51.100.9');
select is(outcome, '200', 'or that it is unknown') from pg_temp.answer('GET', '/contacts', :'live', client => 'unknown');

-- A key that is being replaced.
select rowhouse.make_api_key('live', pg_temp.id_of(:'live')) as next \gset
update app.tap_keys set old_hash = hash, hash = rowhouse.hash_api_key(:'next') where id = pg_temp.id_of(:'live');
select is(outcome, '200', 'while a key is replaced the new one is good') from pg_temp.answer('GET', '/contacts', :'next');
select is(outcome, '200', 'and the old one') from pg_temp.answer('GET', '/contacts', :'live');
select pg_temp.make_key('live', :'a') as unseen \gset
update app.tap_keys set old_hash = hash, hash = rowhouse.hash_api_key(:'next') where id = pg_temp.id_of(:'unseen');
select is(outcome, '200', 'also one that nobody has seen yet') from pg_temp.answer('GET', '/contacts', :'unseen');
update app.tap_keys set old_hash = null where id = pg_temp.id_of(:'live');
select is(outcome, '401 credential_invalid', 'then the old one is not, remembered or not') from pg_temp.answer('GET', '/contacts', :'live');
select is(outcome, '200', 'the new one is') from pg_temp.answer('GET', '/contacts', :'next');
update app.tap_keys set hash = 'x' where id = pg_temp.id_of(:'fresh');
select is(outcome, '401 credential_invalid', 'a hash that is none fits nothing') from pg_temp.answer('GET', '/contacts', :'fresh');
update app.tap_keys set hash = null where id = pg_temp.id_of(:'fresh');
select is(outcome, '401 credential_invalid', 'nor does no hash') from pg_temp.answer('GET', '/contacts', :'fresh');

-- Without its pepper a hash fits nothing, whatever is remembered.
select split_part(hash, '$', 1) as pepper from app.tap_keys where id = pg_temp.id_of(:'next') \gset
update rowhouse.keys set retired_at = clock_timestamp() where id = :'pepper';
select is(outcome, '401 credential_invalid', 'when its pepper is retired a key fails at once') from pg_temp.answer('GET', '/contacts', :'next');
update rowhouse.keys set retired_at = null where id = :'pepper';
select is(outcome, '200', 'and works again when the pepper does') from pg_temp.answer('GET', '/contacts', :'next');

-- The first check is slow: it begins, then somebody revokes the key.
select pg_temp.make_key('live', :'a', waits => true) as slow \gset
select pg_temp.id_of(:'slow') as slow_id \gset
\set hold 'begin; select pg_advisory_xact_lock(25); update app.tap_keys set refusal = \'revoked\' where id = \'' :slow_id '\'; do $$ begin for i in 1..1000 loop exit when exists (select from pg_locks where locktype = \'advisory\' and objid = 25 and not granted); perform pg_sleep(0.01); perform pg_stat_clear_snapshot(); end loop; end $$; commit'
\setenv hold :hold
\set call 'rowhouse.handle(\'GET\', \'/api/v1/tap/tenant\', convert_to(\'authorization: Bearer ' :slow '\', \'UTF8\'), \'\', \'192.0.2.1\')'
\setenv call :call
select last_value as before from app.tap_asked \gset
\set said `printf %s "$hold" | :superuser >/dev/null & until [ "$(:superuser -c "select count(*) from pg_locks where locktype = 'advisory' and objid = 25 and granted")" = 1 ]; do sleep 0.02; done; :gateway -c "select status from $call"; wait`
select is(:'said'::text, '401', 'a revocation that was committed while the secret was checked counts');
select is(last_value, :before + 2::bigint, 'for the row was good before it') from app.tap_asked;

-- Where no application knows keys there are none.
delete from rowhouse.authenticators where function = 'api.tap_read_key';
select is((outcome, detail)::text, '("401 credential_invalid","the credential is unknown, or no longer valid")', 'without an authenticator every key is unknown') from pg_temp.tried(:'next');
insert into rowhouse.authenticators select * from registered on conflict (credential) do nothing;
select pg_temp.clean_up() \gset
select * from finish();
