-- Whose pages may call the API from a browser.

-- definitions

set local role rowhouse_system;

create or replace function rowhouse_private.allows_origin(origin text, tenant_id uuid) returns boolean
    language sql stable parallel restricted
begin atomic
    -- The list is free text: a star or "null" in it is no origin.
    select allows_origin.origin like '%://%'
       and exists (select from app.accounts a
                    where a.cors_origins @> array[allows_origin.origin]
                      and (allows_origin.tenant_id is null or a.tenant_id = allows_origin.tenant_id));
end;
comment on function rowhouse_private.allows_origin(text, uuid) is
'Whether a tenant lists that origin; for NULL, as a preflight that names no tenant asks, whether any does.';
select rowhouse.authenticator('origins', 'rowhouse_private.allows_origin');

set local role rowhouse_owner;
