-- Protections to remove, one at a time, generated from the catalog: what, of which object, how,
-- for roles, which all databases share, how it is mended, and whether requests could show it.
\ir ../sql/helpers.psql
begin;
\ir catalog.psql
\pset format unaligned
\pset fieldsep '\t'
\pset tuples_only on

create temporary view keys as
    select k.conname, k.contype, k.conrelid::regclass::text as relation, k.confrelid::regclass::text as parent,
           (select string_agg(quote_ident(a.attname), ', ' order by c.n) from unnest(k.conkey) with ordinality c (num, n)
              join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.num where a.attname <> 'tenant_id') as rest,
           (select string_agg(quote_ident(a.attname), ', ' order by c.n) from unnest(k.confkey) with ordinality c (num, n)
              join pg_attribute a on a.attrelid = k.confrelid and a.attnum = c.num where a.attname <> 'tenant_id') as parent_rest
      from pg_constraint k join walled w on w.oid = k.conrelid
      join pg_attribute t on t.attrelid = k.conrelid and t.attname = 'tenant_id' and k.conkey[1] = t.attnum
     where cardinality(k.conkey) > 1;

create temporary table mutants (number serial, what text, over text, statement text, mend text default '', kind text);
insert into mutants (what, over, statement) values
    ('the wall dropped', 'table', 'drop policy same_tenant on %1$s'),
    ('the wall permissive', 'table', 'drop policy same_tenant on %1$s; create policy same_tenant on %1$s using (tenant_id = rowhouse.tenant_id())'),
    ('the wall lets all be read', 'table', 'alter policy same_tenant on %1$s using (true)'),
    ('the wall lets all be written', 'table', 'alter policy same_tenant on %1$s with check (true)'),
    ('the wall only against reading', 'table', 'drop policy same_tenant on %1$s; create policy same_tenant on %1$s as restrictive for select using (tenant_id = rowhouse.tenant_id())'),
    ('the wall not for rowhouse_tenant', 'table', 'alter policy same_tenant on %1$s to rowhouse_owner'),
    ('row level security not forced', 'table', 'alter table %1$s no force row level security'),
    ('row level security disabled', 'table', 'alter table %1$s disable row level security'),
    ('the table owned by who is past it', 'table', 'alter table %1$s owner to rowhouse_system'),
    ('everybody may truncate', 'table', 'grant truncate on %1$s to public'),
    ('the public role may read', 'table', 'grant select on %1$s to rowhouse_public; create policy anybody_select on %1$s for select to rowhouse_public using (true)'),
    ('the gateway may read', 'table', 'grant usage on schema app, rowhouse to rowhouse_gateway; grant select on %1$s to rowhouse_gateway'),
    ('rowhouse_system may read', 'unshared table', 'grant select on %1$s to rowhouse_system'),
    ('tenant_id without default', 'table of app', 'alter table %1$s alter tenant_id drop default'),
    ('rows may change their tenant', 'table of app', 'drop trigger _100_touch on %1$s'),
    ('the trigger disabled', 'table of app', 'alter table %1$s disable trigger _100_touch'),
    ('a view with its owner''s power', 'table of app', 'create view reporting.every as select * from %1$s'),
    ('a table no longer declared global', 'global table', 'delete from rowhouse.global_tables where name = %1$L'),
    ('tenants may read what is global', 'global table', 'grant usage on schema rowhouse_private to rowhouse_tenant; grant select on %1$s to rowhouse_tenant, rowhouse_public, rowhouse_gateway'),
    ('a policy that asks for nothing', 'reading policy', 'alter policy %1$s on %2$s using (true)'),
    ('a policy that asks for nothing', 'writing policy', 'alter policy %1$s on %2$s with check (true)'),
    ('a policy for everybody', 'policy', 'alter policy %1$s on %2$s to public'),
    ('a policy dropped', 'policy', 'drop policy %1$s on %2$s'),
    ('a route without its permission', 'guarded route', 'update rowhouse.routes set permission = null where method = %1$L and pattern = %2$L'),
    ('a route with another permission', 'guarded route', 'update rowhouse.routes set permission = ''account:read'' where method = %1$L and pattern = %2$L'),
    ('a route for anybody', 'guarded route', 'update rowhouse.routes set access = ''public'', permission = null where method = %1$L and pattern = %2$L'),
    ('an endpoint past the wall', 'guarded endpoint', 'grant all on all tables in schema app to rowhouse_system; alter function %1$s owner to rowhouse_system; alter function %1$s security definer'),
    ('an endpoint for every role', 'endpoint', 'grant execute on function %1$s to public'),
    ('an endpoint for another role', 'endpoint', 'grant execute on function %1$s to rowhouse_worker'),
    ('an open search_path', 'pinned routine', 'alter function %1$s reset search_path'),
    ('a function that says it does not leak', 'routine', 'alter function %1$s leakproof'),
    ('the mechanism for every tenant', 'mechanism', 'grant execute on function %1$s to rowhouse_tenant, rowhouse_worker'),
    ('the event trigger disabled', 'once', 'alter event trigger rowhouse_protect disable'),
    ('tenants make tables', 'once', 'grant create on schema app to rowhouse_tenant'),
    ('app not protected', 'once', 'delete from rowhouse.protected_schemas where name = ''app'''),
    ('revocation not read', 'once', replace(regexp_replace(pg_get_functiondef('rowhouse_private.read_session'::regproc), '\s+', ' ', 'g'), 's.revoked_at IS NOT NULL', 'false')),
    ('sessions read by who is bound', 'once', 'alter function rowhouse_private.read_session owner to rowhouse_owner');
insert into mutants (what, over, statement, kind)
select 'a key over all tenants: ' || conname, 'once',
       format('alter table %s drop constraint %I cascade; alter table %1$s add constraint %2$I %s (%s)', relation, conname,
              case contype when 'p' then 'primary key' else 'unique' end, rest), 'key ' || contype::text
  from keys where contype in ('p', 'u')
union all
select 'a reference over all tenants: ' || conname || ' of ' || relation, 'once',
       format('create unique index on %1$s (%2$s); alter table %3$s drop constraint %4$I, add constraint %4$I foreign key (%5$s) references %1$s (%2$s)',
              parent, parent_rest, relation, conname, rest), 'reference'
  from keys where contype = 'f';
insert into mutants (what, over, statement, mend, kind)
select r.rolname || ' is past the wall', 'role', format('alter role %I bypassrls', r.rolname), format('alter role %I nobypassrls', r.rolname), 'past the wall'
  from pg_roles r where r.rolname like 'rowhouse\_%' and not r.rolbypassrls
union all
select r.rolname || ' is a superuser', 'role', format('alter role %I superuser', r.rolname), format('alter role %I nosuperuser', r.rolname), 'superuser'
  from pg_roles r where r.rolname like 'rowhouse\_%'
union all
select format('%s is a member of %s', m.name, r.rolname), 'role', format('grant %I to %I', r.rolname, m.name), format('revoke %I from %I', r.rolname, m.name), 'member'
  from pg_roles r, unnest('{rowhouse_gateway,rowhouse_worker,rowhouse_tenant}'::text[]) m (name)
 where r.rolname like 'rowhouse\_%' and r.rolname <> m.name;

-- Of each kind one is marked for a short run, by chance, but always the same.
select regexp_replace(m.what || coalesce(' (' || nullif(b.name, '') || ')', ''), '\s+', ' ', 'g'),
       case when m.over = 'role' then 'role' else 'database' end,
       regexp_replace(case when m.over in ('role', 'once') then m.statement else format(m.statement, b.first, b.second, b.name) end, '\s+', ' ', 'g'),
       m.mend,
       m.what ~ '^(the wall|row level|the table owned|a policy|a route|an endpoint past|revocation|sessions|a key|a reference|rowhouse_tenant)',
       row_number() over (partition by coalesce(m.kind, m.number::text) order by md5(m.what || m.number || b.name)) = 1
  from mutants m
  join (select * from objects where over <> 'role' union all select 'role', '', '', ''
        union all select 'unshared table', o.name, o.first, o.second from objects o
         where o.over = 'table of app' and not has_table_privilege('rowhouse_system', o.name, 'select')
        union all select 'guarded endpoint', o.name, o.first, o.second from objects o
          join rowhouse.routes r on to_regproc(r.function)::regprocedure::text = o.name where o.over = 'endpoint' and r.permission is not null) b
    on b.over = m.over
 order by m.number, b.name;
rollback;
