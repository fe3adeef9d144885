-- Schemas in which every table is protected as it is made.

create function rowhouse.protect_schema(schema_name text) returns void
    language sql volatile strict parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    insert into rowhouse.protected_schemas (name) values (schema_name) on conflict do nothing
$$;
comment on function rowhouse.protect_schema(text) is
'From now on every table made in this schema is protected as it is made, or refused when it has no tenant_id.';

create function rowhouse.keep_protected(relation regclass) returns void
    language plpgsql volatile strict parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    if rowhouse.is_protected(relation) then
        perform rowhouse.check_keys(relation);
    else
        perform rowhouse.protect(relation);
    end if;
end
$$;
comment on function rowhouse.keep_protected(regclass) is
'Protects a table, or checks its keys when it is protected. Raises 55000 for what cannot stand behind the wall.';

create function rowhouse.on_table_change() returns event_trigger
    language c volatile parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_on_table_change';
comment on function rowhouse.on_table_change() is
'Protects what is made in, moved to or laid open in a protected schema, and checks the keys of what is changed there. Looks up as rowhouse_system, so that it stands in nobody else''s way.';

create function rowhouse.reset_policies() returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    statement text;
begin
    for statement in
        select format('drop policy %I on %s', p.polname, rowhouse.table_name(p.polrelid))
          from pg_policy p
          join pg_class c on c.oid = p.polrelid
          join pg_namespace n on n.oid = c.relnamespace
          join rowhouse.protected_schemas s on s.name = n.nspname
         where p.polpermissive
           and p.polname <> 'owner_all'
        union all
        select format('revoke all on %s from rowhouse_tenant, rowhouse_public, rowhouse_platform, '
                      'rowhouse_reporting, rowhouse_system', rowhouse.table_name(c.oid))
          from pg_class c
          join pg_namespace n on n.oid = c.relnamespace
          join rowhouse.protected_schemas s on s.name = n.nspname
         where c.relkind in ('r', 'p', 'v', 'm')
    loop
        execute statement;
    end loop;
end
$$;
comment on function rowhouse.reset_policies() is
'Drops every permissive policy but owner_all, and every grant on the tables of protected schemas, before all policy files are applied again: what the files do not say does not hold.';
