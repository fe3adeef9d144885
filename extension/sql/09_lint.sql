-- What is wrong with your schema.

create function rowhouse.watched_schemas() returns setof text
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select name from rowhouse.protected_schemas
    union
    select n.nspname::text
      from pg_namespace n
     where n.nspname in ('app', 'api', 'reporting', 'rowhouse', 'rowhouse_private')
$$;
comment on function rowhouse.watched_schemas() is
'The schemas that rowhouse.lint() looks at.';

create function rowhouse.table_faults()
    returns table (rule text, object text, message text)
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    with tables as (
        select c.oid::regclass as relation, rowhouse.table_name(c.oid) as name, c.relowner,
               n.nspname in (select s.name from rowhouse.protected_schemas s) as is_in_wall
          from pg_class c
          join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p')
           and n.nspname in (select rowhouse.watched_schemas())
    )
    select 'unprotected_table', t.name, 'is neither protected nor declared global'
      from tables t
     where not rowhouse.is_protected(t.relation)
       and (t.is_in_wall or t.name not in (select g.name from rowhouse.global_tables g))
    union all
    select 'tenant_key', t.name, k.fault || '. ' || k.mend
      from tables t, rowhouse.key_faults(t.relation) k
     where rowhouse.is_protected(t.relation)
    union all
    select 'powerful_owner', t.name, format('is owned by %s, whom RLS does not bind', r.rolname)
      from tables t
      join pg_roles r on r.oid = t.relowner
     where (r.rolsuper or r.rolbypassrls) and rowhouse.is_protected(t.relation)
    union all
    select 'granted_truncate', t.name, format('may be truncated by %s', g.grantee)
      from tables t
      join information_schema.role_table_grants g
        on t.name = format('%I.%I', g.table_schema, g.table_name)
     where g.privilege_type = 'TRUNCATE'
       and g.grantee <> pg_get_userbyid(t.relowner)
       and rowhouse.is_protected(t.relation)
    union all
    select 'unindexed_foreign_key', t.name, format('foreign key %s has no index', k.conname)
      from tables t
      join pg_constraint k on k.conrelid = t.relation and k.contype = 'f'
     where not exists (
           select from pg_index i
            where i.indrelid = t.relation
              and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
$$;
comment on function rowhouse.table_faults() is
'The faults of tables, for rowhouse.lint().';

create function rowhouse.routine_faults()
    returns table (rule text, object text, message text)
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    with routines as (
        select p.*, n.nspname, p.oid::regprocedure::text as name
          from pg_proc p
          join pg_namespace n on n.oid = p.pronamespace
         where n.nspname in (select rowhouse.watched_schemas())
    )
    select 'public_execute', r.name, 'may be executed by PUBLIC'
      from routines r
     where exists (select from aclexplode(coalesce(r.proacl, acldefault('f', r.proowner))) a
                    where a.grantee = 0 and a.privilege_type = 'EXECUTE')
    union all
    select 'open_search_path', r.name, 'has no pinned search_path'
      from routines r
      join pg_language l on l.oid = r.prolang and l.lanname in ('sql', 'plpgsql')
     where r.prosqlbody is null
       and not exists (select from unnest(r.proconfig) s (setting)
                        where s.setting like 'search_path=%')
    union all
    select 'powerful_definer', r.name, format('runs with the power of %s', o.rolname)
      from routines r
      join pg_roles o on o.oid = r.proowner
     where r.prosecdef
       and r.nspname <> 'rowhouse'
       and o.rolname <> 'rowhouse_system'
       and (o.rolsuper or o.rolbypassrls)
$$;
comment on function rowhouse.routine_faults() is
'The faults of functions, for rowhouse.lint().';

create function rowhouse.lint()
    returns table (rule text, object text, message text)
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select * from rowhouse.table_faults()
    union all
    select * from rowhouse.routine_faults()
    union all
    select 'definer_view', rowhouse.table_name(c.oid), 'shows rows with its owner''s power: set security_invoker'
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'v'
       and n.nspname in (select rowhouse.watched_schemas())
       and not coalesce('security_invoker=true' = any (c.reloptions)
                        or 'security_invoker=on' = any (c.reloptions), false)
    union all
    select 'materialized_view', rowhouse.table_name(c.oid), 'holds rows of all tenants: RLS does not reach it'
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'm'
       and n.nspname in (select rowhouse.watched_schemas())
    union all
    select 'dead_route', r.method || ' ' || r.pattern, rowhouse.route_fault(r.method, r.pattern, r.function, r.keyset)
      from rowhouse.routes r
     where rowhouse.route_fault(r.method, r.pattern, r.function, r.keyset) is not null
     order by 1, 2
$$;
comment on function rowhouse.lint() is
'What is wrong with your tables, functions, views and routes: rule, object and what to do. No row: nothing found.';
