-- WhatsApp connections: who may read and change them.

grant select on app.instances to rowhouse_system;
grant select, insert, update, delete on app.instances to rowhouse_tenant;

create policy member_select on app.instances
    for select to rowhouse_tenant
    using (rowhouse.has_permission('instances:read'));

create policy member_insert on app.instances
    for insert to rowhouse_tenant
    with check (rowhouse.has_permission('instances:write'));

create policy member_update on app.instances
    for update to rowhouse_tenant
    using (rowhouse.has_permission('instances:write'))
    with check (rowhouse.has_permission('instances:write'));

create policy member_delete on app.instances
    for delete to rowhouse_tenant
    using (rowhouse.has_permission('instances:write'));
