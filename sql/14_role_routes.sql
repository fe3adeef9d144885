-- Roles and permissions as the API shows them.

create type api.permission as (name text, lowest_role text, description text, is_held boolean);
comment on type api.permission is 'a permission, the lowest system role that holds it, and whether the caller does';

create type api.role as (
    id uuid, name text, parent text, is_system boolean, own_permissions text[], permissions text[],
    created_at timestamptz, updated_at timestamptz);
comment on type api.role is 'what members may do: permissions of its own and those of its parent';

-- definitions

set local role rowhouse_system;

create or replace function api.list_permissions() returns json
    language sql stable security definer parallel restricted
begin atomic
    select json_build_object('data', coalesce(json_agg(
               row(p.name, p.lowest_role, p.description, rowhouse.has_permission(p.name))::api.permission
               order by p.name), '[]'))
      from rowhouse_private.permissions p;
end;
comment on function api.list_permissions() is
'Every permission there is, and whether the caller holds it.';
select rowhouse.route('GET', '/permissions', 'api.list_permissions', access => 'user');

create or replace function rowhouse_private.explain_permission(tenant_id uuid, user_id uuid, permission text)
    returns table (step integer, what text)
    language sql stable security definer parallel restricted
begin atomic
    select 0, format('the user is %s of the account', m.role)
      from app.memberships m
     where m.tenant_id = explain_permission.tenant_id
       and m.user_id = explain_permission.user_id
    union all
    select a.depth + 1,
           case when explain_permission.permission = any (r.own_permissions)
                then format('role %s holds %s', r.name, explain_permission.permission)
                when r.parent is not null then format('role %s inherits from %s', r.name, r.parent)
                else format('role %s is the last: nothing gives %s', r.name, explain_permission.permission) end
      from app.memberships m
      join app.role_ancestors a on a.tenant_id = m.tenant_id and a.role = m.role
      join app.roles r on r.tenant_id = a.tenant_id and r.name = a.ancestor
     where m.tenant_id = explain_permission.tenant_id
       and m.user_id = explain_permission.user_id
       and a.depth <= coalesce((select min(n.depth)
                                  from app.role_ancestors n
                                  join app.roles h on h.tenant_id = n.tenant_id and h.name = n.ancestor
                                 where n.tenant_id = m.tenant_id
                                   and n.role = m.role
                                   and explain_permission.permission = any (h.own_permissions)), a.depth)
     order by 1;
end;
comment on function rowhouse_private.explain_permission(uuid, uuid, text) is
'Which way a user of an account comes to hold a permission, or why not. Behind rowhouse.explain_permission().';

set local role rowhouse_owner;

create or replace function api.list_roles(_limit integer default 51, _after_name app.slug default null)
    returns setof api.role
    language sql stable parallel safe
begin atomic
    select r.id, r.name, r.parent, r.is_system, r.own_permissions, r.permissions, r.created_at, r.updated_at
      from app.roles r
     where _after_name is null or r.name > _after_name
     order by r.name
     limit _limit;
end;
comment on function api.list_roles(integer, app.slug) is
'The roles of the account, by name.';
select rowhouse.route('GET', '/roles', 'api.list_roles', permission => 'roles:read', keyset => '{name}');

create or replace function api.get_role(id uuid) returns setof api.role
    language sql stable parallel safe rows 1
begin atomic
    select r.id, r.name, r.parent, r.is_system, r.own_permissions, r.permissions, r.created_at, r.updated_at
      from app.roles r
     where r.id = get_role.id;
end;
comment on function api.get_role(uuid) is
'A role.';
select rowhouse.route('GET', '/roles/:id', 'api.get_role', permission => 'roles:read');

create or replace function api.create_role(
    name app.slug, parent app.slug default null, permissions text[] default '{}'
) returns setof api.role
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    made uuid;
begin
    insert into app.roles as r (name, parent, own_permissions)
    values (create_role.name, create_role.parent, create_role.permissions)
    returning r.id into made;
    perform rowhouse.audit('role.created', jsonb_build_object('permissions', create_role.permissions),
                           'roles/' || made);
    return query select * from api.get_role(made);
end
$$;
comment on function api.create_role(app.slug, app.slug, text[]) is
'Makes a role that holds these permissions and what its parent holds; the caller must hold them all.';
select rowhouse.route('POST', '/roles', 'api.create_role', permission => 'roles:write', status => 201);

create or replace function api.update_role(
    id uuid, parent app.slug default null, permissions text[] default '{}', _given text[] default '{}'
) returns setof api.role
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    update app.roles r
       set parent = case when 'parent' = any (_given) then update_role.parent else r.parent end,
           own_permissions = case when 'permissions' = any (_given) then update_role.permissions else r.own_permissions end
     where r.id = update_role.id;
    if found then
        perform rowhouse.audit('role.changed', jsonb_build_object('fields', _given), 'roles/' || update_role.id);
        return query select * from api.get_role(update_role.id);
    end if;
end
$$;
comment on function api.update_role(uuid, app.slug, text[], text[]) is
'Changes the fields of a role that are given; it holds for its members from their next request on. Its name stays, and system roles stay as they are.';
select rowhouse.route('PATCH', '/roles/:id', 'api.update_role', permission => 'roles:write');

create or replace function api.delete_role(id uuid) returns setof uuid
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query delete from app.roles r where r.id = delete_role.id returning r.id;
    if found then
        perform rowhouse.audit('role.deleted', resource => 'roles/' || delete_role.id);
    end if;
end
$$;
comment on function api.delete_role(uuid) is
'Removes a role that nobody has and no role inherits from. System roles stay.';
select rowhouse.route('DELETE', '/roles/:id', 'api.delete_role', permission => 'roles:write', status => 204);
