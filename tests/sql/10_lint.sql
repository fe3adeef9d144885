-- lint() names each fault, and nothing else.
begin;
\ir helpers.psql
select plan(23);

select is_empty('select * from rowhouse.lint()', 'the schema as it is has no fault');

-- What the event trigger would not let through is made while it is off.
alter event trigger rowhouse_protect disable;
create table app.tap_bare (tenant_id uuid not null, id uuid);
create table rowhouse_private.tap_undeclared (id uuid);
set local role rowhouse_owner;
create table app.tap_key (tenant_id uuid not null, id uuid, primary key (tenant_id, id));
select rowhouse.protect('app.tap_key') \gset
alter table app.tap_key add constraint tap_code unique (id);
create table app.tap_parent (tenant_id uuid not null, id uuid, primary key (tenant_id, id));
select rowhouse.protect('app.tap_parent') \gset
create table app.tap_child (tenant_id uuid not null, id uuid, parent_id uuid, parent_tenant uuid, friend_id uuid,
    primary key (tenant_id, id),
    constraint tap_unindexed foreign key (tenant_id, parent_id) references app.tap_parent);
select rowhouse.protect('app.tap_child') \gset
alter table app.tap_child
    add constraint tap_cross foreign key (parent_tenant, parent_id) references app.tap_parent,
    add constraint tap_null foreign key (tenant_id, friend_id) references app.tap_parent on delete set null;
create index on app.tap_child (parent_tenant, parent_id);
create index on app.tap_child (tenant_id, friend_id);
create table app.tap_truncated (tenant_id uuid not null, id uuid, primary key (tenant_id, id));
select rowhouse.protect('app.tap_truncated') \gset
grant truncate on app.tap_truncated to rowhouse_tenant;
create table app.tap_open (tenant_id uuid not null, id uuid, primary key (tenant_id, id));
select rowhouse.protect('app.tap_open') \gset
alter table app.tap_open no force row level security;
create table app.tap_switched_off (tenant_id uuid not null, id uuid, primary key (tenant_id, id));
select rowhouse.protect('app.tap_switched_off') \gset
alter table app.tap_switched_off disable row level security;
create table app.tap_unwalled (tenant_id uuid not null, id uuid, primary key (tenant_id, id));
select rowhouse.protect('app.tap_unwalled') \gset
drop policy same_tenant on app.tap_unwalled;
create policy same_tenant on app.tap_unwalled using (true);
create table app.tap_super (tenant_id uuid not null, id uuid, primary key (tenant_id, id));
select rowhouse.protect('app.tap_super') \gset
create view reporting.tap_view as select * from app.tap_key;
create materialized view reporting.tap_copy as select * from app.tap_key;
create function api.tap_public() returns integer language sql stable set search_path = pg_catalog return 1;
grant execute on function api.tap_public() to public;
create function api.tap_unpinned() returns integer language plpgsql stable as $$begin return 1; end$$;
create function api.tap_dead(id uuid) returns integer language sql stable set search_path = pg_catalog return 1;
select rowhouse.route('GET', '/tap-dead/:id', 'api.tap_dead', access => 'public') \gset
reset role;
alter function api.tap_dead(uuid) volatile;
alter table app.tap_super owner to rowhouse_system;
create function app.tap_powerful() returns integer
    language plpgsql stable security definer set search_path = pg_catalog as $$begin return 1; end$$;
revoke execute on function app.tap_powerful() from public;
alter event trigger rowhouse_protect enable;

create temporary table found as select * from rowhouse.lint();
select isnt_empty(format('select from found where rule = %L and object = %L and message ~ %L', f.rule, f.object, f.message),
                  format('lint names %s: %s', f.object, f.rule))
  from (values
    ('unprotected_table', 'app.tap_bare', 'neither protected nor declared'),
    ('unprotected_table', 'rowhouse_private.tap_undeclared', 'neither protected nor declared'),
    ('unprotected_table', 'app.tap_open', 'neither protected nor declared'),
    ('unprotected_table', 'app.tap_switched_off', 'neither protected nor declared'),
    ('unprotected_table', 'app.tap_unwalled', 'neither protected nor declared'),
    ('tenant_key', 'app.tap_key', 'tap_code does not begin with tenant_id'),
    ('tenant_key', 'app.tap_child', 'tap_cross does not begin with tenant_id'),
    ('tenant_key', 'app.tap_child', 'tap_null would set tenant_id to null'),
    ('powerful_owner', 'app.tap_super', 'rowhouse_system'),
    ('granted_truncate', 'app.tap_truncated', 'rowhouse_tenant'),
    ('unindexed_foreign_key', 'app.tap_child', 'tap_unindexed'),
    ('public_execute', 'api.tap_public()', 'PUBLIC'),
    ('open_search_path', 'api.tap_unpinned()', 'search_path'),
    ('powerful_definer', 'app.tap_powerful()', 'postgres|superuser|' || current_user),
    ('definer_view', 'reporting.tap_view', 'security_invoker'),
    ('materialized_view', 'reporting.tap_copy', 'RLS does not reach it'),
    ('dead_route', 'GET /api/v1/tap-dead/:id', 'must be stable')) f (rule, object, message);
select is((select count(*) from found where rule <> 'open_search_path' or object <> 'api.tap_unpinned()'), 16::bigint,
          'and says no more than that');

-- A global table must not hide in a schema of tenants.
insert into rowhouse.global_tables values ('app.tap_bare', 'declared, but within the wall');
select isnt_empty('select from rowhouse.lint() where object = ''app.tap_bare'' and rule = ''unprotected_table''',
                  'declaring a table of a protected schema global mends nothing');
select rowhouse.declare_global('rowhouse_private.tap_undeclared', 'a reason for it') \gset
select is_empty('select from rowhouse.lint() where object = ''rowhouse_private.tap_undeclared''',
                'while it does elsewhere');
alter view reporting.tap_view set (security_invoker = true);
select is_empty('select from rowhouse.lint() where object = ''reporting.tap_view''',
                'a view with its reader''s power is no fault');
drop function api.tap_dead(uuid);
select isnt_empty('select from rowhouse.lint() where rule = ''dead_route'' and message ~ ''does not exist''',
                  'a route whose function is gone is dead');
select * from finish();
rollback;
