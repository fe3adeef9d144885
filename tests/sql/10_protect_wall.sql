-- The wall itself: no policy widens it, no role walks around it, rows stay in their tenant.
begin;
\ir helpers.psql
select plan(31);

select tenant as a from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
set local role rowhouse_owner;
create table app.tap_notes (
    tenant_id uuid not null, id uuid not null default rowhouse.uuid_v7(), body text,
    updated_at timestamptz not null default clock_timestamp(), primary key (tenant_id, id));
grant select, insert, update, delete on app.tap_notes to rowhouse_tenant;
create policy anybody on app.tap_notes using (true) with check (true);
create policy everybody on app.tap_notes to rowhouse_tenant using (true) with check (true);
reset role;
insert into app.tap_notes (tenant_id, body) values (:'a', 'of A'), (:'b', 'of B');

-- Two permissive policies that allow everything to everybody.
select pg_temp.act_as(:'a') \gset
select results_eq('select body from app.tap_notes', array['of A'],
          'no permissive policy shows rows of another tenant');
select is(pg_temp.rows_of('update app.tap_notes set body = ''mine'' where body = ''of B'''), 0::bigint,
          'or lets them be changed');
select is(pg_temp.rows_of('delete from app.tap_notes where body = ''of B'''), 0::bigint, 'or deleted');
select throws_ok(format('insert into app.tap_notes (tenant_id, body) values (%L, ''x'')', :'b'), '42501', null,
                 'or be made');
select throws_ok(format('update app.tap_notes set tenant_id = %L', :'b'), 'RH403', null,
                 'a row cannot be moved to another tenant');
select throws_ok('update app.tap_notes set tenant_id = null', 'RH403', null, 'nor to none');
select lives_ok('insert into app.tap_notes (body) values (''new'')', 'a new row needs no tenant_id');
select is(tenant_id, :'a'::uuid, 'it is the caller''s by default') from app.tap_notes where body = 'new';
select throws_ok('insert into app.tap_notes (tenant_id, body) values (null, ''x'')', '42501', null,
                 'a row of nobody cannot be made');
select throws_ok('truncate app.tap_notes', '42501', null, 'TRUNCATE, which RLS does not see, is refused');
select throws_ok('create trigger x before insert on app.tap_notes for each row execute function rowhouse.tg__touch()',
                 '42501', null, 'triggers on it are refused');
select throws_ok('alter table app.tap_notes disable row level security', '42501', null, 'and so is altering it');
set local row_security = off;
select throws_ok('select from app.tap_notes', '42501', null, 'row_security = off shows nothing, but fails');
set local row_security = on;

-- A third restrictive policy narrows further.
reset role;
set local role rowhouse_owner;
create policy not_new on app.tap_notes as restrictive using (body <> 'new');
reset role;
select pg_temp.act_as(:'a') \gset
select results_eq('select body from app.tap_notes', array['of A'], 'a restrictive policy may narrow the wall');

-- The owner and the role past RLS.
reset role;
set local rowhouse.context = '';
set local role rowhouse_owner;
select is_empty('select from app.tap_notes', 'the owner without a context sees no row');
select is(pg_temp.rows_of('update app.tap_notes set body = ''x'''), 0::bigint, 'changes none');
select is(pg_temp.rows_of('delete from app.tap_notes'), 0::bigint, 'deletes none');
select throws_ok(format('insert into app.tap_notes (tenant_id, body) values (%L, ''x'')', :'a'), '42501', null,
                 'and makes none');
select throws_ok('insert into app.tap_notes (body) values (''x'')', '42501', null, 'not even of nobody');
reset role;
grant select, update on app.tap_notes to rowhouse_system;
set local role rowhouse_system;
select is(count(*), 3::bigint, 'rowhouse_system looks past RLS where it was granted') from app.tap_notes;
select throws_ok(format('update app.tap_notes set tenant_id = %L', :'b'), 'RH403', null,
                 'but even it cannot move a row to another tenant');
reset role;
select throws_ok(format('update app.tap_notes set tenant_id = %L', :'b'), 'RH403', null, 'nor can a superuser');
select throws_ok('select rowhouse.tg__touch()', 'XX000', null, 'the trigger''s function is nothing to call');

-- The time of change.
select updated_at as made from app.tap_notes where body = 'of A' \gset
update app.tap_notes set updated_at = 'epoch' where body = 'of A';
select cmp_ok(updated_at, '>', :'made'::timestamptz, 'updated_at is stamped, whatever the statement says')
  from app.tap_notes where body = 'of A';
select updated_at as once from app.tap_notes where body = 'of A' \gset
update app.tap_notes set body = body where body = 'of A';
select is((select updated_at from app.tap_notes where body = 'of A'), :'once'::timestamptz,
          'a statement that changes nothing leaves it');
update app.tap_notes set body = 'changed' where body = 'of A';
update app.tap_notes set body = 'of A' where body = 'changed';
select cmp_ok((select updated_at from app.tap_notes where body = 'of A'), '>=', :'once'::timestamptz + interval '2 microseconds',
          'each change moves it on');

-- The policies of a protected schema are those of the files.
select rowhouse.reset_policies() \gset
select policies_are('app', 'tap_notes', array['same_tenant', 'owner_all', 'not_new'],
                    'reset_policies() drops every permissive policy but the owner''s');
select ok(not has_table_privilege(r.name, 'app.tap_notes', 'select'), 'and the grants of ' || r.name)
  from (values ('rowhouse_tenant'), ('rowhouse_system')) r (name);
select ok(not has_table_privilege('rowhouse_tenant', 'app.contacts', 'select'), 'of every table there');
select pg_temp.act_as(:'a') \gset
select throws_ok('select from app.tap_notes', '42501', null, 'then nobody is in');
select * from finish();
rollback;
