-- The second step of a login, and the devices that need none.

create type api.remembered_device as (
    id uuid, device_name text, user_agent text, ip text, created_at timestamptz, expires_at timestamptz);
comment on type api.remembered_device is 'a device whose logins are asked for no code';

-- definitions

set local role rowhouse_system;

create or replace function rowhouse_private.trusted_device(tenant_id uuid, user_id uuid) returns uuid
    language sql stable parallel restricted
begin atomic
    select d.id
      from rowhouse_private.remembered_devices d
      join app.accounts a on a.tenant_id = trusted_device.tenant_id and a.remember_devices
     where d.token_hash = rowhouse.hash_token(rowhouse.request_cookie('rh_trust'))
       and d.user_id = trusted_device.user_id
       and d.expires_at > clock_timestamp();
end;
comment on function rowhouse_private.trusted_device(uuid, uuid) is
'The remembered device that a login of this user to this account comes from; NULL when it is none, or the account trusts none.';

create or replace function rowhouse_private.as_login(t api.tokens) returns api.login
    language sql immutable parallel safe
begin atomic
    select row(t.access_token, t.token_type, t.expires_in, t.refresh_token, t.device_id, t.session, false, null)::api.login;
end;
comment on function rowhouse_private.as_login(api.tokens) is
'The answer to a login that is asked for nothing more.';

create or replace function rowhouse_private.begin_login(
    tenant_id uuid, user_id uuid, device_name text, device_id app.device_id
) returns api.login
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    has_factor constant boolean :=
        current_setting('rowhouse.mfa_enabled')::boolean and rowhouse_private.has_factor(user_id);
    device uuid;
begin
    if has_factor then
        device := rowhouse_private.trusted_device(tenant_id, user_id);
        if device is null then
            return row(null, null, 300, null, null, null, true,
                       rowhouse_private.issue_ticket('login_mfa', '5 minutes', user_id, tenant_id))::api.login;
        end if;
    end if;
    perform rowhouse.audit_for(tenant_id, user_id, 'login.succeeded',
                               jsonb_strip_nulls(jsonb_build_object('remembered_device', device)));
    -- A device that was remembered has shown no code: what asks for a fresh one asks for it still.
    return rowhouse_private.as_login(rowhouse_private.start_session(
        tenant_id, user_id, device_name, device_id, case when device is null then clock_timestamp() end));
end
$$;
comment on function rowhouse_private.begin_login(uuid, uuid, text, app.device_id) is
'What a right password gives: a session, or, to who has a second factor and comes from no remembered device, five minutes to show a code.';

create or replace function rowhouse_private.remember_this_device(tenant_id uuid, user_id uuid, device_name text) returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    token constant text := rowhouse.random_token(32);
    life constant interval := '30 days';
begin
    if not (select a.remember_devices from app.accounts a where a.tenant_id = remember_this_device.tenant_id) then
        return;
    end if;
    delete from rowhouse_private.remembered_devices d
     where d.user_id = remember_this_device.user_id
       and (d.expires_at <= clock_timestamp()
            or d.token_hash = rowhouse.hash_token(rowhouse.request_cookie('rh_trust')));
    insert into rowhouse_private.remembered_devices (tenant_id, user_id, token_hash, device_name, user_agent, ip, expires_at)
    values (tenant_id, user_id, rowhouse.hash_token(token), device_name,
            left(rowhouse.request_header('user-agent'), 300), rowhouse.client_address()::inet, clock_timestamp() + life);
    perform rowhouse.set_cookie('rh_trust', token, '/api/v1/auth', extract(epoch from life)::integer);
    perform rowhouse.audit_for(tenant_id, user_id, 'device.remembered');
end
$$;
comment on function rowhouse_private.remember_this_device(uuid, uuid, text) is
'Gives the device a cookie by which its logins are asked for no code for 30 days, unless the account wants none remembered.';

create or replace function api.verify_login(
    mfa_token text, code text, remember_device boolean default false,
    device_name app.short_text default null, device_id app.device_id default null
) returns api.login
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    t rowhouse_private.tickets := rowhouse_private.find_ticket(mfa_token, 'login_mfa');
    tokens api.tokens;
begin
    perform rowhouse_private.check_mfa_enabled();
    if not rowhouse_private.has_factor(t.user_id)
       or not exists (select from app.memberships m where m.tenant_id = t.tenant_id and m.user_id = t.user_id) then
        perform rowhouse.refuse('ticket_invalid', 'Log in again.');
    end if;
    if not rowhouse_private.accept_code(t.tenant_id, t.user_id, code) then
        return null;
    end if;
    delete from rowhouse_private.tickets d where d.token_hash = t.token_hash;
    perform rowhouse.audit_for(t.tenant_id, t.user_id, 'login.succeeded');
    tokens := rowhouse_private.start_session(t.tenant_id, t.user_id, device_name, device_id);
    if remember_device then
        perform rowhouse_private.remember_this_device(t.tenant_id, t.user_id, device_name);
    end if;
    return rowhouse_private.as_login(tokens);
end
$$;
comment on function api.verify_login(text, text, boolean, app.short_text, app.device_id) is
'Ends a login that asked for a second factor, by a code or a backup code. remember_device: the next 30 days this device is asked for none.';
select rowhouse.route('POST', '/auth/login/mfa-verify', 'api.verify_login', access => 'public', lane => 'slow',
                      rate => 'auth');

create or replace function api.list_my_devices(_limit integer, _after_id uuid default null)
    returns setof api.remembered_device
    language sql stable security definer parallel restricted
begin atomic
    select d.id, d.device_name::text, d.user_agent, host(d.ip), d.created_at, d.expires_at
      from rowhouse_private.remembered_devices d
     where d.user_id = rowhouse.user_id()
       and d.expires_at > clock_timestamp()
       and d.id < coalesce(_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by d.id desc
     limit _limit;
end;
comment on function api.list_my_devices(integer, uuid) is
'The devices whose logins are asked for no code, the newest first.';
select rowhouse.route('GET', '/me/devices', 'api.list_my_devices', access => 'user', keyset => '{id}');

create or replace function api.forget_my_device(id uuid) returns setof uuid
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        delete from rowhouse_private.remembered_devices d
         where d.id = forget_my_device.id
           and d.user_id = rowhouse.user_id()
        returning d.id;
    if found then
        perform rowhouse.audit('device.forgotten', jsonb_build_object('device_id', id));
    end if;
end
$$;
comment on function api.forget_my_device(uuid) is
'Forgets a device: its next login is asked for a code.';
select rowhouse.route('DELETE', '/me/devices/:id', 'api.forget_my_device', access => 'user', status => 204);

set local role rowhouse_owner;
