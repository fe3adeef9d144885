-- The members of an account.

create type api.member as (
    id uuid, user_id uuid, name text, email text, role text, created_at timestamptz, updated_at timestamptz);
comment on type api.member is 'a user who belongs to the account, and as what';

-- definitions

select rowhouse.event_type('member.role_changed', 'a member has another role; payload: member_id, user_id');
select rowhouse.event_type('member.removed', 'a membership ended; payload: member_id, user_id');

create or replace function api.list_members(_limit integer default 51, _after_id uuid default null)
    returns setof api.member
    language sql stable parallel safe
begin atomic
    select m.id, m.user_id, m.name, m.email, m.role, m.created_at, m.updated_at
      from app.memberships m
     where m.id < coalesce(_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by m.id desc
     limit _limit;
end;
comment on function api.list_members(integer, uuid) is
'Who belongs to the account, the newest first.';
select rowhouse.route('GET', '/members', 'api.list_members', permission => 'members:read', keyset => '{id}');

create or replace function api.get_member(id uuid) returns setof api.member
    language sql stable parallel safe rows 1
begin atomic
    select m.id, m.user_id, m.name, m.email, m.role, m.created_at, m.updated_at
      from app.memberships m
     where m.id = get_member.id;
end;
comment on function api.get_member(uuid) is
'A member.';
select rowhouse.route('GET', '/members/:id', 'api.get_member', permission => 'members:read');

create or replace function api.update_member(id uuid, role app.slug default null) returns setof api.member
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    former constant text := (select m.role from app.memberships m where m.id = update_member.id);
begin
    update app.memberships m set role = coalesce(update_member.role, m.role) where m.id = update_member.id;
    if found and update_member.role <> former then
        perform rowhouse.audit('member.role_changed', jsonb_build_object('role', update_member.role),
                               'members/' || update_member.id);
        perform rowhouse.emit('member.role_changed', jsonb_build_object('member_id', m.id, 'user_id', m.user_id))
           from app.memberships m where m.id = update_member.id;
    end if;
    return query select * from api.get_member(update_member.id);
end
$$;
comment on function api.update_member(uuid, app.slug) is
'Gives a member another role, from their next request on. Roles that hold more than the caller does are out of reach.';
select rowhouse.route('PATCH', '/members/:id', 'api.update_member', permission => 'members:write');

create or replace function api.delete_member(id uuid) returns setof uuid
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    removed app.memberships;
begin
    delete from app.memberships m where m.id = delete_member.id returning * into removed;
    if found then
        perform rowhouse.audit('member.removed', jsonb_build_object('user_id', removed.user_id, 'role', removed.role),
                               'members/' || removed.id);
        perform rowhouse.emit('member.removed', jsonb_build_object('member_id', removed.id, 'user_id', removed.user_id));
        return next removed.id;
    end if;
end
$$;
comment on function api.delete_member(uuid) is
'Ends a membership; the member''s sessions in this account end with it.';
select rowhouse.route('DELETE', '/members/:id', 'api.delete_member', permission => 'members:write', status => 204);
