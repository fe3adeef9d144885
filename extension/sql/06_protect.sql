-- The wall around a tenant's rows, put up table by table.

create function rowhouse.tg__touch() returns trigger
    language c volatile parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_tg__touch';
comment on function rowhouse.tg__touch() is
'Before update or delete of a row: keeps it in its tenant (RH403), honours the If-Match of the request that names it (RH412), stamps updated_at.';

create function rowhouse.protect(relation regclass) returns void
    language plpgsql volatile strict parallel unsafe
    set search_path = pg_catalog, pg_temp
    set client_min_messages = warning
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
        drop policy if exists same_tenant on %1$s;
        drop policy if exists owner_all on %1$s;
        create policy same_tenant on %1$s as restrictive
            using (tenant_id = rowhouse.tenant_id())
            with check (tenant_id = rowhouse.tenant_id());
        create policy owner_all on %1$s to rowhouse_owner using (true);
        alter table %1$s
            alter column tenant_id set default rowhouse.tenant_id(),
            alter column tenant_id set not null,
            enable row level security,
            force row level security;
        revoke truncate, references, trigger on %1$s from public;
    $ddl$, name);
    -- A partition has its parent's trigger already.
    if not exists (select from pg_trigger t
                    where t.tgrelid = relation and t.tgname = '_100_touch') then
        execute format('create trigger _100_touch before update or delete on %s
            for each row execute function rowhouse.tg__touch()', name);
    end if;
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
