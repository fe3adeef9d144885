-- API keys and instance tokens: nobody reads the hashes of their secrets; making one is for
-- functions past the wall, which hash.

grant select, insert, update on app.api_keys to rowhouse_system;
grant select (id, tenant_id, kind, name, permissions, instance_id, networks, expires_at, last_used_at, created_by,
              revoked_at, created_at, updated_at) on app.api_keys to rowhouse_tenant;
grant update (name, permissions, networks, revoked_at) on app.api_keys to rowhouse_tenant;

create policy member_select on app.api_keys
    for select to rowhouse_tenant
    using (rowhouse.has_permission('api-keys:read'));

create policy member_update on app.api_keys
    for update to rowhouse_tenant
    using (rowhouse.has_permission('api-keys:write'))
    with check (rowhouse.has_permission('api-keys:write'));
