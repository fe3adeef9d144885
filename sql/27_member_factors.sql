-- The second factors of an account's members, as admins see them.

-- definitions

set local role rowhouse_system;

create or replace function api.get_member_mfa(id uuid) returns setof api.mfa_status
    language sql stable security definer parallel restricted rows 1
begin atomic
    select s.*
      from app.memberships m
     cross join rowhouse_private.mfa_status_of(m.tenant_id, m.user_id) s
     where m.tenant_id = rowhouse.tenant_id()
       and m.id = get_member_mfa.id;
end;
comment on function api.get_member_mfa(uuid) is
'A member''s second factor, and whether this account wants one of them.';
select rowhouse.route('GET', '/members/:id/mfa', 'api.get_member_mfa', permission => 'members:write');

create or replace function rowhouse_private.take_factor(m app.memberships) returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from rowhouse_private.factors f where f.user_id = m.user_id;
    if found then
        perform rowhouse_private.mail_user(m.user_id, 'mfa_reset', jsonb_build_object('account', a.name))
           from app.accounts a where a.tenant_id = m.tenant_id;
    end if;
    delete from rowhouse_private.login_failures l where l.subject = 'mfa ' || m.user_id;
end
$$;
comment on function rowhouse_private.take_factor(app.memberships) is
'Takes a member''s second factor away, if there is one, and tells them by mail.';

create or replace function api.reset_member_mfa(id uuid) returns setof uuid
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    m app.memberships;
begin
    select * into m from app.memberships o where o.tenant_id = rowhouse.tenant_id() and o.id = reset_member_mfa.id;
    if not found then
        return;
    end if;
    perform rowhouse_private.check_role_grantable(m.tenant_id, m.role, 'id');
    perform rowhouse_private.check_step_up();
    perform rowhouse_private.take_factor(m);
    perform rowhouse_private.revoke_sessions(array(
        select s.id from rowhouse_private.sessions s
         where s.tenant_id = m.tenant_id and s.user_id = m.user_id and s.id <> rowhouse.session_id()));
    perform rowhouse.audit('mfa.reset', jsonb_build_object('user_id', m.user_id), 'members/' || m.id);
    return next m.id;
end
$$;
comment on function api.reset_member_mfa(uuid) is
'Takes a member''s second factor away, who has lost it, with backup codes and remembered devices, and ends their sessions in this account. Needs a fresh login or code, and all that the member''s role holds.';
select rowhouse.route('POST', '/members/:id/mfa/reset', 'api.reset_member_mfa',
                      access => 'user', permission => 'members:write', status => 204);

set local role rowhouse_owner;
