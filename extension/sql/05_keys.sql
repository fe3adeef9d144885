-- What a table must be before it can stand behind the wall.

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
