-- The caller's own profile and sessions.

create type api.membership as (tenant_id uuid, slug text, name text, role text);
comment on type api.membership is 'an account that the user belongs to, and as what';

create type api.me as (
    id uuid, name text, email text, tenant_id uuid, permissions text[], memberships api.membership[],
    created_at timestamptz, updated_at timestamptz, email_verified_at timestamptz, locale text);
comment on type api.me is 'the user who is asking, and what they may do in this account';

create type api.device_session as (
    id uuid, device_name text, user_agent text, ip text, tenant_id uuid, created_at timestamptz,
    last_seen_at timestamptz, expires_at timestamptz, is_current boolean);
comment on type api.device_session is 'a session as its user sees it in the list';

-- definitions

set local role rowhouse_system;

create or replace function api.get_me() returns setof api.me
    language sql stable security definer parallel restricted
begin atomic
    select u.id, u.name::text, u.email::text, rowhouse.tenant_id(), r.permissions,
           array(select row(t.id, t.slug, a.name, o.role)::api.membership
                   from app.memberships o
                   join app.accounts a on a.tenant_id = o.tenant_id
                   join rowhouse_private.tenants t on t.id = o.tenant_id
                  where o.user_id = u.id
                  order by t.slug),
           u.created_at, u.updated_at, u.email_verified_at, u.locale::text
      from rowhouse_private.users u
      join app.memberships m on m.user_id = u.id and m.tenant_id = rowhouse.tenant_id()
      join app.roles r on r.tenant_id = m.tenant_id and r.name = m.role
     where u.id = rowhouse.user_id();
end;
comment on function api.get_me() is
'The user who is asking, with memberships and effective permissions.';
select rowhouse.route('GET', '/me', 'api.get_me', access => 'enrolling');

create or replace function api.update_me(
    name app.short_text default null, locale app.locale default null, _given text[] default '{}'
) returns setof api.me
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    update rowhouse_private.users u
       set name = case when 'name' = any (_given) then update_me.name else u.name end,
           locale = case when 'locale' = any (_given) then update_me.locale else u.locale end
     where u.id = rowhouse.user_id();
    return query select * from api.get_me();
end
$$;
comment on function api.update_me(app.short_text, app.locale, text[]) is
'Changes the user''s profile; mails are in the language of locale.';
select rowhouse.route('PATCH', '/me', 'api.update_me', access => 'user');

create or replace function api.list_my_sessions(_limit integer, _after_id uuid default null)
    returns setof api.device_session
    language sql stable security definer parallel restricted
begin atomic
    select s.id, s.device_name::text, s.user_agent, host(s.ip), s.tenant_id, s.created_at,
           s.last_seen_at, least(s.idle_until, s.expires_at), s.id = rowhouse.session_id()
      from rowhouse_private.sessions s
     where s.id in (select rowhouse_private.live_sessions(rowhouse.user_id()))
       and s.id < coalesce(_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by s.id desc
     limit _limit;
end;
comment on function api.list_my_sessions(integer, uuid) is
'The live sessions of the user, the newest first.';
select rowhouse.route('GET', '/me/sessions', 'api.list_my_sessions', access => 'user', keyset => '{id}');

create or replace function api.revoke_my_session(id uuid) returns setof uuid
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        update rowhouse_private.sessions s
           set revoked_at = clock_timestamp()
         where s.id = revoke_my_session.id
           and s.user_id = rowhouse.user_id()
           and s.revoked_at is null
        returning s.id;
    if found then
        perform rowhouse.audit('session.revoked', jsonb_build_object('session_id', id));
    end if;
end
$$;
comment on function api.revoke_my_session(uuid) is
'Ends one session of the user; its tokens fail from the next request on.';
select rowhouse.route('DELETE', '/me/sessions/:id', 'api.revoke_my_session', access => 'user', status => 204);

create or replace function api.revoke_my_other_sessions() returns void
    language sql volatile security definer parallel unsafe
begin atomic
    select rowhouse_private.revoke_other_sessions();
    select rowhouse.audit('sessions.revoked');
end;
comment on function api.revoke_my_other_sessions() is
'Ends every session of the user but this one; their tokens fail from the next request on.';
select rowhouse.route('DELETE', '/me/sessions', 'api.revoke_my_other_sessions', access => 'user', status => 204);

set local role rowhouse_owner;
