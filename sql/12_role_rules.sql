-- How roles inherit, who may give them, and that an account keeps an owner.

-- definitions

set local role rowhouse_system;

create or replace function rowhouse_private.check_grantable(permissions text[], field text default null) returns void
    language plpgsql volatile parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
declare
    unknown constant text[] := array(
        select p from unnest(permissions) p
         where p not in (select c.name from rowhouse_private.permissions c) order by p);
    missing constant text[] := array(
        select p from unnest(permissions) p where not rowhouse.has_permission(p) order by p);
begin
    if cardinality(unknown) > 0 then
        perform rowhouse.refuse('permission_unknown', 'There is no permission '
                                || array_to_string(unknown, ', ') || ': GET /permissions lists them.', field);
    end if;
    -- Without a tenant nobody is asking: an account is being made, or a migration runs.
    if rowhouse.tenant_id() is not null and cardinality(missing) > 0 then
        perform rowhouse.refuse('beyond_own_permissions', 'You do not hold ' || array_to_string(missing, ', ') || '.');
    end if;
end
$$;
comment on function rowhouse_private.check_grantable(text[], text) is
'Refuses permissions that are unknown (permission_unknown) or that whoever is asking does not hold (beyond_own_permissions). Every table that gives permissions calls it.';

create or replace function rowhouse_private.check_role_grantable(tenant_id uuid, role text, field text) returns void
    language plpgsql volatile parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
declare
    held text[];
begin
    select r.permissions into held
      from app.roles r
     where r.tenant_id = check_role_grantable.tenant_id
       and r.name = check_role_grantable.role;
    if not found and role is not null then
        perform rowhouse.refuse('role_unknown', 'GET /roles lists them.', field);
    end if;
    perform rowhouse_private.check_grantable(held);
end
$$;
comment on function rowhouse_private.check_role_grantable(uuid, text, text) is
'The same for all that a role holds; refuses one that there is not (role_unknown), naming the field it came in.';

create or replace function rowhouse_private.refresh_roles(tenants uuid[]) returns void
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from app.role_ancestors a where a.tenant_id = any (tenants);
    insert into app.role_ancestors (tenant_id, role, ancestor, depth)
    with recursive closure as (
        select r.tenant_id, r.name as role, r.name as ancestor, 0 as depth
          from app.roles r
         where r.tenant_id = any (tenants)
        union all
        select c.tenant_id, c.role, r.parent, c.depth + 1
          from closure c
          join app.roles r on r.tenant_id = c.tenant_id and r.name = c.ancestor
         where r.parent is not null)
    select * from closure;
    update app.roles r
       set permissions = held.permissions
      from (select a.tenant_id, a.role, coalesce(array_agg(distinct p order by p) filter (where p is not null), '{}')
              from app.role_ancestors a
              join app.roles r on r.tenant_id = a.tenant_id and r.name = a.ancestor
              left join unnest(r.own_permissions) p on true
             where a.tenant_id = any (tenants)
             group by a.tenant_id, a.role) held (tenant_id, role, permissions)
     where r.tenant_id = held.tenant_id
       and r.name = held.role
       and r.permissions <> held.permissions;
end
$$;
comment on function rowhouse_private.refresh_roles(uuid[]) is
'Works out anew what the roles of these tenants inherit and hold. For trees: whoever changes a parent has checked that.';
grant execute on function rowhouse_private.refresh_roles(uuid[]) to rowhouse_owner;

create or replace function rowhouse_private.check_ancestry(tenant_id uuid, role text, parent text) returns void
    language plpgsql volatile parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
declare
    above integer;
    below integer;
begin
    if exists (select from app.role_ancestors a
                where a.tenant_id = check_ancestry.tenant_id
                  and a.role = check_ancestry.parent and a.ancestor = check_ancestry.role) then
        perform rowhouse.refuse('role_cycle', 'Choose a parent that does not inherit from this role.', 'parent');
    end if;
    select coalesce(max(a.depth), 0) into above from app.role_ancestors a
     where a.tenant_id = check_ancestry.tenant_id and a.role = check_ancestry.parent;
    select coalesce(max(a.depth), 0) into below from app.role_ancestors a
     where a.tenant_id = check_ancestry.tenant_id and a.ancestor = check_ancestry.role;
    if above + below + 1 > 8 then
        perform rowhouse.refuse('role_too_deep', 'Choose a parent with fewer ancestors.', 'parent');
    end if;
end
$$;
comment on function rowhouse_private.check_ancestry(uuid, text, text) is
'Refuses a parent that would make a role inherit from itself (role_cycle), or over more than 8 steps (role_too_deep).';

create or replace function rowhouse_private.tg_roles__check() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- One at a time in an account: two that change parents together could close a circle.
    perform from app.accounts a where a.tenant_id = new.tenant_id for no key update;
    if new.parent is not null and (tg_op = 'INSERT' or new.parent is distinct from old.parent) then
        perform rowhouse_private.check_ancestry(new.tenant_id, new.name, new.parent);
    end if;
    perform rowhouse_private.check_grantable(new.own_permissions, 'permissions');
    perform rowhouse_private.check_role_grantable(new.tenant_id, new.parent, 'parent');
    if tg_op = 'UPDATE' then
        perform rowhouse_private.check_grantable(old.permissions);
    end if;
    return new;
end
$$;
comment on function rowhouse_private.tg_roles__check() is
'A role gives only what whoever makes or changes it holds, and inherits in a tree.';
grant execute on function rowhouse_private.tg_roles__check() to rowhouse_owner;

create or replace function rowhouse_private.tg_roles__spread() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.refresh_roles(array[new.tenant_id]);
    return null;
end
$$;
comment on function rowhouse_private.tg_roles__spread() is
'Works out what the account''s roles hold now.';
grant execute on function rowhouse_private.tg_roles__spread() to rowhouse_owner;

create or replace function rowhouse_private.tg_roles__check_removal() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.check_grantable(old.permissions);
    return old;
end
$$;
comment on function rowhouse_private.tg_roles__check_removal() is
'A role is removed by whoever holds what it gives.';
grant execute on function rowhouse_private.tg_roles__check_removal() to rowhouse_owner;

set local role rowhouse_owner;

create or replace trigger _200_check before insert or update of parent, own_permissions on app.roles
    for each row execute function rowhouse_private.tg_roles__check();
create or replace trigger _200_check_removal before delete on app.roles
    for each row execute function rowhouse_private.tg_roles__check_removal();
create or replace trigger _300_spread after insert or update of parent, own_permissions on app.roles
    for each row execute function rowhouse_private.tg_roles__spread();
