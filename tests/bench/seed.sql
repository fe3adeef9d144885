-- Tenants with contacts and sessions for the benchmark; psql variables: tenants, contacts.
begin;
insert into rowhouse_private.tenants (slug)
select 'bench-' || n from generate_series(1, :tenants) n;
insert into app.accounts (tenant_id, name)
select t.id, t.slug from rowhouse_private.tenants t where t.slug like 'bench-%';
-- One hash for all: the benchmark logs in as the first user only.
insert into rowhouse_private.users (name, email, password_hash)
select t.slug, t.slug || '@bench.example', h.hash
  from rowhouse_private.tenants t
 cross join (select rowhouse.hash_password('bench-password') as hash offset 0) h
 where t.slug like 'bench-%';
insert into app.memberships (tenant_id, user_id, role)
select t.id, u.id, 'owner'
  from rowhouse_private.tenants t
  join rowhouse_private.users u on u.email = t.slug || '@bench.example';
insert into rowhouse_private.sessions (tenant_id, user_id, device_hash, idle_until, expires_at)
select m.tenant_id, m.user_id, '\x00', now() + interval '1 day', now() + interval '1 day'
  from app.memberships m;
insert into app.contacts (tenant_id, name, phone, email)
select t.id, 'Contact ' || n, '+55119' || lpad(n::text, 8, '0'), 'c' || n || '@bench.example'
  from rowhouse_private.tenants t, generate_series(1, :contacts) n
 where t.slug like 'bench-%';
commit;
vacuum analyze;
