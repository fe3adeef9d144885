-- The roles that every account has, and the rules of membership.

-- definitions

set local role rowhouse_system;

create or replace function rowhouse_private.tg_accounts__system_roles() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    insert into app.roles (tenant_id, name, parent, is_system, own_permissions)
    select new.tenant_id, s.name, s.parent, true,
           array(select p.name from rowhouse_private.permissions p where p.lowest_role = s.name order by p.name)
      from (values (1, 'viewer', null), (2, 'agent', 'viewer'), (3, 'manager', 'agent'),
                   (4, 'admin', 'manager'), (5, 'owner', 'admin')) s (rank, name, parent)
     order by s.rank;
    return null;
end
$$;
comment on function rowhouse_private.tg_accounts__system_roles() is
'Gives a new account its roles viewer, agent, manager, admin and owner, each inheriting from the one before.';
grant execute on function rowhouse_private.tg_accounts__system_roles() to rowhouse_owner;

create or replace function rowhouse_private.refresh_system_roles() returns void
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    update app.roles r
       set own_permissions = held.permissions
      from (select s.name, array(select p.name from rowhouse_private.permissions p
                                  where p.lowest_role = s.name order by p.name)
              from unnest(array['viewer', 'agent', 'manager', 'admin', 'owner']) s (name)) held (name, permissions)
     where r.is_system
       and r.name = held.name
       and r.own_permissions <> held.permissions;
end
$$;
comment on function rowhouse_private.refresh_system_roles() is
'Gives the system roles of every account the permissions that the domains now say. Migrations do so; superusers call it after permit() by hand.';
grant execute on function rowhouse_private.refresh_system_roles() to rowhouse_owner;

create or replace function rowhouse_private.tg_memberships__check() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.check_role_grantable(new.tenant_id, new.role, 'role');
    if tg_op = 'UPDATE' then
        perform rowhouse_private.check_role_grantable(old.tenant_id, old.role, 'role');
    else
        select u.name, u.email into new.name, new.email
          from rowhouse_private.users u
         where u.id = new.user_id;
    end if;
    return new;
end
$$;
comment on function rowhouse_private.tg_memberships__check() is
'Nobody gives a role, or takes one away, that holds more than they do. A new member has the user''s name and address.';
grant execute on function rowhouse_private.tg_memberships__check() to rowhouse_owner;

create or replace function rowhouse_private.tg_memberships__check_removal() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- Who leaves takes nothing from anybody else.
    if old.user_id is distinct from rowhouse.user_id() then
        perform rowhouse_private.check_role_grantable(old.tenant_id, old.role, 'role');
    end if;
    return old;
end
$$;
comment on function rowhouse_private.tg_memberships__check_removal() is
'Nobody removes a member who holds more than they do.';
grant execute on function rowhouse_private.tg_memberships__check_removal() to rowhouse_owner;

create or replace function rowhouse_private.tg_memberships__keep_owner() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- One at a time in an account: two owners who leave together would each see the other stay.
    perform from app.accounts a where a.tenant_id = old.tenant_id for no key update;
    if not exists (select from app.memberships m where m.tenant_id = old.tenant_id and m.role = 'owner') then
        perform rowhouse.refuse('last_owner', 'Make another member owner first.');
    end if;
    return null;
end
$$;
comment on function rowhouse_private.tg_memberships__keep_owner() is
'Refuses (last_owner) what would leave an account without an owner.';
grant execute on function rowhouse_private.tg_memberships__keep_owner() to rowhouse_owner;

create or replace function rowhouse_private.tg_users__membership_names() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    update app.memberships m
       set name = new.name,
           email = new.email
     where m.user_id = new.id;
    return null;
end
$$;
comment on function rowhouse_private.tg_users__membership_names() is
'Gives the memberships of a user the name and address that the user now has.';
grant execute on function rowhouse_private.tg_users__membership_names() to rowhouse_owner;

set local role rowhouse_owner;

create or replace trigger _200_system_roles after insert on app.accounts
    for each row execute function rowhouse_private.tg_accounts__system_roles();
create or replace trigger _200_check before insert or update of role on app.memberships
    for each row execute function rowhouse_private.tg_memberships__check();
create or replace trigger _200_check_removal before delete on app.memberships
    for each row execute function rowhouse_private.tg_memberships__check_removal();
create or replace trigger _300_keep_owner after delete on app.memberships
    for each row when (old.role = 'owner') execute function rowhouse_private.tg_memberships__keep_owner();
create or replace trigger _300_keep_owner_on_change after update of role on app.memberships
    for each row when (old.role = 'owner' and new.role <> 'owner')
    execute function rowhouse_private.tg_memberships__keep_owner();
create or replace trigger _200_membership_names after update of name, email on rowhouse_private.users
    for each row when (old.name <> new.name or old.email <> new.email)
    execute function rowhouse_private.tg_users__membership_names();
