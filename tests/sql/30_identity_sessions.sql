-- Sessions: refresh, reuse, logout.
\ir helpers.psql
select plan(59);
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b, person as ben from pg_temp.make_tenant('boris') \gset
create function pg_temp.refresh(refresh text, device text, more_headers text default '', out outcome text, out token text, out refresh_token text, out headers text)
    returns record language sql as $$
    select outcome, body->>'access_token', body->>'refresh_token', headers from pg_temp.answer('POST', '/auth/refresh', null,
        jsonb_strip_nulls(jsonb_build_object('refresh_token', refresh, 'device_id', device))::text, more_headers)
$$;
create function pg_temp.outcome(token text, method text default 'GET', path text default '/me') returns text language sql as $$
    select outcome from pg_temp.answer(method, path, token)
$$;

-- Rotation.
select * from pg_temp.login('alba') \gset
select * from pg_temp.refresh(:'refresh', :'device') \gset second_
select is(:'second_outcome'::text, '200', 'a refresh token is exchanged for new tokens');
select isnt(:'second_refresh_token'::text, :'refresh'::text, 'of which the refresh token is another');
select is(pg_temp.outcome(:'second_token'), '200', 'the new access token works');
select is(pg_temp.outcome(:'token'), '200', 'and so does the old one, while it lives: the session is the same');
select is(generation, 2, 'the session is in its second generation')
  from rowhouse_private.sessions where id = :'session';

-- The answer that got lost: the token before the current one, at once, from the same device.
select * from pg_temp.refresh(:'refresh', :'device') \gset again_
select is(:'again_outcome'::text, '200', 'within the grace the token before is answered, on the same device');
select is(:'again_refresh_token'::text, :'second_refresh_token'::text, 'with the current token again');
select is(generation, 2, 'and no new generation') from rowhouse_private.sessions where id = :'session';
select is(outcome, '200', 'the device may also be known by its cookie')
  from pg_temp.refresh(:'refresh', null, 'cookie: rh_device=' || :'device' || E'\r\n');
select is(outcome, '200', 'and the token by its own')
  from pg_temp.refresh(null, :'device', 'cookie: rh_refresh=' || :'second_refresh_token' || E'\r\n');
select is(outcome, '401 credential_required', 'a cookie that is sent twice is none')
  from pg_temp.refresh(null, :'device', 'cookie: rh_refresh=' || :'refresh' || '; rh_refresh=' || :'refresh' || E'\r\n');
select is(outcome, '401 credential_required', 'without a token there is nothing to exchange')
  from pg_temp.refresh(null, :'device');

-- Reuse: an older token, the same one from another device, the same one too late.
create function pg_temp.family(id uuid) returns text language sql as $$
    select case when s.revoked_at is null then 'live' else 'revoked' end || ' ' ||
           (select count(*) from rowhouse.audit_log l where l.event = 'token.refresh_reused' and l.details->>'session_id' = s.id::text)
      from rowhouse_private.sessions s where s.id = $1
$$;
select is(pg_temp.family(:'session'), 'live 0', 'so far nobody was suspected');
select is(outcome, '401 token_revoked', 'a token two generations old is refused')
  from pg_temp.refresh(:'refresh', :'device');
select is(pg_temp.family(:'session'), 'revoked 1', 'its whole session is revoked, and that is on the trail');
select is(pg_temp.outcome(:'second_token'), '401 token_revoked', 'access tokens of the session fail at once');
select is(outcome, '401 token_revoked', 'and so does its current refresh token')
  from pg_temp.refresh(:'second_refresh_token', :'device');

select * from pg_temp.login('alba') \gset
select * from pg_temp.refresh(:'refresh', :'device') \gset second_
select is(outcome, '401 token_revoked', 'within the grace, but from another device, it is refused')
  from pg_temp.refresh(:'refresh', 'quite-another-device');
select is(pg_temp.family(:'session'), 'revoked 1', 'and ends the session');
select * from pg_temp.login('alba') \gset
select * from pg_temp.refresh(:'refresh', :'device') \gset second_
select is(outcome, '401 token_revoked', 'from no device, too') from pg_temp.refresh(:'refresh', null);
select is(pg_temp.family(:'session'), 'revoked 1', 'and ends the session');
select * from pg_temp.login('alba') \gset
select * from pg_temp.refresh(:'refresh', :'device') \gset second_
update rowhouse_private.sessions set refreshed_at = refreshed_at - current_setting('rowhouse.refresh_grace')::interval where id = :'session';
select is(outcome, '401 token_revoked', 'after the grace it is refused on the same device')
  from pg_temp.refresh(:'refresh', :'device');
select is(pg_temp.family(:'session'), 'revoked 1', 'and ends the session');

-- What is no device id, and no refresh token.
select * from pg_temp.login('alba') \gset
select is(outcome, '422 invalid_request', 'a device id is one that a login gave') from pg_temp.refresh(:'refresh', 'x y');
select is(outcome, '200', 'a device cookie that is none counts as absent')
  from pg_temp.refresh(:'refresh', null, E'cookie: rh_device=<script>\r\n');
select * from pg_temp.login('alba') \gset
select is(outcome, '401 token_invalid', 'an access token is no refresh token')
  from pg_temp.refresh(:'token', :'device');
select is(outcome, '401 token_invalid', 'nor is a text') from pg_temp.refresh('rh_rt_x', :'device');
select is(outcome, '401 token_invalid', 'nor one with another letter')
  from pg_temp.refresh(overlay(:'refresh' placing case substr(:'refresh', 30, 1) when 'A' then 'B' else 'A' end from 30 for 1), :'device');
select is(outcome, '401 token_invalid', 'nor one cut short') from pg_temp.refresh(left(:'refresh', -2), :'device');
select is(pg_temp.family(:'session'), 'live 0', 'none of which harms the session');
update rowhouse_private.sessions set idle_until = clock_timestamp() where id = :'session';
select is(outcome, '401 token_expired', 'a session that has idled out is not refreshed')
  from pg_temp.refresh(:'refresh', :'device');
update rowhouse_private.sessions set idle_until = clock_timestamp() + interval '1 minute', expires_at = clock_timestamp() + interval '1 minute' where id = :'session';
select is(outcome, '200', 'one that still lives is') from pg_temp.refresh(:'refresh', :'device');
select ok(idle_until <= expires_at, 'but not beyond its absolute end')
  from rowhouse_private.sessions where id = :'session';

-- Logout.
select * from pg_temp.login('alba') \gset one_
select * from pg_temp.login('alba') \gset two_
select * from pg_temp.login('boris') \gset ben_
select outcome, pg_temp.cookie(headers, 'rh_refresh') as cookie
  from pg_temp.answer('POST', '/auth/logout', :'one_token') \gset out_
select is(:'out_outcome'::text, '204', 'a user may log out');
select is(:'out_cookie'::text, '', 'which takes the cookie away');
select is(pg_temp.outcome(:'one_token'), '401 token_revoked', 'the access token fails at once');
select is(outcome, '401 token_revoked', 'and the refresh token') from pg_temp.refresh(:'one_refresh', :'one_device');
select is(pg_temp.family(:'one_session'), 'revoked 0', 'which is no reuse of a token');
select is(pg_temp.outcome(:'two_token'), '200', 'other sessions go on');
select is(pg_temp.outcome(:'one_token', 'POST', '/auth/logout'), '401 token_revoked',
          'who is logged out cannot log out');

-- The list of sessions.
select * from pg_temp.login('alba') \gset one_
select is(count(*), 4::bigint, 'the list shows the live sessions')
  from pg_temp.answer('GET', '/me/sessions', :'one_token') a, jsonb_array_elements(a.body->'data') s;
select is((s->>'id')::uuid, :'one_session'::uuid, 'and which is this one')
  from pg_temp.answer('GET', '/me/sessions', :'one_token') a, jsonb_array_elements(a.body->'data') s where (s->>'is_current')::boolean;
select is(pg_temp.outcome(:'one_token', 'DELETE', '/me/sessions/' || :'ben_session'), '404 not_found',
          'another user''s session is not found');
select is(pg_temp.outcome(:'ben_token'), '200', 'and lives');
select is(pg_temp.outcome(:'one_token', 'DELETE', '/me/sessions/' || :'two_session'), '204', 'one''s own is ended');
select is(pg_temp.outcome(:'two_token'), '401 token_revoked', 'its token fails at once');
select is(pg_temp.outcome(:'one_token', 'DELETE', '/me/sessions/' || :'two_session'), '404 not_found',
          'what has ended is not found');
select isnt_empty(format('select from rowhouse.audit_log where tenant_id = %L and event = ''session.revoked'' and actor_id = %L', :'a', :'ana'),
          'it is on the trail');
select * from pg_temp.login('alba') \gset two_
select is(pg_temp.outcome(:'one_token', 'POST', '/auth/logout-all'), '204', 'a user may log out everywhere');
select is(pg_temp.outcome(:'one_token'), '401 token_revoked', 'here');
select is(pg_temp.outcome(:'two_token'), '401 token_revoked', 'and there');
select is(pg_temp.outcome(:'ben_token'), '200', 'but nobody else');
select is(count(*), 0::bigint, 'no session of the user is live')
  from rowhouse_private.sessions where user_id = :'ana' and revoked_at is null;

-- Me.
select body->'permissions' as permissions, body - '{id,created_at,updated_at,permissions,memberships,email_verified_at}'::text[] as rest
  from pg_temp.answer('GET', '/me', :'ben_token') \gset me_
select is(:'me_rest'::jsonb, jsonb_build_object('name', 'Boris', 'email', 'boris@tap.example', 'tenant_id', :'b'::text, 'locale', null),
          'GET /me says who one is');
select is(:'me_permissions'::jsonb, (select jsonb_agg(name order by name) from rowhouse_private.permissions),
          'and what one may do');
select is(body->>'name', 'Benedict', 'PATCH /me changes the name')
  from pg_temp.answer('PATCH', '/me', :'ben_token', '{"name": "Benedict"}');
select is(outcome, '422 invalid_request', 'and nothing else')
  from pg_temp.answer('PATCH', '/me', :'ben_token', '{"email": "x@tap.example"}');
select is(status, 422, 'a name cannot be taken away')
  from pg_temp.answer('PATCH', '/me', :'ben_token', '{"name": null}');
select is(name::text, 'Benedict', 'the row says so') from rowhouse_private.users where id = :'ben';
select pg_temp.clean_up() \gset
select * from finish();
