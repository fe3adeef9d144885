-- Accounts: members see their own, admins change it, owners close it; the identity functions work on all.

grant select, insert, update, delete on app.accounts to rowhouse_system;
grant select on app.accounts to rowhouse_tenant;
grant update (name, time_zone, cors_origins, mfa_required_for_admin, remember_devices, session_idle_seconds,
              session_absolute_seconds) on app.accounts to rowhouse_tenant;

create policy member_select on app.accounts
    for select to rowhouse_tenant
    using (rowhouse.has_permission('account:read'));

-- Who may not close an account leaves one alone that is being closed.
create policy member_update on app.accounts
    for update to rowhouse_tenant
    using (rowhouse.has_permission('account:write'))
    with check (rowhouse.has_permission('account:write') and (closes_at is null or rowhouse.has_permission('account:close')));
