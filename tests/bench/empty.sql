-- Takes the benchmark's tenants away, for another set of them.
set session_replication_role = replica;
truncate app.contacts, app.memberships, app.role_ancestors, app.roles, app.accounts, rowhouse_private.sessions, rowhouse_private.users,
    rowhouse_private.tenants cascade;
