-- Which tenant a request names, by its host or by X-Tenant; it gives no right.

-- definitions

set local role rowhouse_system;

create or replace function rowhouse_private.read_tenant(slug text) returns uuid
    language sql stable parallel restricted
begin atomic
    select t.id from rowhouse_private.tenants t where t.slug = read_tenant.slug;
end;
comment on function rowhouse_private.read_tenant(text) is
'The tenant of that slug at this moment; NULL when there is none. Read before a tenant is known.';
select rowhouse.authenticator('tenant', 'rowhouse_private.read_tenant');

create or replace function rowhouse_private.check_named_tenant(slug text) returns void
    language plpgsql volatile parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
begin
    if rowhouse.named_tenant() <> slug then
        perform rowhouse.refuse('tenant_mismatch', 'The request names two tenants.');
    end if;
end
$$;
comment on function rowhouse_private.check_named_tenant(text) is
'Refuses (tenant_mismatch) a request that names, by host or X-Tenant, another tenant than this one; NULL is any.';

create or replace function rowhouse_private.wanted_tenant(slug text) returns text
    language plpgsql volatile parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.check_named_tenant(slug);
    if rowhouse.named_tenant() is not null and rowhouse_private.read_tenant(rowhouse.named_tenant()) is null then
        perform rowhouse.refuse('not_found', 'There is no such tenant.');
    end if;
    return coalesce(slug, rowhouse.named_tenant());
end
$$;
comment on function rowhouse_private.wanted_tenant(text) is
'The slug of the tenant that a login is for: as its parameter says, else as the request names it; NULL when neither does. Refuses two names (tenant_mismatch), and a named tenant that there is not (not_found).';

set local role rowhouse_owner;
