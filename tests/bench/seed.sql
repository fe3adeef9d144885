-- Tenants with contacts and sessions for the benchmark, numbered from :first to :last; :contacts
-- for each. They log in as bench-N@bench.example. Their ids are numbers, so that pgbench can draw
-- them: see common.sh.
begin;
insert into rowhouse_private.tenants (id, slug)
select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'bench-' || n
  from generate_series(:first, :last) n;
insert into app.accounts (tenant_id, name)
select t.id, t.slug
  from generate_series(:first, :last) n
  join rowhouse_private.tenants t on t.slug = 'bench-' || n;
-- One hash for all: a thousand would take longer than the benchmark.
insert into rowhouse_private.users (name, email, password_hash)
select 'bench-' || n, 'bench-' || n || '@bench.example', h.hash
  from generate_series(:first, :last) n
 cross join (select rowhouse.hash_password('bench-password') as hash offset 0) h;
insert into app.memberships (tenant_id, user_id, role)
select t.id, u.id, 'owner'
  from generate_series(:first, :last) n
  join rowhouse_private.tenants t on t.slug = 'bench-' || n
  join rowhouse_private.users u on u.email = t.slug || '@bench.example';
insert into rowhouse_private.sessions (tenant_id, user_id, device_hash, idle_until, expires_at)
select m.tenant_id, m.user_id, '\x00', clock_timestamp() + interval '1 day', clock_timestamp() + interval '1 day'
  from generate_series(:first, :last) n
  join rowhouse_private.tenants t on t.slug = 'bench-' || n
  join app.memberships m on m.tenant_id = t.id;
insert into app.contacts (tenant_id, id, name, phone, email)
select t.id, ('00000000-0000-7000-8000-' || lpad(c::text, 12, '0'))::uuid, 'Contact ' || c, '+55119' || lpad(c::text, 8, '0'), 'c' || c || '@bench.example'
  from generate_series(:first, :last) n
  join rowhouse_private.tenants t on t.slug = 'bench-' || n
 cross join generate_series(1, :contacts) c;
commit;
vacuum analyze;
