-- Permissions and the roles that hold them.

-- definitions

select rowhouse.error('role_exists', 409, 'The role exists already', constraint_name => 'roles_name_key');
select rowhouse.error('role_has_children', 409, 'Other roles inherit from the role', constraint_name => 'roles_parent_fkey');
select rowhouse.error('role_in_use', 409, 'Members have the role', constraint_name => 'memberships_role_fkey');
select rowhouse.error('member_exists', 409, 'The user is a member already', constraint_name => 'memberships_user_key');
select rowhouse.error('role_unknown', 422, 'There is no such role');
select rowhouse.error('role_cycle', 422, 'A role cannot inherit from itself');
select rowhouse.error('role_too_deep', 422, 'Roles inherit over 8 steps at most');
select rowhouse.error('permission_unknown', 422, 'There is no such permission');
select rowhouse.error('beyond_own_permissions', 403, 'Nobody can give or take what they do not hold');
select rowhouse.error('last_owner', 409, 'An account needs an owner');

-- Emptied here, filled by each domain: what no domain permits any more goes away.
delete from rowhouse_private.permissions;

create or replace function rowhouse_private.permit(permission text, lowest_role text, description text) returns void
    language sql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    insert into rowhouse_private.permissions (name, lowest_role, description)
    values (permission, lowest_role, description)
    on conflict (name) do update
       set lowest_role = excluded.lowest_role,
           description = excluded.description
$$;
comment on function rowhouse_private.permit(text, text, text) is
'Registers a permission and the lowest of the system roles viewer, agent, manager, admin, owner that holds it. Each domain does so for its own.';

select rowhouse_private.permit('account:read', 'viewer', 'See the account and its settings');
select rowhouse_private.permit('account:write', 'admin', 'Change the account and its settings');
select rowhouse_private.permit('account:close', 'owner', 'Close the account');
select rowhouse_private.permit('audit:read', 'admin', 'Read the audit trail');
select rowhouse_private.permit('events:read', 'admin', 'See what was told to other systems');
select rowhouse_private.permit('members:read', 'viewer', 'See who belongs to the account');
select rowhouse_private.permit('members:write', 'admin', 'Invite, change and remove members');
select rowhouse_private.permit('roles:read', 'viewer', 'See the roles');
select rowhouse_private.permit('roles:write', 'admin', 'Make, change and remove roles');

grant select on rowhouse_private.permissions to rowhouse_system;
-- As the policies say; migrations spread permissions before these are applied.
grant select, insert, update, delete on app.roles, app.role_ancestors to rowhouse_system;
