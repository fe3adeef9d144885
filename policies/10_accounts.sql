-- Accounts: members see their own; the identity functions work on all.

grant select, insert, update, delete on app.accounts to rowhouse_system;
grant select on app.accounts to rowhouse_tenant;

create policy member_select on app.accounts
    for select to rowhouse_tenant
    using (rowhouse.has_permission('account:read'));
