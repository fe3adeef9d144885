-- The wall around a tenant's rows, put up table by table.

create function rowhouse.table_name(relation regclass) returns text
    language sql stable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select format('%I.%I', n.nspname, c.relname)
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.oid = relation
$$;
comment on function rowhouse.table_name(regclass) is
'The schema-qualified, quoted name of a table.';

create function rowhouse.is_protected(relation regclass) returns boolean
    language sql stable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select c.relrowsecurity and c.relforcerowsecurity
           and exists (select from pg_policy p
                        where p.polrelid = c.oid
                          and p.polname = 'same_tenant'
                          and not p.polpermissive)
      from pg_class c
     where c.oid = relation
$$;
comment on function rowhouse.is_protected(regclass) is
'Whether the table stands behind the wall that rowhouse.protect() puts up.';

create function rowhouse.key_faults(relation regclass)
    returns table (fault text, mend text)
    language sql stable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    with tenant as (
        select a.attnum from pg_attribute a
         where a.attrelid = relation and a.attname = 'tenant_id' and not a.attisdropped
    )
    select format('unique index %s does not begin with tenant_id', i.indexrelid::regclass),
           'Make tenant_id its first column: uniqueness is checked across tenants and would tell of their values.'
      from pg_index i
     where i.indrelid = relation
       and (i.indisunique or i.indisexclusion)
       and i.indkey[0] is distinct from (select attnum from tenant)
    union all
    select format('foreign key %s does not begin with tenant_id', k.conname),
           'Reference (tenant_id, id): a foreign key is checked past RLS and would tell whether another tenant''s row exists.'
      from pg_constraint k
     where k.conrelid = relation
       and k.contype = 'f'
       and k.conkey[1] is distinct from (select attnum from tenant)
       and not exists (select from rowhouse.global_tables g
                        where g.name = rowhouse.table_name(k.confrelid))
    union all
    select format('foreign key %s would set tenant_id to null', k.conname),
           'Write ON DELETE SET NULL (column), naming the columns without tenant_id.'
      from pg_constraint k
     where k.conrelid = relation
       and k.contype = 'f'
       and k.confdeltype in ('n', 'd')
       and (select attnum from tenant) = any (k.conkey)
       and (k.confdelsetcols is null or (select attnum from tenant) = any (k.confdelsetcols))
$$;
comment on function rowhouse.key_faults(regclass) is
'What is wrong with the keys of a table that has tenant_id, and what to do: unique and foreign keys are checked past RLS, so each must begin with tenant_id.';

create function rowhouse.check_keys(relation regclass) returns void
    language plpgsql stable strict parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
declare
    found record;
begin
    select * into found from rowhouse.key_faults(relation) limit 1;
    if found is not null then
        raise exception 'table %: %', rowhouse.table_name(relation), found.fault
            using errcode = '55000', hint = found.mend;
    end if;
end
$$;
comment on function rowhouse.check_keys(regclass) is
'Raises 55000 with the first of rowhouse.key_faults().';

create function rowhouse.check_tenant_column(relation regclass) returns void
    language plpgsql stable strict parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
declare
    has_nulls boolean;
begin
    perform from pg_attribute a
      where a.attrelid = relation and a.attname = 'tenant_id'
        and a.atttypid = 'uuid'::regtype and not a.attisdropped;
    if not found then
        raise exception 'table % has no column tenant_id of type uuid', rowhouse.table_name(relation)
            using errcode = '55000',
                  hint = 'Add it and say for each row whose it is, or call rowhouse.declare_global() with a reason.';
    end if;
    execute format('select exists (select from %s where tenant_id is null)',
                   rowhouse.table_name(relation)) into has_nulls;
    if has_nulls then
        raise exception 'table % has rows without a tenant', rowhouse.table_name(relation)
            using errcode = '55000', hint = 'Set tenant_id for every row first.';
    end if;
end
$$;
comment on function rowhouse.check_tenant_column(regclass) is
'Raises 55000 when a table has no tenant_id, or rows in which it is NULL.';

create function rowhouse.protect(relation regclass) returns void
    language plpgsql volatile strict parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    name constant text := rowhouse.table_name(relation);
begin
    if rowhouse.is_protected(relation) then
        return;
    end if;
    perform rowhouse.check_tenant_column(relation);
    perform rowhouse.check_keys(relation);
    execute format($ddl$
        alter table %1$s
            alter column tenant_id set default rowhouse.tenant_id(),
            alter column tenant_id set not null,
            enable row level security,
            force row level security;
        create policy same_tenant on %1$s as restrictive
            using (tenant_id = rowhouse.tenant_id())
            with check (tenant_id = rowhouse.tenant_id());
        create policy owner_all on %1$s to rowhouse_owner using (true);
        revoke truncate, references, trigger on %1$s from public;
        create trigger _100_touch before update or delete on %1$s
            for each row execute function rowhouse.tg__touch();
    $ddl$, name);
    if not exists (select from pg_index i
                    join pg_attribute a on a.attrelid = relation and a.attnum = i.indkey[0]
                   where i.indrelid = relation and a.attname = 'tenant_id') then
        execute format('create index on %s (tenant_id)', name);
    end if;
end
$$;
comment on function rowhouse.protect(regclass) is
'Puts a table behind the wall: RLS enabled and forced, the restrictive policy same_tenant that no other policy can widen, owner_all for data migrations inside it, tenant_id not null and by default the caller''s, an index that begins with it, updated_at stamped on change. Who within the tenant may do what is said by permissive policies. Does nothing twice. Raises 55000 for keys that do not begin with tenant_id, saying what to change.';

create function rowhouse.declare_global(relation regclass, reason text) returns void
    language plpgsql volatile strict parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    if length(btrim(reason)) < 10 then
        raise exception 'a table without tenants needs a reason' using errcode = '22023';
    end if;
    execute format('revoke all on %s from public', rowhouse.table_name(relation));
    insert into rowhouse.global_tables (name, reason)
    values (rowhouse.table_name(relation), declare_global.reason)
    on conflict on constraint global_tables_pkey do update set reason = excluded.reason;
end
$$;
comment on function rowhouse.declare_global(regclass, text) is
'Says that a table''s rows belong to no tenant, and why (10 characters at least, else 22023). Nobody gets access by that.';

create function rowhouse.protect_schema(schema_name text) returns void
    language sql volatile strict parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    insert into rowhouse.protected_schemas (name) values (schema_name) on conflict do nothing
$$;
comment on function rowhouse.protect_schema(text) is
'From now on every table made in this schema is protected as it is made, or refused when it has no tenant_id.';

create function rowhouse.on_table_change() returns event_trigger
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    changed record;
begin
    for changed in
        select c.objid::regclass as relation, c.command_tag
          from pg_event_trigger_ddl_commands() c
          join pg_class r on r.oid = c.objid
          join pg_namespace n on n.oid = r.relnamespace
         where c.classid = 'pg_class'::regclass
           and r.relkind in ('r', 'p')
           and n.nspname in (select s.name from rowhouse.protected_schemas s)
    loop
        if rowhouse.is_protected(changed.relation) then
            perform rowhouse.check_keys(changed.relation);
        elsif changed.command_tag <> 'ALTER TABLE' then
            perform rowhouse.protect(changed.relation);
        end if;
    end loop;
end
$$;
comment on function rowhouse.on_table_change() is
'Protects what is made in a protected schema and checks the keys of what is changed there.';

create function rowhouse.tg__touch() returns trigger
    language c volatile parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_tg__touch';
comment on function rowhouse.tg__touch() is
'Before update or delete of a row: keeps it in its tenant (RH403), honours the If-Match of the request that names it (RH412), stamps updated_at.';

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
