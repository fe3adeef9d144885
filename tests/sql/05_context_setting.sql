-- Nobody writes or reads the context by way of PostgreSQL's settings.
begin;
\ir helpers.psql
select plan(55);

select tenant as a from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
-- A genuine value: that of the other tenant, as the extension itself writes it.
select rowhouse.assume(:'b', null, 'test', '{contacts:read,contacts:write}') \gset
select current_setting('rowhouse.context') as forged \gset
select isnt(:'forged'::text, '', 'a context is a value of the setting rowhouse.context');

create temporary view attempts as
    select format(a.statement, :'forged') as statement
      from (values ('set rowhouse.context = %L'),
                   ('set local rowhouse.context = %L'),
                   ('set session rowhouse.context to %L'),
                   ('set "ROWHOUSE.Context" = %L'),
                   ('select set_config(''rowhouse.context'', %L, false)'),
                   ('select set_config(''rowhouse.context'', %L, true)'),
                   ('create function pg_temp.f() returns int language sql set rowhouse.context = %L return 1'),
                   ('alter role rowhouse_tenant set rowhouse.context = %L'),
                   ('alter role all set rowhouse.context = %L'),
                   ('do $$begin perform set_config(''rowhouse.context'', %L, true); end$$'),
                   ('alter database ' || quote_ident(current_database()) || ' set rowhouse.context = %L')
           ) a (statement);
grant select on attempts to public;

select pg_temp.act_as(:'a') \gset
select throws_ok(statement, '42501', null, 'a tenant cannot: ' || left(statement, 60)) from attempts;
select throws_ok('reset rowhouse.context', '42501', null, 'a tenant cannot reset the context');
select throws_ok('set rowhouse.context to default', '42501', null,
                 'a tenant cannot set the context to its default');
select throws_ok('set local rowhouse.context = ''''', '42501', null, 'a tenant cannot empty the context');
select throws_ok('show rowhouse.context', '42501', null, 'a tenant cannot show the context');
select throws_ok('select current_setting(''rowhouse.context'')', '42501', null,
                 'a tenant cannot read the setting');
select throws_ok('select current_setting(''rowhouse.context'', true)', '42501', null,
                 'nor by asking for what may be missing');
select is_empty('select from pg_settings where name like ''rowhouse.con%''',
                'the context is not among the settings');
select is(pg_temp.rows_of(format(
              'update pg_settings set setting = %L where name = ''rowhouse.context''', :'forged')),
          0::bigint, 'nor can it be updated there');
select is(rowhouse.tenant_id(), :'a'::uuid, 'after all that the tenant is the same');

reset role;
select throws_ok(statement, '42501', 'the context cannot be set by SQL',
                 'a superuser cannot: ' || left(statement, 60)) from attempts;
set local role rowhouse_owner;
select throws_ok(statement, '42501', null, 'the owner cannot: ' || left(statement, 60)) from attempts;
reset role;

-- Names that look like ours.
select throws_ok(format('set %s = ''x''', a.name), '42602', null, a.name || ' is no setting')
  from (values ('rowhouse.contexts'), ('rowhouse.tenant_id'), ('rowhouse.user_id'),
               ('rowhouse.permissions')) a (name);
select throws_ok('select set_config(''rowhouse.tenant_id'', ''x'', true)', '42602', null,
                 'set_config() makes no setting of our prefix either');

-- What undoes settings in general does not undo this one.
select pg_temp.act_as(:'a') \gset
reset all;
select is(current_user, 'rowhouse_tenant', 'RESET ALL leaves the role');
select is(rowhouse.tenant_id(), :'a'::uuid, 'RESET ALL leaves the context');
select throws_ok('discard all', '25001', null, 'DISCARD ALL does not run in a transaction');
discard plans;
select is(rowhouse.tenant_id(), :'a'::uuid, 'DISCARD PLANS leaves the context');

-- A context belongs to the (sub)transaction that took it.
reset role;
savepoint before;
select pg_temp.act_as(:'b', null, '{contacts:read}') \gset
select is(rowhouse.tenant_id(), :'b'::uuid, 'within the savepoint tenant B is asking');
rollback to savepoint before;
select is(rowhouse.tenant_id(), :'a'::uuid, 'ROLLBACK TO SAVEPOINT brings tenant A back');
select ok(rowhouse.has_permission('contacts:write'), 'with the permissions of A');
select * from finish();
rollback;
