-- The tenant that a request names, by its host or by X-Tenant: it has to fit, and gives no right.
\ir helpers.psql
select plan(43);
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
alter system set rowhouse.base_domain = 'tap.test';
select pg_reload_conf() \gset
select pg_sleep(0.2) \gset
select token, refresh from pg_temp.login('alba') \gset

-- The gateway's headers, with a host of the test's choice.
create function pg_temp.named(method text, path text, host text, token text default null, sent text default null, x_tenant text default null)
    returns table (outcome text, body jsonb, session_id uuid)
    language sql volatile security definer as $$
    select concat_ws(' ', h.status, case when h.status >= 400 then h.body::jsonb->>'code' end), h.body::jsonb, h.session_id
      from rowhouse.handle(method, '/api/v1' || path,
               convert_to(concat('host: ' || host || E'\r\n', 'authorization: Bearer ' || token || E'\r\n', 'x-tenant: ' || x_tenant || E'\r\n',
                                 case when sent is not null then E'content-type: application/json\r\n' end), 'UTF8'),
               convert_to(coalesce(sent, ''), 'UTF8'), '192.0.2.1') h
$$;
alter function pg_temp.named(text, text, text, text, text, text) owner to rowhouse_gateway;
create function pg_temp.login_at(host text, more jsonb default '{}', x_tenant text default null, out outcome text, out tenant text, out raw jsonb)
    returns record language sql volatile as $$
    select n.outcome, n.body->'session'->>'tenant', n.body - 'request_id'
      from pg_temp.named('POST', '/auth/login', host, null, (jsonb_build_object('email', 'alba@tap.example', 'password', 'the password of alba') || more)::text, x_tenant) n
$$;

-- With a credential.
select format('select is(outcome, ''200'', %L) from pg_temp.named(''GET'', ''/me'', %L, %L)', 'host ' || host || ' names nobody', host, :'token')
  from (values ('localhost'), ('tap.test'), ('127.0.0.1:8080'), ('elsewhere.test'), ('[::1]:80')) v (host) \gexec
select format('select is(outcome, ''200'', %L) from pg_temp.named(''GET'', ''/me'', %L, %L)', 'host ' || host || ' names its tenant', host, :'token')
  from (values ('tap-alba.tap.test'), ('tap-alba.tap.test:8080'), ('TAP-Alba.Tap.TEST'), ('tap-alba.tap.test.')) v (host) \gexec
select format('select is(outcome, ''403 tenant_mismatch'', %L) from pg_temp.named(''GET'', ''/me'', %L, %L)', 'host ' || host || ' names another', host, :'token')
  from (values ('tap-boris.tap.test'), ('tap-nobody.tap.test'), ('x.tap-alba.tap.test'), ('-.tap.test')) v (host) \gexec
select format('select is(outcome, %L, %L) from pg_temp.named(''GET'', ''/me'', %L, %L, null, %L)', expected, 'X-Tenant ' || x_tenant || ' at ' || host, host, :'token', x_tenant)
  from (values ('localhost', 'tap-alba', '200'), ('tap-alba.tap.test', 'tap-alba', '200'), ('localhost', 'tap-boris', '403 tenant_mismatch'),
               ('localhost', 'tap-nobody', '403 tenant_mismatch'), ('localhost', 'TAP-ALBA', '403 tenant_mismatch'),
               ('tap-alba.tap.test', 'tap-boris', '403 tenant_mismatch'), ('tap-boris.tap.test', 'tap-alba', '403 tenant_mismatch')) v (host, x_tenant, expected) \gexec
select body - 'request_id' as there from pg_temp.named('GET', '/me', 'tap-boris.tap.test', :'token') \gset
select body - 'request_id' as not_there from pg_temp.named('GET', '/me', 'tap-nobody.tap.test', :'token') \gset
select is(:'there'::jsonb, :'not_there'::jsonb, 'whether there is such a tenant is not told');
select is(outcome, '401 credential_required', 'nor to whom nobody knows') from pg_temp.named('GET', '/me', 'tap-boris.tap.test');
select isnt_empty(format('select from rowhouse.audit_log where tenant_id = %L and event = ''permission.denied'' and details->>''code'' = ''tenant_mismatch''', :'a'), 'a contradiction is on the trail');
select is_empty(format('select from rowhouse.audit_log where tenant_id = %L and details->>''code'' = ''tenant_mismatch''', :'b'), 'of the credential''s tenant alone');

-- At login.
insert into app.memberships (tenant_id, user_id, role) values (:'b', :'ana', 'viewer');
select is(outcome || ' ' || tenant, '200 tap-boris', 'the host says which account to log in to') from pg_temp.login_at('tap-boris.tap.test');
select is(outcome || ' ' || tenant, '200 tap-alba', 'another host another one') from pg_temp.login_at('tap-alba.tap.test');
select is(outcome || ' ' || tenant, '200 tap-boris', 'or X-Tenant') from pg_temp.login_at('localhost', '{}', 'tap-boris');
select is(outcome || ' ' || tenant, '200 tap-alba', 'or the body') from pg_temp.login_at('localhost', '{"tenant":"tap-alba"}');
select is(outcome || ' ' || tenant, '200 tap-boris', 'or both') from pg_temp.login_at('tap-boris.tap.test', '{"tenant":"tap-boris"}');
select is(outcome, '403 tenant_mismatch', 'but not two') from pg_temp.login_at('tap-boris.tap.test', '{"tenant":"tap-alba"}');
select is(outcome, '403 tenant_mismatch', 'be there such a one or not') from pg_temp.login_at('tap-nobody.tap.test', '{"tenant":"tap-alba"}');
select outcome, raw from pg_temp.login_at('tap-nobody.tap.test') \gset unknown_
select is(:'unknown_outcome'::text, '404 not_found', 'nobody logs in to a tenant that is not there');
select raw from pg_temp.login_at('a.b.tap.test') \gset malformed_
select is(:'malformed_raw'::jsonb, :'unknown_raw'::jsonb, 'two labels are no tenant, in the same words');
select raw from pg_temp.login_at('tap-alba.tap.test', '{}', 'tap-boris') \gset torn_
select is(:'torn_raw'::jsonb, :'unknown_raw'::jsonb, 'nor is whom host and header name differently');
delete from app.memberships where tenant_id = :'b' and user_id = :'ana';
select is(outcome, '401 invalid_credentials', 'being named makes nobody a member') from pg_temp.login_at('tap-boris.tap.test');

-- A refresh token is a credential too.
select is(outcome, '403 tenant_mismatch', 'a session is not refreshed for another tenant')
  from pg_temp.named('POST', '/auth/refresh', 'tap-boris.tap.test', null, jsonb_build_object('refresh_token', :'refresh')::text);
select is(outcome, '200', 'which leaves it as it was')
  from pg_temp.named('POST', '/auth/refresh', 'tap-alba.tap.test', null, jsonb_build_object('refresh_token', :'refresh')::text);

-- A new name counts for the next request.
update rowhouse_private.tenants set slug = 'xn--tap-caf-gya' where id = :'a';
select is(outcome, '403 tenant_mismatch', 'the old name is nobody''s at once') from pg_temp.named('GET', '/me', 'tap-alba.tap.test', :'token');
select is(outcome, '200', 'the new one is known, in punycode') from pg_temp.named('GET', '/me', 'xn--tap-caf-gya.tap.test', :'token');
update rowhouse_private.tenants set slug = 'tap-alba' where id = :'b';
select is(outcome, '403 tenant_mismatch', 'whoever takes the old one is another') from pg_temp.named('GET', '/me', 'tap-alba.tap.test', :'token');
update rowhouse_private.tenants set slug = 'tap-boris' where id = :'b';
update rowhouse_private.tenants set slug = 'tap-alba' where id = :'a';

alter system reset rowhouse.base_domain;
select pg_reload_conf() \gset
select pg_sleep(0.2) \gset
select is(outcome, '200', 'without a base domain a host names nobody') from pg_temp.named('GET', '/me', 'tap-boris.tap.test', :'token');
select is(outcome, '403 tenant_mismatch', 'X-Tenant does') from pg_temp.named('GET', '/me', 'tap-boris.tap.test', :'token', null, 'tap-boris');
select is(rowhouse.named_tenant(), null, 'outside a request nothing is named');
select pg_temp.clean_up() \gset
select * from finish();
