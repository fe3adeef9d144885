-- Every verb on every protected table of the application: nothing of another tenant is reached.
-- The list of tables comes from the catalog, and so does tenant B's row in each.
begin;
\ir helpers.psql
\ir rows.psql
select no_plan();

select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b, person as ben from pg_temp.make_tenant('boris') \gset
select pg_temp.make_contact(t, 'somebody', '+5511900000001') from unnest(array[:'a', :'b']::uuid[]) t \g /dev/null

create temporary table walls as
    select c.oid::regclass as name, c.relname from pg_class c
     where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition;
alter table walls add row_of_b jsonb;
select pg_temp.make_row(name, :'b') from walls where pg_temp.row_of(name, :'b') is null order by name::oid \g /dev/null
update walls set row_of_b = pg_temp.row_of(name, :'b');
select ok(rowhouse.is_protected(name), name || ' is protected') from walls;
select ok(row_of_b is not null, 'tenant B has a row in ' || name) from walls;

-- %1$s the table, %2$L the other tenant, %3$L one of its rows
create temporary table attempts (number serial, what text, statement text);
insert into attempts (what, statement) values
    ('select rows of B', 'select from %1$s where tenant_id = %2$L'),
    ('select rows that are not its own', 'select from %1$s where tenant_id is distinct from rowhouse.tenant_id()'),
    ('join to rows of B', 'select from %1$s x join %1$s y on y.tenant_id <> x.tenant_id'),
    ('lock rows of B', 'select from %1$s where tenant_id = %2$L for update'),
    ('update rows of B', 'update %1$s set created_at = created_at where tenant_id = %2$L'),
    ('delete rows of B', 'delete from %1$s where tenant_id = %2$L'),
    ('delete rows of B by a join', 'delete from %1$s x using %1$s y where x.tenant_id = %2$L'),
    ('insert a row of B', 'insert into %1$s select * from jsonb_populate_record(null::%1$s, %3$L)'),
    ('upsert a row of B, doing nothing',
     'insert into %1$s select * from jsonb_populate_record(null::%1$s, %3$L) on conflict do nothing'),
    ('upsert a row of B, changing it',
     'insert into %1$s select * from jsonb_populate_record(null::%1$s, %3$L)
      on conflict on constraint ' || '%4$I do update set created_at = excluded.created_at'),
    ('merge into a row of B',
     'merge into %1$s t using jsonb_populate_record(null::%1$s, %3$L) s on t.tenant_id = s.tenant_id
      when matched then update set created_at = s.created_at'),
    ('merge a row of B in',
     'merge into %1$s t using jsonb_populate_record(null::%1$s, %3$L) s on false
      when not matched then insert (tenant_id) values (s.tenant_id)'),
    ('move its own rows to B', 'update %1$s set tenant_id = %2$L'),
    ('truncate', 'truncate %1$s'),
    ('lock the table against B', 'lock table %1$s in access exclusive mode'),
    ('hear of rows of B by a condition that fails on them',
     'select from %1$s where tenant_id = %2$L and 1 / (length(tenant_id::text) - 36) = 0');

create temporary view cases as
    select w.relname, a.number, a.what, w.name,
           format(a.statement, w.name, :'b', w.row_of_b,
                  (select k.conname from pg_constraint k where k.conrelid = w.name and k.contype = 'p')) as statement
      from walls w, attempts a
     where w.row_of_b is not null;
create temporary table outcomes (who text, what text, result text);
grant all on outcomes to public;
grant select on cases, walls, attempts to public;

select pg_temp.act_as(:'a', :'ana') \gset
insert into outcomes select 'tenant A', what || ' in ' || name, pg_temp.result_of(statement) from cases;
select pg_temp.act_as(:'a', :'ben', '{}') \gset
insert into outcomes select 'A without permissions', what || ' in ' || name, pg_temp.result_of(statement) from cases;
insert into outcomes select 'A without permissions', 'select its own rows in ' || name,
                            pg_temp.result_of(format('select from %s', name)) from walls;
select pg_temp.act_without_context() \gset
insert into outcomes select 'nobody', what || ' in ' || name, pg_temp.result_of(statement) from cases;
insert into outcomes select 'nobody', 'select any row in ' || name, pg_temp.result_of(format('select from %s', name)) from walls;
reset role;
select rowhouse.assume(:'a', null, 'test', '{contacts:read,contacts:write,account:read}') \gset
set local role rowhouse_public;
insert into outcomes select 'rowhouse_public', what || ' in ' || name, pg_temp.result_of(statement) from cases;
set local role rowhouse_platform;
insert into outcomes select 'rowhouse_platform', what || ' in ' || name, pg_temp.result_of(statement) from cases;
set local role rowhouse_reporting;
insert into outcomes select 'rowhouse_reporting', what || ' in ' || name, pg_temp.result_of(statement) from cases;
set local role rowhouse_worker;
insert into outcomes select 'rowhouse_worker', what || ' in ' || name, pg_temp.result_of(statement) from cases;
set local role rowhouse_owner;
insert into outcomes select 'rowhouse_owner', what || ' in ' || name, pg_temp.result_of(statement) from cases
 where number not in (select number from attempts where what in ('truncate', 'lock the table against B'));
reset role;

-- Moving a row is refused by the trigger, once there is a right to update.
select ok(result in ('0', '42501', 'RH403'),
          format('%s cannot %s: %s', who, what, result))
  from outcomes;
select is(pg_temp.row_of(name, :'b'), row_of_b, 'after all that the row of B in ' || name || ' is as it was')
  from walls;
select * from finish();
rollback;
