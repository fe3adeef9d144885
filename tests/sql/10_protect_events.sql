-- The event trigger: what is made or changed in a protected schema is protected or refused.
begin;
\ir helpers.psql
select plan(35);

set local role rowhouse_owner;
select lives_ok('create table app.tap_notes (tenant_id uuid not null, id uuid not null default rowhouse.uuid_v7(),
                                             body text, primary key (tenant_id, id))',
                'a table with tenant_id may be made in app');
select ok(rowhouse.is_protected('app.tap_notes'), 'and is protected as it is made');

select throws_ok('create table app.tap_bare (id uuid)', '55000', null, 'a table without tenant_id is refused');
select hasnt_table('app'::name, 'tap_bare'::name, 'and not made');
select throws_ok('create table app.tap_key (tenant_id uuid, id uuid primary key)', '55000', null,
                 'so is one with a key across tenants');
select throws_ok('create table app.tap_copy as select id from app.tap_notes', '55000', null,
                 'CREATE TABLE AS without tenant_id is refused');
select lives_ok('create table app.tap_copy as select tenant_id, id from app.tap_notes',
                'CREATE TABLE AS with tenant_id is allowed');
select ok(rowhouse.is_protected('app.tap_copy'), 'and its table protected');
select throws_ok('create table app.tap_nulls as select null::uuid as tenant_id, 1 as n', '55000', null,
                 'but not with rows of nobody');
select throws_ok('create table app.tap_like (like rowhouse_private.permissions)', '55000', null,
                 'CREATE TABLE LIKE is no way around');
select lives_ok('create table app.tap_like (like app.tap_notes including all)', 'LIKE a protected table is allowed');
select ok(rowhouse.is_protected('app.tap_like'), 'and protected by itself');
select throws_ok('create unlogged table app.tap_fast (id uuid)', '55000', null, 'unlogged tables are no exception');
select throws_ok('create table if not exists app.tap_maybe (id uuid)', '55000', null, 'nor is IF NOT EXISTS');
reset role;
-- PL/pgSQL's EXECUTE takes no SELECT INTO, so another session tries.
\set said `:superuser -c 'select id into app.tap_into from app.contacts limit 0'`
select is(:'said'::text, 'ERROR:  55000', 'SELECT INTO without tenant_id is refused');
select tenant_id, id into app.tap_into from app.contacts limit 0;
select ok(rowhouse.is_protected('app.tap_into'), 'SELECT INTO with tenant_id protects, for a superuser too');

set local role rowhouse_owner;
select throws_ok(format('alter table app.tap_notes %s', a.change), '55000', null, a.change || ' is refused')
  from (values ('add unique (body)'),
               ('add column code text unique'),
               ('add constraint other exclude using btree (body with =)'),
               ('add column parent uuid, add foreign key (parent, id) references app.tap_notes'),
               ('add column parent uuid, add foreign key (tenant_id, parent) references app.tap_notes on delete set null'))
       a (change);
select lives_ok('alter table app.tap_notes add unique (tenant_id, body)', 'a key within the tenant is allowed');
select throws_ok('create unique index on app.tap_notes (body)', '55000', null,
                 'a unique index across tenants is refused');
reset role;

-- Partitions.
set local role rowhouse_owner;
select lives_ok('create table app.tap_events (tenant_id uuid not null, id uuid, at date not null, primary key (tenant_id, id, at))
                 partition by range (at)', 'a partitioned table may be made');
select ok(rowhouse.is_protected('app.tap_events'), 'and is protected');
select lives_ok('create table app.tap_events_2026 partition of app.tap_events
                 for values from (''2026-01-01'') to (''2027-01-01'')', 'so may a partition');
select ok(rowhouse.is_protected(to_regclass('app.tap_events_2026')),
          'which is protected by itself, for those who name it');
select lives_ok('create table app.tap_events_old (like app.tap_events including all)', 'a table may be made apart');
select throws_ok('alter table app.tap_events attach partition app.tap_events_old default', '42710', null,
                 'but has a trigger that it would get from its parent');
drop trigger _100_touch on app.tap_events_old;
select lives_ok('alter table app.tap_events attach partition app.tap_events_old default',
          'without it, it can be attached');
select ok(rowhouse.is_protected('app.tap_events_old'), 'it stays protected');
select has_trigger('app', t, '_100_touch', t || ' keeps its rows in their tenant')
  from unnest('{tap_events,tap_events_2026,tap_events_old}'::name[]) t;
reset role;
alter table app.tap_into owner to rowhouse_owner;
drop index if exists app.tap_notes_body_idx;
select is_empty('select * from rowhouse.lint() where object like ''app.tap\_%''',
          'lint finds no fault with all these');
select * from finish();
rollback;
