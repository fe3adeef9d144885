-- What a database collects in years, for the tests of dump and restore. Run by a superuser.
begin;
set local session_replication_role = replica; -- so that the past can be written

select rowhouse.for_each_tenant($$
    insert into app.contacts (name, notes, created_at, updated_at)
    select 'old friend ' || n, repeat('x', n), timestamptz '2020-01-01' + n * interval '1 hour',
           timestamptz '2021-01-01' + n * interval '1 hour'
      from generate_series(1, 3000) n
$$, array(select id from rowhouse_private.tenants));
update rowhouse_private.users set created_at = '2019-05-01', updated_at = '2019-06-01';
update rowhouse.audit_log set at = at - interval '1 year';
set local session_replication_role = origin;

select rowhouse.rotate_key('jwt'), rowhouse.rotate_key('pepper');

set local role rowhouse_owner;
create view reporting.people with (security_invoker = true) as
    select c.tenant_id, c.name from app.contacts c;
comment on view reporting.people is 'whom a tenant knows';
grant select on reporting.people to rowhouse_reporting;
grant usage on schema app to rowhouse_reporting;
grant select (tenant_id, name) on app.contacts to rowhouse_reporting;
create policy reporting_select on app.contacts for select to rowhouse_reporting using (true);
reset role;

create role life_reports login in role rowhouse_reporting;
select format('alter role life_reports set rowhouse.bound_tenant = %L', id)
  from rowhouse_private.tenants where slug = 'acme' \gexec
set local log_statement = 'none';
alter role life_reports password 'reports';
select format('alter database %I set work_mem = %L', current_database(), '5MB') \gexec
commit;
