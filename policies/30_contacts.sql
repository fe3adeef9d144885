-- Contacts: members read and write them, each by the permission.

grant select, insert, update, delete on app.contacts to rowhouse_tenant;

create policy member_select on app.contacts
    for select to rowhouse_tenant
    using (rowhouse.has_permission('contacts:read'));

create policy member_insert on app.contacts
    for insert to rowhouse_tenant
    with check (rowhouse.has_permission('contacts:write'));

create policy member_update on app.contacts
    for update to rowhouse_tenant
    using (rowhouse.has_permission('contacts:write'))
    with check (rowhouse.has_permission('contacts:write'));

create policy member_delete on app.contacts
    for delete to rowhouse_tenant
    using (rowhouse.has_permission('contacts:write'));
