-- Invitations: who may invite whom as what, and what the mailed token is good for.
\ir helpers.psql
select no_plan();
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b, person as ben from pg_temp.make_tenant('boris') \gset
select person as cleo from pg_temp.make_tenant('cleo') \gset
create function pg_temp.invite(token text, email text, role text default 'agent') returns table (outcome text, body jsonb, headers text) language sql as $$
    select outcome, body, headers from pg_temp.answer('POST', '/invitations', token, jsonb_build_object('email', email, 'role', role)::text)
$$;
create function pg_temp.accept(token text, more jsonb default '{}') returns table (outcome text, body jsonb) language sql as $$
    select outcome, body from pg_temp.answer('POST', '/invitations/accept', null, (more || jsonb_build_object('token', token))::text)
$$;
create function pg_temp.log_in(email text, password text, tenant text default null) returns text language sql as $$
    select outcome from pg_temp.answer('POST', '/auth/login', null, jsonb_build_object('email', email, 'password', password, 'tenant', tenant)::text)
$$;
create function pg_temp.roles_of(address text) returns text[] language sql as $$
    select array_agg(t.slug || ' ' || m.role order by t.slug) from app.memberships m join rowhouse_private.tenants t on t.id = m.tenant_id where m.email = address
$$;
create function pg_temp.events(tenant uuid) returns text[] language sql as $$
    select array_agg(l.event order by l.id) from rowhouse.audit_log l where l.tenant_id = tenant and l.event ~ '^(invitation|member)\.'
$$;
select token from pg_temp.login('alba') \gset ana_
select token from pg_temp.login('boris') \gset ben_

-- Inviting.
select outcome, body, headers, body->>'id' as id from pg_temp.invite(:'ana_token', 'Dora@TAP.example') \gset dora_
select is(:'dora_outcome'::text, '201', 'an owner invites');
select is(:'dora_body'::jsonb - '{id,expires_at,created_at,updated_at}'::text[], jsonb_build_object('email', 'dora@tap.example', 'role', 'agent', 'invited_by', :'ana'::text), 'an address as something');
select ok((:'dora_body'::jsonb->>'expires_at')::timestamptz - clock_timestamp() between interval '6 days 23 h 59 min' and interval '7 days', 'for seven days');
select is(pg_temp.header(:'dora_headers', 'location'), '/api/v1/invitations/' || :'dora_id', 'the answer says where it is');
select is(outcome || ' ' || (body->>'email'), '200 dora@tap.example', 'and there it is') from pg_temp.answer('GET', '/invitations/' || :'dora_id', :'ana_token');
select is(array_agg(subject), '{Alba invites you to Alba}', 'a mail says who invites to what') from pg_temp.mails_to('dora@tap.example');
select matches(content, '\nhttp://localhost:8080/accept-invitation\?token=[A-Za-z0-9_-]{43}\n', 'and leads to a page of the frontend') from pg_temp.mails_to('dora@tap.example');
select is(outcome, '409 invitation_exists', 'an address is invited once') from pg_temp.invite(:'ana_token', 'dora@tap.example');
select is(outcome, '409 member_exists', 'a member is not') from pg_temp.invite(:'ana_token', 'Alba@tap.example');
select is(outcome, '201', 'that somebody is a user is not told') from pg_temp.invite(:'ana_token', 'cleo@tap.example', 'viewer');
select is(outcome || ' ' || (body->'errors'->0->>'pointer'), '422 role_unknown /role', 'there has to be such a role') from pg_temp.invite(:'ana_token', 'eva@tap.example', 'king');
select is(outcome, '422 invalid_request', 'and an address') from pg_temp.invite(:'ana_token', 'eva');
select is(outcome || ' ' || (body->>'email'), '202 eva@tap.example', 'POST /members invites too') from pg_temp.answer('POST', '/members', :'ana_token', '{"email": "eva@tap.example", "role": "manager"}');
select is(pg_temp.events(:'a'), '{invitation.created,invitation.created,invitation.created}', 'it is on the trail');
select is(jsonb_array_length(body->'data'), 3, 'the account sees them') from pg_temp.answer('GET', '/invitations', :'ana_token');
select is(jsonb_array_length(body->'data'), 0, 'no other does') from pg_temp.answer('GET', '/invitations', :'ben_token');
select is(outcome, '404 not_found', 'nor takes one back') from pg_temp.answer('DELETE', '/invitations/' || :'dora_id', :'ben_token');
select is(outcome, '201', 'it may invite the same address') from pg_temp.invite(:'ben_token', 'dora@tap.example', 'viewer');
delete from app.invitations where tenant_id = :'b';
delete from rowhouse_private.jobs j where j.tenant_id = :'b';

-- The ceiling.
\set invite 'insert into app.invitations (email, role) values (%L, %L)'
select array_agg(name) as viewing from rowhouse_private.permissions where lowest_role = 'viewer' \gset
begin;
select pg_temp.act_as(:'a', :'ana', '{members:read,members:write,contacts:read}') \gset
select throws_ok(format(:'invite', 'finn@tap.example', 'owner'), 'RH403', null, 'nobody invites to a role beyond their own');
select throws_ok(format(:'invite', 'finn@tap.example', 'viewer'), 'RH403', null, 'not even by one permission');
select throws_ok($$insert into app.invitations (email, role, invited_by) values ('finn@tap.example', 'viewer', null)$$, '42501', null, 'nor in another''s name');
select throws_ok($$insert into app.invitations (email, role, expires_at) values ('finn@tap.example', 'viewer', 'infinity')$$, '42501', null, 'nor for longer');
select throws_ok($$update app.invitations set role = 'owner'$$, '42501', null, 'an invitation stays as it is');
select pg_temp.act_as(:'a', :'ana', :'viewing') \gset
select throws_ok(format(:'invite', 'finn@tap.example', 'viewer'), '42501', null, 'without members:write nobody invites');
select is(pg_temp.rows_of('delete from app.invitations'), 0::bigint, 'nor takes one back');
select pg_temp.act_as(:'a', :'ana', '{contacts:read}') \gset
select is_empty('select from app.invitations', 'without members:read nobody sees one');
rollback;
select pg_temp.make_member(:'a', :'ben', 'agent') \gset
select body->>'access_token' as token from pg_temp.answer('POST', '/auth/login', null, '{"email": "boris@tap.example", "password": "the password of boris", "tenant": "tap-alba"}') \gset agent_
select is(outcome, '403 permission_denied', 'an agent does not invite') from pg_temp.invite(:'agent_token', 'finn@tap.example', 'viewer');
update app.memberships set role = 'admin' where tenant_id = :'a' and user_id = :'ben';
select is(outcome, '403 beyond_own_permissions', 'an admin makes nobody owner') from pg_temp.invite(:'agent_token', 'finn@tap.example', 'owner');
select is(outcome, '201', 'but an admin') from pg_temp.invite(:'agent_token', 'finn@tap.example', 'admin');
delete from app.memberships where tenant_id = :'a' and user_id = :'ben';

-- Somebody new.
select pg_temp.token_to('dora@tap.example') as token \gset dora_
select is(outcome || ' ' || (body->'errors')::text, '422 missing_value [{"code": "missing_value", "message": "Somebody new gives a name and a password.", "pointer": "/name"}, {"code": "missing_value", "message": "Somebody new gives a name and a password.", "pointer": "/password"}]',
          'somebody new gives name and password') from pg_temp.accept(:'dora_token');
select is(jsonb_path_query_array(body, '$.errors[*].pointer'), '["/password"]', 'what is missing is named') from pg_temp.accept(:'dora_token', '{"name": "Dora"}');
select is(outcome, '422 weak_password', 'a weak one is refused') from pg_temp.accept(:'dora_token', '{"name": "Dora", "password": "short"}');
select outcome, body from pg_temp.accept(:'dora_token', '{"name": "Dora", "password": "the password of dora"}') \gset in_
select is(:'in_outcome'::text, '200', 'nothing of that has spent the token');
select is(:'in_body'::jsonb, jsonb_build_object('tenant_id', :'a'::text, 'slug', 'tap-alba', 'name', 'Alba', 'role', 'agent'), 'the answer is the membership');
select is(pg_temp.log_in('dora@tap.example', 'the password of dora'), '200', 'who has accepted logs in');
select isnt(email_verified_at, null, 'and has the address') from rowhouse_private.users where email = 'dora@tap.example';
select is(outcome, '401 ticket_invalid', 'a token is good once') from pg_temp.accept(:'dora_token', '{"name": "Dora", "password": "the password of dora"}');
select is_empty(format('select from app.invitations where id = %L', :'dora_id'), 'the invitation is gone');
select is((pg_temp.events(:'a'))[5:], '{invitation.accepted,member.joined}', 'it is on the trail');

-- A user.
select pg_temp.token_to('cleo@tap.example') as token \gset cleo_
select is(outcome || ' ' || (body->>'role'), '200 viewer', 'a user needs no more than the token') from pg_temp.accept(:'cleo_token', '{"name": "Eve", "password": "another password"}');
select is(pg_temp.roles_of('cleo@tap.example'), '{"tap-alba viewer","tap-cleo owner"}', 'and belongs to both accounts');
select is(pg_temp.log_in('cleo@tap.example', 'the password of cleo', 'tap-alba'), '200', 'name and password stay');
select is(name::text, 'Cleo', 'as they were') from rowhouse_private.users where id = :'cleo';

-- One who registered an address without confirming it did not know who would be invited.
insert into rowhouse_private.users (name, email, password_hash) values ('Mallory', 'gil@tap.example', rowhouse.hash_password('known to mallory'));
insert into app.memberships (tenant_id, user_id, role) select :'b', u.id, 'agent' from rowhouse_private.users u where u.email = 'gil@tap.example';
select body->>'access_token' as token from pg_temp.answer('POST', '/auth/login', null, '{"email": "gil@tap.example", "password": "known to mallory"}') \gset mallory_
select outcome from pg_temp.invite(:'ana_token', 'gil@tap.example') \gset
select pg_temp.token_to('gil@tap.example') as token \gset gil_
select is(outcome, '422 missing_value', 'an address that nobody has confirmed is nobody''s') from pg_temp.accept(:'gil_token');
select is(outcome, '200', 'until somebody comes with the mail') from pg_temp.accept(:'gil_token', '{"name": "Gil", "password": "the password of gil"}');
select is(outcome, '401 token_revoked', 'who was there before') from pg_temp.answer('GET', '/me', :'mallory_token');
select is(pg_temp.log_in('gil@tap.example', 'known to mallory'), '401 invalid_credentials', 'is no more');
select is(pg_temp.log_in('gil@tap.example', 'the password of gil', 'tap-alba'), '200', 'and the other is a member');

-- What ends an invitation.
select pg_temp.token_to('eva@tap.example') as token \gset eva_
update rowhouse_private.tickets t set expires_at = clock_timestamp() from app.invitations i where i.id = t.subject_id and i.email = 'eva@tap.example';
update app.invitations set expires_at = clock_timestamp() where email = 'eva@tap.example';
select is(outcome, '401 ticket_invalid', 'its time') from pg_temp.accept(:'eva_token', '{"name": "Eva", "password": "the password of eva"}');
select outcome, body->>'id' as id from pg_temp.invite(:'ana_token', 'eva@tap.example') \gset eva_
select is(:'eva_outcome'::text, '201', 'then the address may be invited again');
select pg_temp.token_to('eva@tap.example') as token \gset eva_
select is(outcome, '204', 'whoever takes it back') from pg_temp.answer('DELETE', '/invitations/' || :'eva_id', :'ana_token');
select is(outcome, '401 ticket_invalid', 'ends it') from pg_temp.accept(:'eva_token', '{"name": "Eva", "password": "the password of eva"}');
select is((pg_temp.events(:'a'))[array_upper(pg_temp.events(:'a'), 1)], 'invitation.deleted', 'which is on the trail');
select is(outcome, '404 not_found', 'what is gone is not taken back') from pg_temp.answer('DELETE', '/invitations/' || :'eva_id', :'ana_token');
select body->>'id' as id from pg_temp.answer('POST', '/roles', :'ana_token', '{"name": "helper", "parent": "viewer"}') \gset role_
select outcome from pg_temp.invite(:'ana_token', 'hal@tap.example', 'helper') \gset
select pg_temp.token_to('hal@tap.example') as token \gset hal_
select is(outcome, '204', 'a role that somebody is invited to') from pg_temp.answer('DELETE', '/roles/' || :'role_id', :'ana_token');
select is(outcome, '401 ticket_invalid', 'takes the invitation along') from pg_temp.accept(:'hal_token', '{"name": "Hal", "password": "the password of hal"}');
select is_empty(format('select from app.invitations where tenant_id = %L and email = ''hal@tap.example''', :'a'), 'which is seen');
select is(count(*), count(i.id), 'no token is left without its invitation') from rowhouse_private.tickets t
  left join app.invitations i on i.tenant_id = t.tenant_id and i.id = t.subject_id where t.purpose = 'invitation';

select pg_temp.clean_up() \gset
select * from finish();
