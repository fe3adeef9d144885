-- assume() and for_each_tenant(): a context for superusers, and for nobody else.
begin;
\ir helpers.psql
select plan(30);

select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
select pg_temp.make_contact(:'a', 'Ada') \gset
select pg_temp.make_contact(:'b', 'Bob') \gset

select rowhouse.assume(:'a', :'ana', 'ticket 42', '{contacts:read,audit:read}') \gset
select is(rowhouse.tenant_id(), :'a'::uuid, 'a superuser may take the context of a tenant');
select is(rowhouse.user_id(), :'ana'::uuid, 'and of a user');
select is(rowhouse.credential(), 'assumed', 'which says how it was come by');
select is(rowhouse.session_id(), null, 'without a session');
select is(array[rowhouse.key_id(), rowhouse.instance_id()], array[null, null]::uuid[], 'or a key');
select is(rowhouse.request_id(), null, 'without a request');
select ok(rowhouse.has_permission('contacts:read'), 'with the permissions that were named');
select ok(not rowhouse.has_permission('contacts:write'), 'and no other');
select ok(not rowhouse.has_permission('contacts'), 'not by a part of a name');
select ok(not rowhouse.has_permission('contacts:read audit:read'), 'not by two names');
select ok(not rowhouse.has_permission(''), 'and not by none');
select isnt_empty(
    format('select from rowhouse.audit_log where tenant_id = %L and event = ''context.assumed''
              and actor_id = %L and resource = ''ticket 42''', :'a', :'ana'),
    'the trail of the tenant says who looked, and why');

select throws_ok('select rowhouse.assume(null, null, ''a reason'')', 'RH422', null,
                 'a context needs a tenant');
select throws_ok(format('select rowhouse.assume(%L, null, null)', :'a'), 'RH422', null,
                 'a context needs a reason');
select throws_ok(format('select rowhouse.assume(%L, null, '''')', :'a'), 'RH422', null,
                 'an empty reason is none');
select throws_ok(format('select rowhouse.assume(%L, null, ''x'', null)', :'a'), 'RH422', null,
                 'permissions may be none, but not null');
select throws_ok(format('select rowhouse.assume(%L, null, ''x'', array[null]::text[])', :'a'), '22004', null,
                 'nor hold a null');

create temporary view others as
    select r.rolname as name from pg_roles r
     where r.rolname like 'rowhouse\_%' and not r.rolsuper;
select ok(count(*) = 0, 'no role of ours may execute assume()')
  from others o
 where has_function_privilege(o.name, 'rowhouse.assume(uuid, uuid, text, text[])', 'execute');
select ok(count(*) = 0, 'nor for_each_tenant()')
  from others o
 where has_function_privilege(o.name, 'rowhouse.for_each_tenant(text, uuid[])', 'execute');

-- Even if somebody granted them.
grant execute on function rowhouse.assume(uuid, uuid, text, text[]),
    rowhouse.for_each_tenant(text, uuid[]) to rowhouse_tenant, rowhouse_owner, rowhouse_system;
select pg_temp.act_as(:'a') \gset
select throws_ok(format('select rowhouse.assume(%L, null, ''me'')', :'b'), 'RH403', null,
                 'a tenant cannot take the context of another');
select throws_ok(format('select rowhouse.for_each_tenant(''select from app.contacts'', %L)',
                        array[:'b'::uuid]), 'RH403', null, 'nor run statements as another');
select is(rowhouse.tenant_id(), :'a'::uuid, 'and stays who it was');
set local role rowhouse_owner;
select throws_ok(format('select rowhouse.assume(%L, null, ''me'')', :'b'), 'RH403', null,
                 'nor can the owner of the tables');
set local role rowhouse_system;
select throws_ok(format('select rowhouse.assume(%L, null, ''me'')', :'b'), 'RH403', null,
                 'nor the role that is past RLS');
reset role;

select is(rowhouse.for_each_tenant('select from app.contacts', array[:'a', :'b']::uuid[]), 2::bigint,
          'for_each_tenant() sees the rows of each tenant in its turn');
select is(rowhouse.tenant_id(), null, 'and leaves no context behind');
select is(rowhouse.for_each_tenant('update app.contacts set notes = name', array[:'a']::uuid[]), 1::bigint,
          'it changes rows of the tenants that were named alone');
select results_eq(format('select name::text from app.contacts where notes = name and tenant_id in (%L, %L)',
                         :'a', :'b'), array['Ada'], 'which is one row of A');
select throws_ok(
    format('select rowhouse.for_each_tenant(''insert into app.contacts (tenant_id, name) values (''''%s'''', ''''X'''')'', %L)',
           :'b', array[:'a'::uuid]),
    '42501', null, 'not even a migration writes a row of B in the context of A');
select is(rowhouse.for_each_tenant('select from app.contacts', '{}'), 0::bigint, 'no tenant, no row');
select * from finish();
rollback;
