-- Accounts and memberships: members see their own account; the identity functions work on all.

grant select, insert, update, delete on app.accounts, app.memberships to rowhouse_system;
grant select on app.accounts, app.memberships to rowhouse_tenant;

create policy member_select on app.accounts
    for select to rowhouse_tenant
    using (rowhouse.has_permission('account:read'));

create policy member_select on app.memberships
    for select to rowhouse_tenant
    using (rowhouse.has_permission('account:read'));
