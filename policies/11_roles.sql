-- Roles and members: who may read and change them. What nobody holds nobody gives: triggers see to that.

grant select, insert, update, delete on app.roles, app.role_ancestors to rowhouse_system;
grant select, delete on app.roles to rowhouse_tenant;
grant insert (name, parent, own_permissions), update (parent, own_permissions) on app.roles to rowhouse_tenant;

create policy member_select on app.roles
    for select to rowhouse_tenant
    using (rowhouse.has_permission('roles:read'));

create policy member_insert on app.roles
    for insert to rowhouse_tenant
    with check (rowhouse.has_permission('roles:write') and not is_system);

create policy member_update on app.roles
    for update to rowhouse_tenant
    using (rowhouse.has_permission('roles:write') and not is_system)
    with check (rowhouse.has_permission('roles:write') and not is_system);

create policy member_delete on app.roles
    for delete to rowhouse_tenant
    using (rowhouse.has_permission('roles:write') and not is_system);

grant select, delete on app.memberships to rowhouse_tenant;
grant update (role) on app.memberships to rowhouse_tenant;
grant select, insert, update, delete on app.memberships to rowhouse_system;

create policy member_select on app.memberships
    for select to rowhouse_tenant
    using (rowhouse.has_permission('members:read'));

create policy member_update on app.memberships
    for update to rowhouse_tenant
    using (rowhouse.has_permission('members:write'))
    with check (rowhouse.has_permission('members:write'));

create policy member_delete on app.memberships
    for delete to rowhouse_tenant
    using (rowhouse.has_permission('members:write'));
