-- Invitations: who may see and change members may see and change who is to become one.

grant select, delete on app.invitations to rowhouse_tenant;
-- Who invites, and how long it is good, is not for the caller to say.
grant insert (email, role) on app.invitations to rowhouse_tenant;
grant select, delete on app.invitations to rowhouse_system;

create policy member_select on app.invitations
    for select to rowhouse_tenant
    using (rowhouse.has_permission('members:read'));

create policy member_insert on app.invitations
    for insert to rowhouse_tenant
    with check (rowhouse.has_permission('members:write'));

create policy member_delete on app.invitations
    for delete to rowhouse_tenant
    using (rowhouse.has_permission('members:write'));
