-- Sessions know what their member may do, and whether their user has a second factor.

-- definitions

set local role rowhouse_system;

create or replace function rowhouse_private.tg_sessions__take_role() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    select r.name, array_to_string(r.permissions, ' ') into new.role, new.permissions
      from app.memberships m
      join app.roles r on r.tenant_id = m.tenant_id and r.name = m.role
     where m.tenant_id = new.tenant_id
       and m.user_id = new.user_id
       for share;  -- both stay until whoever changes them can see this session
    select f.confirmed_at is not null into new.has_factor
      from rowhouse_private.factors f
     where f.user_id = new.user_id
       for share;
    new.has_factor := coalesce(new.has_factor, false);
    return new;
end
$$;
comment on function rowhouse_private.tg_sessions__take_role() is
'Gives a new session the role of its membership with its permissions, and whether its user has a second factor.';
grant execute on function rowhouse_private.tg_sessions__take_role() to rowhouse_owner;

create or replace function rowhouse_private.tg_memberships__session_roles() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    update rowhouse_private.sessions s
       set role = r.name,
           permissions = array_to_string(r.permissions, ' ')
      from app.roles r
     where s.tenant_id = new.tenant_id
       and s.user_id = new.user_id
       and r.tenant_id = new.tenant_id
       and r.name = new.role;
    return null;
end
$$;
comment on function rowhouse_private.tg_memberships__session_roles() is
'Gives the sessions of a member the role that the membership now has.';
grant execute on function rowhouse_private.tg_memberships__session_roles() to rowhouse_owner;

create or replace function rowhouse_private.tg_roles__session_permissions() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    update rowhouse_private.sessions s
       set permissions = array_to_string(new.permissions, ' ')
     where s.tenant_id = new.tenant_id
       and s.role = new.name;
    return null;
end
$$;
comment on function rowhouse_private.tg_roles__session_permissions() is
'Gives the sessions of a role''s members what it now holds.';
grant execute on function rowhouse_private.tg_roles__session_permissions() to rowhouse_owner;

create or replace function rowhouse_private.tg_factors__tell_sessions() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    update rowhouse_private.sessions s
       set has_factor = coalesce(new.confirmed_at is not null, false)
     where s.user_id = coalesce(new.user_id, old.user_id)
       and s.revoked_at is null;
    return null;
end
$$;
comment on function rowhouse_private.tg_factors__tell_sessions() is
'Tells the sessions of a user whether there is a second factor now.';
grant execute on function rowhouse_private.tg_factors__tell_sessions() to rowhouse_owner;

set local role rowhouse_owner;

create or replace trigger _200_tell_sessions
    after insert or delete or update of confirmed_at on rowhouse_private.factors
    for each row execute function rowhouse_private.tg_factors__tell_sessions();
create or replace trigger _200_session_roles
    after update of role on app.memberships
    for each row when (new.role <> old.role) execute function rowhouse_private.tg_memberships__session_roles();
create or replace trigger _400_session_permissions
    after update of permissions on app.roles
    for each row when (new.permissions <> old.permissions)
    execute function rowhouse_private.tg_roles__session_permissions();
create or replace trigger _200_take_role
    before insert on rowhouse_private.sessions
    for each row execute function rowhouse_private.tg_sessions__take_role();
