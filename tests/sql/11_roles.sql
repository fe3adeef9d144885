-- Roles inherit, nobody gives what they do not hold, an account keeps an owner.
\ir helpers.psql
select no_plan();
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b, person as ben from pg_temp.make_tenant('boris') \gset
select person as mia from pg_temp.make_tenant('mia') \gset
create function pg_temp.holds(tenant uuid, role text) returns text language sql as $$
    select array_to_string(r.permissions, ' ') from app.roles r where r.tenant_id = $1 and r.name = $2
$$;
create function pg_temp.ask(token text, method text, path text, sent text default null) returns text language sql as $$
    select outcome from pg_temp.answer(method, path, token, sent)
$$;
create function pg_temp.switch(token text, tenant text) returns text language sql as $$
    select body->>'access_token' from pg_temp.answer('POST', '/auth/switch', token, jsonb_build_object('tenant', tenant)::text)
$$;
select * from pg_temp.login('alba') \gset ana_
select * from pg_temp.login('boris') \gset ben_
select * from pg_temp.login('mia') \gset mia_

-- System roles.
select results_eq(format('select name::text, parent::text from app.roles where tenant_id = %L order by id', :'a'),
    $$values ('viewer', null), ('agent', 'viewer'), ('manager', 'agent'), ('admin', 'manager'), ('owner', 'admin')$$, 'an account begins with five roles');
select is(pg_temp.holds(:'a', 'viewer'), (select string_agg(name, ' ' order by name) from rowhouse_private.permissions where lowest_role = 'viewer'), 'a viewer holds what the catalogue says');
select is(pg_temp.holds(:'a', 'owner'), (select string_agg(name, ' ' order by name) from rowhouse_private.permissions), 'an owner holds everything');
select is(depth, 4, 'the closure knows the way') from app.role_ancestors where tenant_id = :'a' and role = 'owner' and ancestor = 'viewer';
select is(pg_temp.ask(:'ana_token', 'PATCH', '/roles/' || id, '{"permissions": []}'), '404 not_found', 'system roles are not changed')
  from app.roles where tenant_id = :'a' and name = 'viewer';
select is(pg_temp.ask(:'ana_token', 'DELETE', '/roles/' || id), '404 not_found', 'nor removed') from app.roles where tenant_id = :'a' and name = 'viewer';

-- A tenant's own roles.
select outcome, body->>'id' as id, body->'permissions' as permissions from pg_temp.answer('POST', '/roles', :'ana_token', '{"name": "sales", "parent": "viewer", "permissions": ["contacts:write"]}') \gset sales_
select is(:'sales_outcome'::text, '201', 'an owner makes a role');
select is(:'sales_permissions'::jsonb, (select jsonb_agg(name order by name) from rowhouse_private.permissions where lowest_role = 'viewer' or name = 'contacts:write'), 'which holds its parent''s permissions too');
select is(pg_temp.ask(:'ana_token', 'POST', '/roles', '{"name": "sales"}'), '409 role_exists', 'a name is taken once');
select is(pg_temp.ask(:'ben_token', 'POST', '/roles', '{"name": "sales"}'), '201', 'and once in each account');
select is(pg_temp.ask(:'ana_token', 'POST', '/roles', '{"name": "x", "permissions": ["no:such"]}'), '422 permission_unknown', 'permissions are of the catalogue');
select is(pg_temp.ask(:'ana_token', 'POST', '/roles', '{"name": "x", "parent": "nobody"}'), '422 role_unknown', 'a parent exists');
select outcome, body->'errors'->0->>'pointer' as pointer from pg_temp.answer('POST', '/roles', :'ana_token', '{"name": "x", "permissions": ["no:such"]}') \gset wrong_
select is(:'wrong_pointer'::text, '/permissions', 'and the field is named');
select is(pg_temp.ask(:'ben_token', 'PATCH', '/roles/' || :'sales_id', '{"permissions": []}'), '404 not_found', 'another account''s role is not there');
select is(pg_temp.ask(:'ana_token', 'GET', '/roles'), '200', 'roles are listed');
select is(pg_temp.ask(:'ana_token', 'GET', '/permissions'), '200', 'and the permissions');

-- Inheritance is a tree of eight steps.
select pg_temp.ask(:'ana_token', 'POST', '/roles', '{"name": "d1"}') \gset
select format('select pg_temp.ask(%L, ''POST'', ''/roles'', ''{"name": "d%s", "parent": "d%s"}'')', :'ana_token', n, n - 1) from generate_series(2, 9) n \gexec
select is(max(depth), 8, 'eight steps are allowed') from app.role_ancestors where tenant_id = :'a';
select is(pg_temp.ask(:'ana_token', 'POST', '/roles', '{"name": "d10", "parent": "d9"}'), '422 role_too_deep', 'a ninth is not');
select id as d1 from app.roles where tenant_id = :'a' and name = 'd1' \gset
select id as d4 from app.roles where tenant_id = :'a' and name = 'd4' \gset
select is(pg_temp.ask(:'ana_token', 'PATCH', '/roles/' || :'d1', '{"parent": "d4"}'), '422 role_cycle', 'nor a circle');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/roles/' || :'d1', '{"parent": "d1"}'), '422 role_cycle', 'of one either');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/roles/' || :'d1', '{"parent": "viewer"}'), '422 role_too_deep', 'nor a ninth from below');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/roles/' || :'d4', '{"parent": null, "permissions": ["contacts:read"]}'), '200', 'a role leaves its parent');
select is(pg_temp.holds(:'a', 'd9'), 'contacts:read', 'and what it holds reaches the last below it');
select is(pg_temp.ask(:'ana_token', 'DELETE', '/roles/' || :'d1'), '409 role_has_children', 'a parent is not removed');

-- Effective with the next request.
select pg_temp.make_member(:'a', :'mia', 'sales') \gset
select pg_temp.switch(:'mia_token', 'tap-alba') as mia_there \gset
select is(pg_temp.ask(:'mia_there', 'POST', '/contacts', '{"name": "x"}'), '201', 'who has the role does what it allows');
select is(pg_temp.ask(:'mia_there', 'POST', '/roles', '{"name": "mine"}'), '403 permission_denied', 'and nothing else');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/roles/' || :'sales_id', '{"permissions": []}'), '200', 'a permission is taken from the role');
select is(pg_temp.ask(:'mia_there', 'POST', '/contacts', '{"name": "x"}'), '403 permission_denied', 'and gone with the next request');
select is(pg_temp.ask(:'ana_token', 'DELETE', '/roles/' || :'sales_id'), '409 role_in_use', 'a role in use is not removed');
begin;
select rowhouse.assume(:'a', null, 'test') \gset
select results_eq(format('select what from rowhouse.explain_permission(%L, ''contacts:read'')', :'mia'),
    $$values ('the user is sales of the account'), ('role sales inherits from viewer'), ('role viewer holds contacts:read')$$, 'the way to a permission is told');
select is((select string_agg(what, '; ') from rowhouse.explain_permission(:'mia', 'audit:read') where what like '%last%'),
          'role viewer is the last: nothing gives audit:read', 'or that there is none');
commit;

-- Nobody gives or takes what they do not hold: by a role, a parent, a member.
select pg_temp.ask(:'ana_token', 'POST', '/roles', '{"name": "chief", "parent": "manager", "permissions": ["roles:write", "members:write"]}') \gset
select pg_temp.make_member(:'a', :'mia', 'chief') \gset
select m.id as ana_member from app.memberships m where m.tenant_id = :'a' and m.user_id = :'ana' \gset
select m.id as mia_member from app.memberships m where m.tenant_id = :'a' and m.user_id = :'mia' \gset
select is(pg_temp.ask(:'mia_there', 'POST', '/roles', '{"name": "big", "permissions": ["audit:read"]}'), '403 beyond_own_permissions', 'not by a new role');
select is(pg_temp.ask(:'mia_there', 'POST', '/roles', '{"name": "big", "parent": "admin"}'), '403 beyond_own_permissions', 'nor by its parent');
select is(pg_temp.ask(:'mia_there', 'PATCH', '/roles/' || :'sales_id', '{"parent": "admin"}'), '403 beyond_own_permissions', 'nor by another parent');
select body->>'id' as auditor from pg_temp.answer('POST', '/roles', :'ana_token', '{"name": "auditor", "permissions": ["audit:read"]}') \gset
select is(pg_temp.ask(:'mia_there', 'PATCH', '/roles/' || :'auditor', '{"permissions": []}'), '403 beyond_own_permissions', 'nor what it holds taken away');
select is(pg_temp.ask(:'mia_there', 'DELETE', '/roles/' || :'auditor'), '403 beyond_own_permissions', 'nor is a role removed that holds more');
select is(pg_temp.ask(:'ana_token', 'DELETE', '/roles/' || :'auditor'), '204', 'whoever holds it all removes it');
select is(pg_temp.ask(:'mia_there', 'PATCH', '/members/' || :'mia_member', '{"role": "admin"}'), '403 beyond_own_permissions', 'nor to themselves');
select is(pg_temp.ask(:'mia_there', 'PATCH', '/members/' || :'ana_member', '{"role": "viewer"}'), '403 beyond_own_permissions', 'nor take it from an owner');
select is(pg_temp.ask(:'mia_there', 'DELETE', '/members/' || :'ana_member'), '403 beyond_own_permissions', 'nor remove one');
select is(pg_temp.ask(:'mia_there', 'PATCH', '/members/' || :'mia_member', '{"role": "agent"}'), '200', 'what they hold they give, or give up');
select pg_temp.make_member(:'a', :'mia', 'chief') \gset
select count(*) as changes from rowhouse.audit_log where tenant_id = :'a' and event = 'member.role_changed' \gset
select is(pg_temp.ask(:'ana_token', 'PATCH', '/members/' || :'mia_member', '{}'), '200', 'nothing may be changed');
select is(count(*), :changes::bigint, 'which is no event') from rowhouse.audit_log where tenant_id = :'a' and event = 'member.role_changed';
select is(pg_temp.ask(:'mia_there', 'PATCH', '/members/' || :'mia_member', '{"role": "nobody"}'), '422 role_unknown', 'a role exists');
select is(pg_temp.ask(:'ben_token', 'PATCH', '/members/' || :'ana_member', '{"role": "viewer"}'), '404 not_found', 'another account''s member is not there');
begin;
select pg_temp.act_as(:'a', :'mia', '{roles:write,members:write,roles:read,members:read}') \gset
select throws_ok('update app.roles set permissions = ''{audit:read}''', '42501', null, 'what a role holds is not written past that');
select throws_ok('update app.roles set is_system = false', '42501', null, 'nor what a system role is');
select throws_ok('update app.memberships set name = ''x''', '42501', null, 'nor a member''s name');
select throws_ok('insert into app.memberships (user_id, role, name, email) values (rowhouse.uuid_v7(), ''owner'', ''x'', ''x@y.zz'')', '42501', null, 'nor a member made by hand');
select throws_ok('select from app.role_ancestors', '42501', null, 'nor the closure read');
rollback;

-- The last owner.
select m.id as ben_member from app.memberships m where m.tenant_id = :'b' and m.user_id = :'ben' \gset
select is(pg_temp.ask(:'ben_token', 'PATCH', '/members/' || :'ben_member', '{"role": "admin"}'), '409 last_owner', 'the last owner stays owner');
select is(pg_temp.ask(:'ben_token', 'DELETE', '/members/' || :'ben_member'), '409 last_owner', 'and member');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/members/' || :'ana_member', '{"role": "admin"}'), '200', 'one of several may become less');
select is(pg_temp.ask(:'ana_token', 'DELETE', '/members/' || :'ana_member'), '204', 'and leave');
select is(pg_temp.ask(:'ana_token', 'GET', '/members'), '401 token_invalid', 'whose session ends');
update rowhouse_private.users set name = 'Mia Nova' where id = :'mia';
select is(name::text, 'Mia Nova', 'members are called as they are now') from app.memberships where id = :'mia_member';
select set_eq(format('select event from rowhouse.audit_log where tenant_id = %L and event ~ ''^(role|member)\.''', :'a'),
    '{role.created,role.changed,role.deleted,member.role_changed,member.removed}'::text[], 'it is all on the trail');
select pg_temp.clean_up() \gset
select * from finish();
