-- Register and log in.
\ir helpers.psql
select plan(33);
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
create function pg_temp.register(slug text, email text, password text default 'a good password', out outcome text, out body jsonb, out headers text, out raw text)
    returns record language sql as $$
    select outcome, body, headers, raw from pg_temp.answer('POST', '/auth/register', null, jsonb_build_object(
        'account', jsonb_build_object('name', 'New', 'slug', slug),
        'user', jsonb_build_object('name', 'Nora', 'email', email, 'password', password))::text)
$$;
create function pg_temp.try_login(email text, password text, more text default '', client text default '192.0.2.1', out outcome text, out body jsonb, out headers text, out raw text)
    returns record language sql as $$
    select outcome, body, headers, raw from pg_temp.answer('POST', '/auth/login', null,
        jsonb_build_object('email', email, 'password', password)::text, E'x-request-id: tap-login\r\n' || more, client)
$$;

-- Register.
select outcome, body->>'access_token' as token, body, headers
  from pg_temp.register('tap-nova', 'Nora@TAP.example') \gset new_
select is(:'new_outcome'::text, '201', 'anybody may register an account');
select is(u.email::text || ' ' || m.role || ' ' || t.slug || ' ' || a.name, 'nora@tap.example owner tap-nova New',
          'its founder owns it')
  from rowhouse_private.users u join app.memberships m on m.user_id = u.id join rowhouse_private.tenants t on t.id = m.tenant_id
  join app.accounts a on a.tenant_id = t.id where u.email = 'nora@tap.example';
select is(outcome || ' ' || (body->'memberships'->0->>'slug'), '200 tap-nova', 'and is logged in')
  from pg_temp.answer('GET', '/me', :'new_token');
select isnt_empty('select from rowhouse.audit_log l join rowhouse_private.tenants t on t.id = l.tenant_id where t.slug = ''tap-nova'' and l.event = ''account.created''', 'which is on the trail');
select is(outcome, '409 email_taken', 'an e-mail address is taken once, in whatever case')
  from pg_temp.register('tap-other', 'NORA@tap.example');
select is_empty('select from rowhouse_private.tenants where slug = ''tap-other''',
          'and nothing remains of a refusal');
select is(outcome, '409 slug_taken', 'a slug is taken once') from pg_temp.register('tap-nova', 'other@tap.example');
select is(outcome, '422 weak_password', 'seven characters are no password')
  from pg_temp.register('tap-weak', 'weak@tap.example', '1234567');
select is(outcome, '422 weak_password', 'nor are 129')
  from pg_temp.register('tap-weak', 'weak@tap.example', repeat('x', 129));
select is(body->'errors'->0->>'pointer', '/user/password', 'the field is named')
  from pg_temp.register('tap-weak', 'weak@tap.example', '1234567');
select is(outcome || (body->'errors'->0->>'pointer'), '422 invalid_request/account/slug', 'a slug is part of a host name')
  from pg_temp.register('Tap_X', 'weak@tap.example');
select unalike(raw, '%a good password%', 'no answer repeats the password')
  from pg_temp.register('tap-nova2', 'nora2@tap.example');

-- Log in.
select outcome, body->>'access_token' as token, body, headers
  from pg_temp.try_login('alba@tap.example', 'the password of alba') \gset in_
select is(:'in_outcome'::text, '200', 'the right password logs in');
select bag_eq(format('select jsonb_object_keys(%L)', :'in_body'), '{access_token,token_type,expires_in,refresh_token,device_id,session,mfa_required,mfa_token}'::text[],
          'and brings tokens');
select is(:'in_body'::jsonb->>'expires_in', extract(epoch from current_setting('rowhouse.access_token_life')::interval)::integer::text,
          'that live as long as is set');
select is((:'in_body'::jsonb->'session'->>'tenant') || ' ' || (:'in_body'::jsonb->'session'->>'user_id'), 'tap-alba ' || :'ana',
          'for the user and the account');
select matches(:'in_headers'::text, 'Set-Cookie: rh_refresh=rh_rt_[^;]+; Path=/api/v1/auth/refresh; Max-Age=[0-9]+; HttpOnly; SameSite=Strict; Secure', 'the cookie is for the refresh route alone, and for no script');
select is(outcome, '200', 'an e-mail address is known in any case')
  from pg_temp.try_login('ALBA@tap.example', 'the password of alba');
select ok(not (body ? 'refresh_token') or body->>'refresh_token' is null, 'a browser has the refresh token in the cookie alone')
  from pg_temp.try_login('alba@tap.example', 'the password of alba', E'origin: https://app.example\r\n');
select ok(body->>'refresh_token' is null, 'also by its Sec-Fetch-Site')
  from pg_temp.try_login('alba@tap.example', 'the password of alba', E'sec-fetch-site: same-origin\r\n');
select isnt_empty(format('select from rowhouse.audit_log where tenant_id = %L and event = ''login.succeeded'' and actor_id = %L and client = ''192.0.2.1''', :'a', :'ana'), 'logins are on the trail');
select is(outcome, '401 invalid_credentials', 'a space more is another password')
  from pg_temp.try_login('alba@tap.example', 'the password of alba ');
select is(outcome, '401 invalid_credentials', 'and so is none') from pg_temp.try_login('alba@tap.example', '');
select is(outcome, '422 invalid_request', 'a password is a text')
  from pg_temp.answer('POST', '/auth/login', null, '{"email": "alba@tap.example", "password": 1}');
select is(outcome, '401 invalid_credentials', 'and not null')
  from pg_temp.answer('POST', '/auth/login', null, '{"email": "alba@tap.example", "password": null}');

-- Nobody learns whether an address is known.
select raw, headers from pg_temp.try_login('alba@tap.example', 'wrong password') \gset known_
select raw, headers from pg_temp.try_login('nobody@tap.example', 'wrong password') \gset unknown_
select is(:'known_raw'::text, :'unknown_raw'::text,
          'wrong password and unknown user get the same body, byte for byte');
select is(:'known_headers'::text, :'unknown_headers'::text, 'and the same headers');
select isnt_empty(format('select from rowhouse.audit_log where tenant_id = %L and event = ''login.failed''', :'a'),
          'a failure of somebody is on their trail');
select is(sum(times), 1::bigint, 'one of nobody is counted by its network')
  from rowhouse.audit_strangers where source = '192.0.2.1' and event = 'login.failed';
delete from rowhouse_private.login_failures;
select is(outcome, '401 invalid_credentials', 'to an account one is no member of, the right password does not log in')
  from pg_temp.answer('POST', '/auth/login', null, '{"email": "alba@tap.example", "password": "the password of alba", "tenant": "tap-nova"}');
select is(outcome, '401 invalid_credentials', 'nor to one that does not exist')
  from pg_temp.answer('POST', '/auth/login', null, '{"email": "alba@tap.example", "password": "the password of alba", "tenant": "tap-nowhere"}');
select pg_temp.make_member(t.id, :'ana', 'agent') from rowhouse_private.tenants t where t.slug = 'tap-nova' \gset
select is(body->'session'->>'tenant', 'tap-nova', 'once one is, it does')
  from pg_temp.answer('POST', '/auth/login', null, '{"email": "alba@tap.example", "password": "the password of alba", "tenant": "tap-nova"}');
select is(body->'session'->>'tenant', 'tap-nova', 'and without a name it is the account last used')
  from pg_temp.try_login('alba@tap.example', 'the password of alba');

select pg_temp.clean_up() \gset
select * from finish();
