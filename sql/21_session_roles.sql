-- Sessions have the role of their membership, and know whether their user has a second factor.

-- definitions

set local role rowhouse_system;

create or replace function rowhouse_private.tg_sessions__take_role() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    select m.role into new.role
      from app.memberships m
     where m.tenant_id = new.tenant_id
       and m.user_id = new.user_id
       for share;  -- it stays until whoever changes it can see this session
    select f.confirmed_at is not null into new.has_factor
      from rowhouse_private.factors f
     where f.user_id = new.user_id
       for share;
    new.has_factor := coalesce(new.has_factor, false);
    return new;
end
$$;
comment on function rowhouse_private.tg_sessions__take_role() is
'Gives a new session the role of its membership, and whether its user has a second factor.';
grant execute on function rowhouse_private.tg_sessions__take_role() to rowhouse_owner;

create or replace function rowhouse_private.tg_memberships__session_roles() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    update rowhouse_private.sessions s
       set role = new.role
     where s.tenant_id = new.tenant_id
       and s.user_id = new.user_id;
    return null;
end
$$;
comment on function rowhouse_private.tg_memberships__session_roles() is
'Gives the sessions of a member the role that the membership now has.';
grant execute on function rowhouse_private.tg_memberships__session_roles() to rowhouse_owner;

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
create or replace trigger _200_take_role
    before insert on rowhouse_private.sessions
    for each row execute function rowhouse_private.tg_sessions__take_role();
