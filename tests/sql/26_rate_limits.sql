-- Rate limits: who is counted, what the answers say, and how limits are changed. Each part has
-- users and networks of its own, so that it begins at nothing.
\ir helpers.psql
select no_plan();
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b, person as boris from pg_temp.make_tenant('brisa') \gset
select tenant as c, person as cara from pg_temp.make_tenant('cara') \gset
select token as alba from pg_temp.login('alba') \gset
select token as brisa from pg_temp.login('brisa') \gset
select token as cara from pg_temp.login('cara') \gset
select pg_temp.make_member(:'a', :'boris', 'agent') \gset

-- Without the seconds, so that a test does not depend on when it runs.
create function pg_temp.told(headers text, name text) returns text language sql immutable as $$
    select regexp_replace(pg_temp.header(headers, name), ';t=\d+', '', 'g')
$$;
-- Into a minute of the clock that a part fits in.
create function pg_temp.await_window() returns void language plpgsql as $$
begin
    if extract(second from clock_timestamp()) > 50 then
        perform pg_sleep(60.1 - extract(second from clock_timestamp()));
    end if;
end $$;

select is(array[boot_val, min_val, max_val], array[standard, '0', '4000000'], name || ' has its standard')
  from pg_settings join (values ('rowhouse.rate_limit', '100'), ('rowhouse.rate_limit_tenant', '2000'),
                                ('rowhouse.rate_limit_address', '600')) s (name, standard) using (name);
select is((select context || ' ' || boot_val from pg_settings where name = 'rowhouse.rate_buckets'),
          'postmaster 65536', 'the memory is of a fixed size');
select is(pg_temp.header(headers, 'RateLimit'), null, 'nothing is said of limits that are off')
  from pg_temp.answer('GET', '/me', :'alba');

-- A user.
alter system set rowhouse.rate_limit = 5;
select pg_reload_conf(), pg_sleep(0.3) \gset
select pg_temp.await_window() \gset
select is(outcome || ' ' || pg_temp.told(headers, 'RateLimit') || ' ' || pg_temp.header(headers, 'RateLimit-Policy'),
          '200 "default";r=4 "default";q=5;w=60', 'an answer says what is left of how much')
  from pg_temp.answer('GET', '/me', :'alba');
select cmp_ok((regexp_match(pg_temp.header(headers, 'RateLimit'), 't=(\d+)'))[1]::integer, '<=', 60, 'and for how long')
  from pg_temp.answer('GET', '/me', :'alba');
select is(outcome || ' ' || pg_temp.told(headers, 'RateLimit'), '404 not_found "default";r=2', 'failures count')
  from pg_temp.answer('GET', '/contacts/00000000-0000-7000-8000-000000000000', :'alba');
select is(outcome || ' ' || pg_temp.told(headers, 'RateLimit'), '422 invalid_request "default";r=1', 'so do malformed ones')
  from pg_temp.answer('GET', '/contacts?limit=none', :'alba');
select is(outcome || ' ' || pg_temp.told(headers, 'RateLimit'), '200 "default";r=0', 'the last one passes')
  from pg_temp.answer('GET', '/contacts', :'alba');
select outcome, headers, body from pg_temp.answer('GET', '/me', :'alba') \gset over_
select is(:'over_outcome'::text, '429 rate_limited', 'the next one does not');
select is(:'over_body'::jsonb - 'request_id',
          '{"type": "urn:rowhouse:problem:rate_limited", "title": "Too many requests", "status": 429, "code": "rate_limited",
            "detail": "wait until the time in Retry-After is over"}', 'it is a problem');
select is(pg_temp.told(:'over_headers', 'RateLimit'), '"default";r=0', 'nothing is left');
select is((regexp_match(pg_temp.header(:'over_headers', 'RateLimit'), 't=(\d+)'))[1], pg_temp.header(:'over_headers', 'Retry-After'),
          'Retry-After says until when');
select cmp_ok(pg_temp.header(:'over_headers', 'Retry-After')::integer, '>', 60 - extract(second from clock_timestamp())::integer - 2,
              'which is not before the window ends');
select is(outcome, '429 rate_limited', 'another route of the class makes no difference') from pg_temp.answer('GET', '/contacts', :'alba');
select is(outcome, '429 rate_limited', 'nor does another session') from pg_temp.answer('GET', '/me', :'alba', null, '', '192.0.2.77');
select is(outcome, '204', 'a preflight is not counted') from pg_temp.answer('OPTIONS', '/me', :'alba');
select is(outcome || ' ' || pg_temp.told(headers, 'RateLimit'), '200 "default";r=4', 'nor is somebody else')
  from pg_temp.answer('GET', '/me', :'brisa');
select is(array_agg(e.tenant_id::text || ' ' || e.actor_id || ' ' || e.resource || ' ' || e.details),
          array[:'a' || ' ' || :'ana' || ' /api/v1/me {"method": "GET", "policy": "default"}'], 'the trail has one row of several refusals')
  from rowhouse.audit_log e where e.event = 'rate.limited' and e.tenant_id = :'a';
select is(pg_temp.header(headers, 'RateLimit'), null, 'a public route has no user to count')
  from pg_temp.answer('GET', '/openapi.json');

-- A class: on a public route it counts networks.
select rowhouse.rate_class('tap_few', 2) \gset
create function api.tap_few() returns json language sql stable set search_path = pg_catalog, pg_temp return '{}'::json;
create function api.tap_user() returns json language sql stable set search_path = pg_catalog, pg_temp return '{}'::json;
select rowhouse.route('GET', '/tap/few', 'api.tap_few', access => 'public', rate => 'tap_few') \gset
select rowhouse.route('GET', '/tap/user', 'api.tap_user', rate => 'tap_few') \gset
select throws_ok($$select rowhouse.route('GET', '/tap/few', 'api.tap_few', rate => 'tap_gone')$$, '22023', null, 'a route names a class that there is');
select throws_ok($$select rowhouse.rate_class('tenant', 1)$$, '23514', null, 'no class has the name of another limit');
select throws_ok($$select rowhouse.rate_class('tap_none', 0)$$, '23514', null, 'a class lets something pass');
select pg_temp.await_window() \gset
select is(outcome || ' ' || pg_temp.told(headers, 'RateLimit') || ' ' || pg_temp.header(headers, 'RateLimit-Policy'),
          '200 "tap_few";r=1 "tap_few";q=2;w=60', 'a class has its own number')
  from pg_temp.answer('GET', '/tap/few', client => '2001:db8:0:1::1');
select is(outcome, '200', 'an IPv6 /64 is one network') from pg_temp.answer('GET', '/tap/few', client => '2001:db8:0:1:ffff::2');
select is(outcome, '429 rate_limited', 'whichever of its addresses asks') from pg_temp.answer('GET', '/tap/few', client => '2001:db8:0:1::3');
select is(outcome, '429 rate_limited', 'with a credential or without') from pg_temp.answer('GET', '/tap/few', :'cara', client => '2001:db8:0:1::3');
select is(outcome, '200', 'the next /64 is another') from pg_temp.answer('GET', '/tap/few', client => '2001:db8:0:2::1');
select is(outcome, '200', 'an IPv4 address is one') from pg_temp.answer('GET', '/tap/few', client => '192.0.2.10');
select is(outcome, '200', 'written in IPv6 too') from pg_temp.answer('GET', '/tap/few', client => '::ffff:192.0.2.10');
select is(outcome, '429 rate_limited', 'it is the same') from pg_temp.answer('GET', '/tap/few', client => '192.0.2.10');
select is(outcome, '200', 'its neighbour is another') from pg_temp.answer('GET', '/tap/few', client => '192.0.2.11');
select is(times, 1, 'strangers are counted once a minute') from rowhouse.audit_strangers where event = 'rate.limited' and source = '2001:db8:0:1::/64';
select is(pg_temp.told(headers, 'RateLimit'), '"tap_few";r=1', 'elsewhere a class counts the user') from pg_temp.answer('GET', '/tap/user', :'cara');
select is(pg_temp.told(headers, 'RateLimit'), '"default";r=4', 'apart from other classes') from pg_temp.answer('GET', '/me', :'cara');
select is(string_agg(pattern, ' ' order by pattern), '/api/v1/auth/login /api/v1/auth/login/mfa-verify /api/v1/auth/mfa/backup-codes/regenerate /api/v1/auth/mfa/confirm /api/v1/auth/mfa/disable /api/v1/auth/mfa/verify /api/v1/auth/password/change /api/v1/auth/password/reset /api/v1/auth/register /api/v1/invitations/accept',
          'passwords are hashed in a class of their own') from rowhouse.routes where rate = 'auth';
select rowhouse.rate_class('tap_few', 3) \gset
select is(pg_temp.told(headers, 'RateLimit'), '"tap_few";r=1', 'a changed class holds at once') from pg_temp.answer('GET', '/tap/user', :'cara');

-- What a tenant has of its own.
select throws_ok(format('select rowhouse.override_rate(%L, ''tap_gone'', 1)', :'b'), '22023', null, 'only what there is can be overridden');
select rowhouse.override_rate(:'c', 'default', 1000) \gset
select is(pg_temp.told(headers, 'RateLimit-Policy'), '"default";q=1000;w=60', 'a tenant may have more') from pg_temp.answer('GET', '/me', :'cara');
select is(pg_temp.told(headers, 'RateLimit-Policy'), '"default";q=5;w=60', 'others have not') from pg_temp.answer('GET', '/me', :'brisa');
select rowhouse.override_rate(:'c', 'tap_few', 1) \gset
select is(outcome, '429 rate_limited', 'or less, in any class') from pg_temp.answer('GET', '/tap/user', :'cara');
select rowhouse.override_rate(:'c', 'default', 0) \gset
select is(pg_temp.header(headers, 'RateLimit'), null, 'or no limit') from pg_temp.answer('GET', '/me', :'cara');
select rowhouse.override_rate(:'c', 'default', null) \gset
select is(pg_temp.told(headers, 'RateLimit-Policy'), '"default";q=5;w=60', 'until it is taken back') from pg_temp.answer('GET', '/me', :'cara');

-- A tenant, over all its users.
alter system set rowhouse.rate_limit_tenant = 3;
alter system set rowhouse.rate_limit = 1000;
select pg_reload_conf(), pg_sleep(0.3) \gset
select pg_temp.await_window() \gset
select body->>'access_token' as boris from pg_temp.answer('POST', '/auth/switch', :'brisa', '{"tenant": "tap-alba"}') \gset
select matches(outcome || ' ' || pg_temp.told(headers, 'RateLimit'), '^200 "default";r=\d+, "tenant";r=2$', 'two limits are met and told')
  from pg_temp.answer('GET', '/me', :'boris');
select matches(pg_temp.told(headers, 'RateLimit'), '^"default";r=\d+, "tenant";r=1$', 'colleagues share the tenant''s')
  from pg_temp.answer('GET', '/me', :'alba');
select is(outcome, '200', 'to the last one') from pg_temp.answer('GET', '/me', :'alba');
select is(outcome || ' ' || pg_temp.told(headers, 'RateLimit-Policy'), '429 rate_limited "default";q=1000;w=60, "tenant";q=3;w=60', 'then all are refused')
  from pg_temp.answer('GET', '/me', :'boris');
select is(outcome, '200', 'but for their other tenants') from pg_temp.answer('GET', '/me', :'brisa');
select rowhouse.override_rate(:'a', 'tenant', 10) \gset
select is(outcome, '200', 'it can have more') from pg_temp.answer('GET', '/me', :'boris');
alter system reset rowhouse.rate_limit_tenant;

-- A network, whoever asks and whatever for.
alter system set rowhouse.rate_limit_address = 4;
select pg_reload_conf(), pg_sleep(0.3) \gset
select pg_temp.await_window() \gset
select is(outcome || ' ' || pg_temp.told(headers, 'RateLimit'), '401 token_invalid "address";r=3', 'a wrong credential counts')
  from pg_temp.answer('GET', '/me', 'a.b.c', client => '192.0.2.20');
select is(outcome || ' ' || pg_temp.told(headers, 'RateLimit'), '404 not_found "address";r=2', 'so does a path that leads nowhere')
  from pg_temp.answer('GET', '/nowhere', client => '192.0.2.20');
select is(outcome || ' ' || pg_temp.told(headers, 'RateLimit'), '200 "address";r=1', 'and what is public')
  from pg_temp.answer('GET', '/openapi.json', client => '192.0.2.20');
select matches(pg_temp.told(headers, 'RateLimit'), '^"address";r=0, "default";r=\d+$', 'and a user''s request')
  from pg_temp.answer('GET', '/me', :'alba', client => '192.0.2.20');
select is(outcome, '429 rate_limited', 'the credential is then not looked at') from pg_temp.answer('GET', '/me', 'a.b.c', client => '192.0.2.20');
select is(outcome, '204', 'preflights go on') from pg_temp.answer('OPTIONS', '/me', client => '192.0.2.20');
select is(outcome, '200', 'other networks do not notice') from pg_temp.answer('GET', '/me', :'alba', client => '192.0.2.21');
select is(outcome || ' ' || pg_temp.told(headers, 'RateLimit'), '200 "address";r=3', 'who comes from nowhere is a network too')
  from pg_temp.answer('GET', '/openapi.json', client => '');

-- What operators see.
select ok(buckets = 65536 and in_use between 10 and 1000 and evictions = 0 and refusals > 8, 'the counters tell what they saw')
  from rowhouse.rate_statistics();
alter system reset rowhouse.rate_limit_address;
alter system reset rowhouse.rate_limit;
select pg_reload_conf(), pg_sleep(0.3) \gset
select is_empty($$
    select p.key, o.key from pg_temp.answer('GET', '/openapi.json') a, jsonb_each(a.body->'paths') p, jsonb_each(p.value) o
     where p.key like '/api/v1/%' and o.value->'responses'->'429'->>'$ref' is distinct from '#/components/responses/problem_429'$$, 'the document says that any operation may be refused');
select ok(r->'headers' ?& '{Retry-After,RateLimit,RateLimit-Policy}', 'with which headers')
  from (select a.body->'components'->'responses'->'problem_429' as r from pg_temp.answer('GET', '/openapi.json') a) a;

-- Off again.
select is(pg_temp.header(headers, 'RateLimit'), null, 'limits can be turned off') from pg_temp.answer('GET', '/tap/few', client => '2001:db8:0:1::1');
select pg_temp.clean_up() \gset
select * from finish();
