-- What a login role may try before its first statement, and how a reporting login is bound.
-- Commits, because the logins are real.
\ir helpers.psql
select plan(29);

select tenant as a from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
begin;
select rowhouse.assume(:'b', null, 'test') \gset
select current_setting('rowhouse.context') as forged \gset
rollback;

create table app.tap_visits (tenant_id uuid not null, id uuid not null default rowhouse.uuid_v7(), place text);
insert into app.tap_visits (tenant_id, place) select :'a', 'home' from generate_series(1, 500);
insert into app.tap_visits (tenant_id, place) select :'b', 'secret' from generate_series(1, 500);
create index on app.tap_visits (tenant_id, place);
create index on app.tap_visits (tenant_id, lower(place));
analyze app.tap_visits;

create role tap_reporter login password 'tap' in role rowhouse_reporting;
grant usage on schema app to tap_reporter;
grant select, insert on app.tap_visits to tap_reporter;
create policy tap_all on app.tap_visits to tap_reporter using (true);
alter role tap_reporter set rowhouse.bound_tenant = :'a';
\set reporter 'PGPASSWORD=tap ' :superuser ' -U tap_reporter'

-- The binding.
\set said `:reporter -c 'select rowhouse.tenant_id()'`
select is(:'said'::text, :'a'::text, 'a bound login has its tenant without a context');
\set said `:reporter -c 'select count(*), min(place), max(place) from app.tap_visits'`
select is(:'said'::text, '500|home|home', 'and sees rows of this tenant, all and alone');
\set said `:reporter -c 'set row_security = off' -c 'select from app.tap_visits'`
select is(:'said'::text, 'ERROR:  42501', 'which it cannot switch off');
\setenv b :b
\set said `:reporter -c "insert into app.tap_visits (tenant_id, place) values ('$b', 'x')"`
select is(:'said'::text, 'ERROR:  42501', 'nor can it write a row of another');
\set said `:reporter -c "set rowhouse.bound_tenant = '$b'"`
select is(:'said'::text, 'ERROR:  42501', 'it cannot SET the binding');
\set said `:reporter -c begin -c "set local rowhouse.bound_tenant = '$b'"`
select is(:'said'::text, 'ERROR:  42501', 'nor SET LOCAL it');
\set said `:reporter -c "select set_config('rowhouse.bound_tenant', '$b', false)"`
select is(:'said'::text, 'ERROR:  42501', 'nor by set_config()');
\set said `:reporter -c "alter role tap_reporter set rowhouse.bound_tenant = '$b'"`
select is(:'said'::text, 'ERROR:  42501', 'nor ALTER its own ROLE');
\set said `:reporter -c "alter role tap_reporter reset rowhouse.bound_tenant"`
select is(:'said'::text, 'ERROR:  42501', 'nor take it off its role');
\set said `:reporter -c "alter role tap_reporter reset all" -c 'select rowhouse.tenant_id()'; :reporter -c 'select rowhouse.tenant_id()'`
select is(:'said'::text, :'a' || E'\n' || :'a', 'nor by RESET ALL of its role');
\set said `:reporter -c 'reset rowhouse.bound_tenant'`
select is(:'said'::text, 'ERROR:  42501', 'nor RESET it');
\set said `:reporter -c 'reset all' -c 'discard all' -c 'select rowhouse.tenant_id()'`
select is(:'said'::text, :'a'::text, 'RESET ALL and DISCARD ALL leave it');
\set said `PGOPTIONS="-c rowhouse.bound_tenant=$b" :reporter -c 'select rowhouse.tenant_id()' | grep -c "$b"`
select is(:'said'::text, '0', 'PGOPTIONS gives it no other tenant');
\set said `:reporter -c 'show rowhouse.bound_tenant'`
select is(:'said'::text, 'ERROR:  42501', 'it cannot read the setting');
\set said `:reporter -c "select rowhouse.has_permission('contacts:read')"`
select is(:'said'::text, 'ERROR:  42501', 'no permission comes with the binding');
select throws_ok('alter role tap_reporter set rowhouse.bound_tenant = ''acme''', '22023', null,
                 'a binding must be a UUID');

-- The context itself.
\setenv forged :forged
\set said `PGOPTIONS="-c rowhouse.context=${forged// /\\ }" :reporter -c 'select rowhouse.tenant_id()' | grep -c "$b"`
select is(:'said'::text, '0', 'PGOPTIONS gives no context');
\set said `PGOPTIONS="-c rowhouse.context=${forged// /\\ }" :superuser -c 'select rowhouse.tenant_id()' | grep -c "$b"`
select is(:'said'::text, '0', 'not even to a superuser');
\set said `:superuser -c "alter system set rowhouse.context = '$forged'"`
select is(:'said'::text, 'ERROR:  55P02', 'no file can hold a context');
\set said `:superuser -c "alter system set rowhouse.bound_tenant = '$b'"`
select is(:'said'::text, 'ERROR:  55P02', 'nor a binding for everybody');
update pg_db_role_setting set setconfig = array['rowhouse.context=' || :'forged']
 where setrole = 'tap_reporter'::regrole;
\set said `:reporter -c "select coalesce(rowhouse.tenant_id()::text, 'nobody')" | tail -n 1`
select is(:'said'::text, 'nobody', 'a context forged into the catalog is not taken at login');
\set said `:reporter -c 'select count(*) from app.tap_visits' | tail -n 1`
select is(:'said'::text, '0', 'and a login without tenant sees no row');
alter role tap_reporter reset all;
alter role tap_reporter set rowhouse.bound_tenant = :'a';

-- What the planner knows of other tenants it does not tell a bound login.
\set estimate 'grep -o "rows=[0-9]*" | paste -sd" "'
\set other `:reporter -c "explain select from app.tap_visits where place = 'secret'" | :estimate`
\set nobody `:reporter -c "explain select from app.tap_visits where place = 'nowhere'" | :estimate`
select is(:'other'::text, :'nobody'::text,
          'a value that only another tenant has is estimated as one that nobody has');
\set other `:reporter -c "explain select from app.tap_visits where place >= 's'" | :estimate`
\set nobody `:reporter -c "explain select from app.tap_visits where place >= 'z'" | :estimate`
select is(:'other'::text, :'nobody'::text, 'the histogram cannot be bisected');
\set other `:reporter -c "explain select from app.tap_visits where lower(place) = 'secret'" | :estimate`
\set nobody `:reporter -c "explain select from app.tap_visits where lower(place) = 'nowhere'" | :estimate`
select is(:'other'::text, :'nobody'::text, 'nor do statistics of an index on an expression tell');
\set other `:reporter -c "explain select from app.tap_visits where tenant_id = '$b'" | :estimate`
\set nobody `:reporter -c "explain select from app.tap_visits where tenant_id = '00000000-0000-7000-8000-000000000000'" | :estimate`
select is(:'other'::text, :'nobody'::text, 'nor how many rows another tenant has');
\set other `:superuser -c "explain select from app.tap_visits where place = 'secret'" | :estimate`
\set nobody `:superuser -c "explain select from app.tap_visits where place = 'nowhere'" | :estimate`
select isnt(:'other'::text, :'nobody'::text, 'where to a superuser they differ');
\set said `:reporter -c "select count(*) from pg_stats where tablename = 'tap_visits'"`
select is(:'said'::text, '0', 'pg_stats shows a bound login nothing of the table');
\set said `:reporter -c 'select from pg_statistic'`
select is(:'said'::text, 'ERROR:  42501', 'nor does pg_statistic');

select pg_temp.clean_up() \gset
select * from finish();
