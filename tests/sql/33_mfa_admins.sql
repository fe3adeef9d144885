-- Second factors that are required, devices that are remembered, and members who have lost theirs.
\ir helpers.psql
\ir mfa.psql
select no_plan();
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b, person as ben from pg_temp.make_tenant('boris') \gset
select tenant as c, person as cara from pg_temp.make_tenant('cara') \gset
select id as a_id from app.memberships where user_id = :'ana' and tenant_id = :'a' \gset
-- Ben and Cara belong to Ana's account too: one as an agent, one as an admin.
insert into app.memberships (tenant_id, user_id, role) values (:'a', :'ben', 'agent'), (:'a', :'cara', 'admin');
select id as ben_id from app.memberships where user_id = :'ben' and tenant_id = :'a' \gset
select id as cara_id from app.memberships where user_id = :'cara' and tenant_id = :'a' \gset
create function pg_temp.log_in_to(name text, slug text, cookie text default null, out outcome text, out token text, out challenge text) returns record language sql as $$
    select outcome, body->>'access_token', body->>'mfa_token'
      from pg_temp.ask('POST', '/auth/login', null, jsonb_build_object('email', name || '@tap.example', 'password', 'the password of ' || name, 'tenant', slug), cookie)
$$;
select pg_temp.set('mfa_enabled', 'on') \gexec
select pg_temp.reload() \g /dev/null

-- Required by an account, of those who may change members.
select * from pg_temp.log_in_to('alba', 'tap-alba') \gset ana_
select * from pg_temp.log_in_to('boris', 'tap-alba') \gset ben_
select * from pg_temp.log_in_to('cara', 'tap-alba') \gset cara_
select * from pg_temp.log_in_to('boris', 'tap-boris') \gset boss_
select is(outcome, '200', 'before it is required an owner works without') from pg_temp.ask('GET', '/members', :'ana_token');
update app.accounts set mfa_required_for_admin = true where tenant_id = :'a';
select is(outcome, '403 mfa_enrolment_required', 'an account requires it, and its owner''s session is stopped at once') from pg_temp.ask('GET', '/members', :'ana_token');
select is(outcome, '403 mfa_enrolment_required', 'an admin''s too') from pg_temp.ask('GET', '/contacts', :'cara_token');
select is(outcome, '200', 'not an agent''s') from pg_temp.ask('GET', '/contacts', :'ben_token');
select is(outcome, '200', 'nor the owner''s of another account') from pg_temp.ask('GET', '/members', :'boss_token');
select is(body->>'required', 'true', 'the state says that it is required') from pg_temp.ask('GET', '/auth/mfa/status', :'ana_token');
select is(body->>'required', 'false', 'and of whom it is not') from pg_temp.ask('GET', '/auth/mfa/status', :'ben_token');
select bag_eq('select method || '' '' || pattern from rowhouse.routes where access = ''enrolling''',
              '{GET /api/v1/me,GET /api/v1/auth/mfa/status,POST /api/v1/auth/mfa/enable,POST /api/v1/auth/mfa/confirm,POST /api/v1/auth/mfa/verify,POST /api/v1/auth/logout}'::text[],
              'what such a session may do is this');
-- Every other route, whatever it is, with ids that fit it.
select format('select is(outcome, ''403 mfa_enrolment_required'', %L) from pg_temp.ask(%L, %L, %L)', r.method || ' ' || r.pattern, r.method,
              regexp_replace(substr(r.pattern, 8), ':[a-z_]+', rowhouse.uuid_v7()::text, 'g'), :'ana_token')
  from rowhouse.routes r where r.access not in ('public', 'enrolling') and r.pattern like '/api/v1/%' order by 1 \gexec
select is(outcome, '200', 'GET /me') from pg_temp.ask('GET', '/me', :'ana_token');
select is(outcome, '409 mfa_not_enabled', 'POST /auth/mfa/verify is not what stops it') from pg_temp.ask('POST', '/auth/mfa/verify', :'ana_token', '{"code": "1"}');
select ok(bool_or(details->>'code' = 'mfa_enrolment_required'), 'the trail says why') from rowhouse.audit_log where tenant_id = :'a' and event = 'permission.denied';
select outcome, body->>'secret' as secret from pg_temp.ask('POST', '/auth/mfa/enable', :'ana_token') \gset ana_
select is(outcome, '403 mfa_enrolment_required', 'a secret alone opens nothing') from pg_temp.ask('GET', '/members', :'ana_token');
select outcome from pg_temp.ask('POST', '/auth/mfa/confirm', :'ana_token', jsonb_build_object('code', pg_temp.code(:'ana_secret'))) \gset confirm_
select is(:'confirm_outcome'::text, '200', 'when it is confirmed');
select is(outcome, '200', 'the same session goes on') from pg_temp.ask('GET', '/members', :'ana_token');
delete from rowhouse_private.factors where user_id = :'ana';
select is(outcome, '403 mfa_enrolment_required', 'one without it is stopped again') from pg_temp.ask('GET', '/members', :'ana_token');
select body->>'secret' as secret from pg_temp.ask('POST', '/auth/mfa/enable', :'ana_token') \gset ana_
select outcome from pg_temp.ask('POST', '/auth/mfa/confirm', :'ana_token', jsonb_build_object('code', pg_temp.code(:'ana_secret'))) \gset confirm_
select is(:'confirm_outcome'::text, '200', 'until there is another');
-- A role that comes to hold the permission, and one that loses it.
update app.memberships set role = 'admin' where user_id = :'ben' and tenant_id = :'a';
select is(outcome, '403 mfa_enrolment_required', 'an agent made admin is stopped in the session that is there') from pg_temp.ask('GET', '/contacts', :'ben_token');
select pg_temp.make_role(:'a', 'lead', '{contacts:read}') \g /dev/null
update app.memberships set role = 'lead' where user_id = :'ben' and tenant_id = :'a';
select is(outcome, '200', 'made something else again, goes on') from pg_temp.ask('GET', '/contacts', :'ben_token');
select pg_temp.make_role(:'a', 'lead', '{contacts:read,members:write}') \g /dev/null
select is(outcome, '403 mfa_enrolment_required', 'until that role may change members too') from pg_temp.ask('GET', '/contacts', :'ben_token');
update app.memberships set role = 'agent' where user_id = :'ben' and tenant_id = :'a';
select * from pg_temp.log_in_to('cara', 'tap-alba') \gset later_
select is(outcome, '403 mfa_enrolment_required', 'a session begun later is no better') from pg_temp.ask('GET', '/contacts', :'later_token');
update app.accounts set mfa_required_for_admin = false where tenant_id = :'a';
select is(outcome, '200', 'when it is required no more, nobody is stopped') from pg_temp.ask('GET', '/contacts', :'cara_token');

-- Required by the installation.
select pg_temp.set('mfa_required_for_admin', 'on') \gexec
select pg_temp.reload() \g /dev/null
select is(outcome, '403 mfa_enrolment_required', 'the installation requires it of every admin') from pg_temp.ask('GET', '/contacts', :'cara_token');
select is(outcome, '403 mfa_enrolment_required', 'in every account') from pg_temp.ask('GET', '/members', :'boss_token');
select is(outcome, '200', 'of agents not') from pg_temp.ask('GET', '/contacts', :'ben_token');
select is(outcome, '200', 'who has one goes on') from pg_temp.ask('GET', '/members', :'ana_token');
select is(outcome, '204', 'who has to set one up may leave instead') from pg_temp.ask('POST', '/auth/logout', :'boss_token');
select pg_temp.set('mfa_enabled', 'off') \gexec
select pg_temp.reload() \g /dev/null
select is(outcome, '200', 'turned off, nothing is required') from pg_temp.ask('GET', '/contacts', :'cara_token');
select is(body->>'mfa_required', 'false', 'nor asked of who has one') from pg_temp.log_in('alba');
select pg_temp.set('mfa_required_for_admin', 'off') \gexec
select pg_temp.set('mfa_enabled', 'on') \gexec
select pg_temp.reload() \g /dev/null

-- Remembered devices.
select pg_temp.next_step() \g /dev/null
select * from pg_temp.log_in('alba') \gset in_
select outcome, headers, body->>'access_token' as token
  from pg_temp.ask('POST', '/auth/login/mfa-verify', null, jsonb_build_object('mfa_token', :'in_challenge', 'code', pg_temp.code(:'ana_secret'), 'remember_device', true, 'device_name', 'laptop')) \gset kept_
select pg_temp.cookie(:'kept_headers', 'rh_trust') as trust \gset
select matches(:'kept_headers'::text, 'Set-Cookie: rh_trust=[A-Za-z0-9_-]{43}; Path=/api/v1/auth; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure', 'a device is remembered by a cookie that pages cannot read');
select is(encode(token_hash, 'hex'), encode(rowhouse.hash_token(:'trust'), 'hex'), 'of which the hash is kept') from rowhouse_private.remembered_devices where user_id = :'ana';
select ok(expires_at between clock_timestamp() + interval '29 days 23 hours' and clock_timestamp() + interval '30 days', 'for 30 days') from rowhouse_private.remembered_devices where user_id = :'ana';
select * from pg_temp.log_in('alba', :'trust') \gset trusted_
select is(:'trusted_body'::jsonb->>'mfa_required', 'false'::text, 'its logins are asked for no code');
select is(:'trusted_outcome'::text, '200', 'and give tokens');
select is(body->>'mfa_required', 'true', 'others are') from pg_temp.log_in('alba', 'another');
select is(outcome, '403 step_up_required', 'it is no fresh code, though') from pg_temp.ask('POST', '/auth/mfa/backup-codes/regenerate', :'trusted_token', '{}');
select is(outcome, '401 invalid_credentials', 'nor a password') from pg_temp.ask('POST', '/auth/login', null, '{"email": "alba@tap.example", "password": "wrong"}', :'trust');
select outcome, body->'data'->0 as device, jsonb_array_length(body->'data') as n from pg_temp.ask('GET', '/me/devices', :'kept_token') \gset list_
select is(:'list_n'::integer, 1, 'its user sees it in a list');
select is((:'list_device'::jsonb) - '{id,created_at,expires_at}'::text[], '{"device_name": "laptop", "user_agent": null, "ip": "192.0.2.1"}', 'by name and address');
select (:'list_device'::jsonb)->>'id' as device \gset
select is(jsonb_array_length(body->'data'), 0, 'nobody else does') from pg_temp.ask('GET', '/me/devices', :'ben_token');
select is(outcome, '404 not_found', 'nor forgets it') from pg_temp.ask('DELETE', '/me/devices/' || :'device', :'ben_token');
update app.accounts set remember_devices = false where tenant_id = :'a';
select is(body->>'mfa_required', 'true', 'an account may want a code each time') from pg_temp.log_in('alba', :'trust');
update app.accounts set remember_devices = true where tenant_id = :'a';
select is(body->>'mfa_required', 'false', 'or not') from pg_temp.log_in('alba', :'trust');
update rowhouse_private.remembered_devices set expires_at = clock_timestamp() where user_id = :'ana';
select is(body->>'mfa_required', 'true', 'after 30 days a code is asked for') from pg_temp.log_in('alba', :'trust');
update rowhouse_private.remembered_devices set expires_at = clock_timestamp() + interval '1 day' where user_id = :'ana';
-- Another user's cookie.
select * from pg_temp.log_in_to('boris', 'tap-alba') \gset ben_
select body->>'secret' as secret from pg_temp.ask('POST', '/auth/mfa/enable', :'ben_token') \gset ben_
select outcome from pg_temp.ask('POST', '/auth/mfa/confirm', :'ben_token', jsonb_build_object('code', pg_temp.code(:'ben_secret'))) \gset ben_
select is(:'ben_outcome'::text, '200', 'an agent may have one too');
select is(body->>'mfa_required', 'true', 'another user''s cookie is of no use') from pg_temp.log_in('boris', :'trust');
select is(outcome, '204', 'its user forgets it') from pg_temp.ask('DELETE', '/me/devices/' || :'device', :'kept_token');
select is(body->>'mfa_required', 'true', 'then its logins are asked') from pg_temp.log_in('alba', :'trust');
-- Where none is remembered, none is made, nor brought along from an account where they are.
update app.accounts set remember_devices = false where tenant_id = :'a';
select pg_temp.next_step() \g /dev/null
select * from pg_temp.log_in('alba') \gset in_
select is(pg_temp.cookie(headers, 'rh_trust'), null, 'an account that remembers none gives no cookie')
  from pg_temp.ask('POST', '/auth/login/mfa-verify', null, jsonb_build_object('mfa_token', :'in_challenge', 'code', pg_temp.code(:'ana_secret'), 'remember_device', true));
select pg_temp.next_step() \g /dev/null
select * from pg_temp.log_in_to('boris', 'tap-boris') \gset in_
select pg_temp.cookie(headers, 'rh_trust') as trust
  from pg_temp.ask('POST', '/auth/login/mfa-verify', null, jsonb_build_object('mfa_token', :'in_challenge', 'code', pg_temp.code(:'ben_secret'), 'remember_device', true)) \gset ben_
select * from pg_temp.log_in_to('boris', 'tap-boris', :'ben_trust') \gset in_
select is(outcome, '403 step_up_required', 'a session that showed no code cannot go over to it') from pg_temp.ask('POST', '/auth/switch', :'in_token', '{"tenant": "tap-alba"}');
select pg_temp.next_step() \g /dev/null
select is(outcome, '204', 'but when it has') from pg_temp.ask('POST', '/auth/mfa/verify', :'in_token', jsonb_build_object('code', pg_temp.code(:'ben_secret')));
select is(outcome, '200', 'it can') from pg_temp.ask('POST', '/auth/switch', :'in_token', '{"tenant": "tap-alba"}');

-- Members, as admins see them.
select * from pg_temp.log_in_to('cara', 'tap-alba') \gset cara_
select is(body - 'confirmed_at', '{"enabled": true, "backup_codes_left": 10, "required": false}', 'an admin sees the state of a member')
  from pg_temp.ask('GET', format('/members/%s/mfa', :'ben_id'), :'cara_token');
select is(body - 'confirmed_at', '{"enabled": false, "backup_codes_left": 0, "required": false}', 'also of one who has none')
  from pg_temp.ask('GET', format('/members/%s/mfa', :'cara_id'), :'cara_token');
select is(outcome, '403 permission_denied', 'an agent sees none') from pg_temp.ask('GET', format('/members/%s/mfa', :'ben_id'), :'ben_token');
select is(outcome, '403 permission_denied', 'nor takes one away') from pg_temp.ask('POST', format('/members/%s/mfa/reset', :'ben_id'), :'ben_token');
select * from pg_temp.log_in_to('cara', 'tap-cara') \gset far_
select is(outcome, '404 not_found', 'of another account nobody sees any') from pg_temp.ask('GET', format('/members/%s/mfa', :'ben_id'), :'far_token');
select is(outcome, '404 not_found', 'nor takes one away') from pg_temp.ask('POST', format('/members/%s/mfa/reset', :'ben_id'), :'far_token');
select is(outcome, '403 beyond_own_permissions', 'an admin does not take it from an owner') from pg_temp.ask('POST', format('/members/%s/mfa/reset', :'a_id'), :'cara_token');
update rowhouse_private.sessions set verified_at = verified_at - interval '10 minutes' where user_id = :'cara';
select is(outcome, '403 step_up_required', 'nor from a member, long after the login') from pg_temp.ask('POST', format('/members/%s/mfa/reset', :'ben_id'), :'cara_token');
select is(outcome, '200', 'the member''s session goes on') from pg_temp.ask('GET', '/me', :'ben_token');
select * from pg_temp.log_in_to('cara', 'tap-alba') \gset cara_
select is(outcome, '204', 'after a fresh one they do') from pg_temp.ask('POST', format('/members/%s/mfa/reset', :'ben_id'), :'cara_token');
select is(outcome, '401 token_revoked', 'the member''s sessions have ended') from pg_temp.ask('GET', '/me', :'ben_token');
select is(outcome, '200', 'in other accounts they go on') from pg_temp.ask('GET', '/me', :'in_token');
select is_empty(format('select from rowhouse_private.remembered_devices where user_id = %L', :'ben'), 'their devices are forgotten');
select is(body->>'mfa_required', 'false', 'the next login asks for none, by that cookie or not') from pg_temp.log_in('boris');
select is(count(*), 1::bigint, 'the member is told by mail') from pg_temp.mails_to('boris@tap.example') where subject = 'Your second factor was taken away' and content ~ 'an admin of Alba';
select is(resource || ' ' || (details->>'user_id'), format('members/%s %s', :'ben_id', :'ben'), 'and it is on the trail') from rowhouse.audit_log where tenant_id = :'a' and event = 'mfa.reset' and actor_id = :'cara';
select bag_eq(format('select distinct event from rowhouse.audit_log where actor_id = %L and event like ''device.%%''', :'ana'), '{device.remembered,device.forgotten}'::text[], 'as devices are');

select pg_temp.unset_all() \gexec
select pg_temp.reload() \g /dev/null
select * from finish();
select pg_temp.clean_up() \g /dev/null
