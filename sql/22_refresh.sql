-- Refresh, logout, and the signing keys.

-- definitions

set local role rowhouse_system;

create or replace function rowhouse_private.refusal_of_refresh(
    s rowhouse_private.sessions, generation integer, device_id text
) returns text
    language sql stable parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
    select case
        when s.id is null then 'token_invalid'
        when s.revoked_at is not null then 'token_revoked'
        when least(s.idle_until, s.expires_at) <= clock_timestamp() then 'token_expired'
        when generation = s.generation then null
        -- A client that lost the answer asks again: the token before the current one, at once,
        -- from the same device.
        when generation = s.generation - 1
             and s.refreshed_at + current_setting('rowhouse.refresh_grace')::interval > clock_timestamp()
             and s.device_hash = rowhouse.hash_token(device_id) then null
        else 'reused' end
$$;
comment on function rowhouse_private.refusal_of_refresh(rowhouse_private.sessions, integer, text) is
'Why a genuine refresh token of that generation is refused; NULL when it is honoured, reused when it was spent before.';

create or replace function api.refresh(
    refresh_token text default null, device_id app.device_id default null
) returns api.tokens
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    token constant text := coalesce(refresh_token, rowhouse.request_cookie('rh_refresh'));
    device constant text := coalesce(device_id, rowhouse_private.device_cookie());
    read record;
    s rowhouse_private.sessions;
    refusal text;
begin
    if token is null then
        perform rowhouse.refuse('credential_required', 'Send the refresh token.');
    end if;
    select * into read from rowhouse.read_refresh_token(token);
    -- The lock that logout and revocation take too: one of them is first, never both at once.
    select * into s from rowhouse_private.sessions f where f.id = read.session_id for update;
    refusal := rowhouse_private.refusal_of_refresh(s, read.generation, device);
    if refusal = 'reused' then
        perform rowhouse_private.revoke_sessions(array[s.id]);
        perform rowhouse.audit_for(s.tenant_id, s.user_id, 'token.refresh_reused',
                                   jsonb_build_object('session_id', s.id));
        perform rowhouse_private.mail_user(s.user_id, 'session_ended', jsonb_build_object(
                    'device', coalesce(s.device_name, s.user_agent, host(s.ip), '?')));
        refusal := 'token_revoked';
    end if;
    if refusal is not null then
        perform rowhouse.reject(refusal, 'Log in again.');
        return null;
    end if;
    perform rowhouse_private.check_named_tenant(t.slug) from rowhouse_private.tenants t where t.id = s.tenant_id;
    if read.generation = s.generation then
        update rowhouse_private.sessions u
           set generation = u.generation + 1,
               refreshed_at = clock_timestamp(),
               idle_until = least(u.expires_at, clock_timestamp()
                                  + current_setting('rowhouse.refresh_idle_life')::interval)
         where u.id = s.id;
    end if;
    return rowhouse_private.issue_tokens(s.id, coalesce(device, rowhouse.random_token(24)));
end
$$;
comment on function api.refresh(text, app.device_id) is
'Exchanges a refresh token, of the body or the cookie, for new tokens. A token that was spent before ends its session, and the user is told by mail.';
select rowhouse.route('POST', '/auth/refresh', 'api.refresh', access => 'public');

create or replace function rowhouse_private.log_out(sessions uuid[], event text) returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.revoke_sessions(sessions);
    perform rowhouse.audit(event);
    perform rowhouse.set_cookie('rh_refresh', '', '/api/v1/auth/refresh', 0);
end
$$;
comment on function rowhouse_private.log_out(uuid[], text) is
'Ends sessions at the user''s wish, audits it as that event and takes the cookie away.';

create or replace function api.logout() returns void
    language sql volatile security definer parallel unsafe
begin atomic
    select rowhouse_private.log_out(array[rowhouse.session_id()], 'logout');
end;
comment on function api.logout() is
'Ends this session; its tokens fail from the next request on.';
select rowhouse.route('POST', '/auth/logout', 'api.logout', access => 'enrolling', status => 204);

create or replace function api.logout_all() returns void
    language sql volatile security definer parallel unsafe
begin atomic
    select rowhouse_private.log_out(array(
        select s.id from rowhouse_private.sessions s
         where s.user_id = rowhouse.user_id() and s.revoked_at is null), 'logout.all');
end;
comment on function api.logout_all() is
'Ends every session of the user, in all accounts.';
select rowhouse.route('POST', '/auth/logout-all', 'api.logout_all', access => 'user', status => 204);

create or replace function api.jwks() returns json
    language sql stable security definer parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
    select rowhouse.jwks()::json
$$;
comment on function api.jwks() is
'The public keys that sign access tokens, as a JWK set.';
select rowhouse.route('GET', '//.well-known/jwks.json', 'api.jwks', access => 'public');

set local role rowhouse_owner;
