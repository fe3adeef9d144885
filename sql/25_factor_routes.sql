-- A user's own second factor: setting it up, showing it afresh, taking it away.

create type api.mfa_enrolment as (secret text, otpauth_uri text, qr_svg text);
comment on type api.mfa_enrolment is 'what an authenticator has to learn: the secret, alone, as a URI, and as a picture of that';

create type api.backup_codes as (backup_codes text[]);
comment on type api.backup_codes is 'codes for when the authenticator is lost, each good once; they are shown only now';

create type api.mfa_status as (
    enabled boolean, confirmed_at timestamptz, backup_codes_left integer, required boolean);
comment on type api.mfa_status is 'whether there is a second factor, since when, and whether the role wants one';

-- definitions

set local role rowhouse_system;

create or replace function rowhouse_private.check_step_up() returns void
    language plpgsql volatile parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from rowhouse_private.sessions s
         where s.id = rowhouse.session_id()
           and s.verified_at > clock_timestamp() - current_setting('rowhouse.step_up_life')::interval
    ) then
        perform rowhouse.refuse('step_up_required',
                                'POST /auth/mfa/verify a code; without a second factor, log in again.');
    end if;
end
$$;
comment on function rowhouse_private.check_step_up() is
'Refuses (step_up_required) unless this session was begun by, or has since been shown, what its user has to know and have, within rowhouse.step_up_life.';

create or replace function rowhouse_private.mark_verified() returns void
    language sql volatile parallel unsafe
begin atomic
    update rowhouse_private.sessions s set verified_at = clock_timestamp() where s.id = rowhouse.session_id();
end;
comment on function rowhouse_private.mark_verified() is
'This session has just been shown a right code.';

create or replace function rowhouse_private.mfa_status_of(tenant_id uuid, user_id uuid) returns setof api.mfa_status
    language sql stable parallel restricted rows 1
begin atomic
    select f.confirmed_at is not null, f.confirmed_at,
           (select count(*)::integer from rowhouse_private.backup_codes b where b.user_id = m.user_id),
           current_setting('rowhouse.mfa_enabled')::boolean
           and 'members:write' = any (r.permissions)
           and rowhouse_private.requires_factor(m.tenant_id)
      from app.memberships m
      join app.roles r on r.tenant_id = m.tenant_id and r.name = m.role
      left join rowhouse_private.factors f on f.user_id = m.user_id
     where m.tenant_id = mfa_status_of.tenant_id
       and m.user_id = mfa_status_of.user_id;
end;
comment on function rowhouse_private.mfa_status_of(uuid, uuid) is
'The second factor of a member of an account.';

create or replace function api.get_mfa_status() returns setof api.mfa_status
    language sql stable security definer parallel restricted rows 1
begin atomic
    select s.* from rowhouse_private.mfa_status_of(rowhouse.tenant_id(), rowhouse.user_id()) s;
end;
comment on function api.get_mfa_status() is
'The user''s second factor, and whether this account wants one.';
select rowhouse.route('GET', '/auth/mfa/status', 'api.get_mfa_status', access => 'enrolling');

create or replace function api.enable_mfa() returns setof api.mfa_enrolment
    language plpgsql volatile security definer parallel unsafe rows 1
    set search_path = pg_catalog, pg_temp
as $$
declare
    secret constant text := rowhouse.totp_secret();
    sealed constant bytea := rowhouse.seal_secret(secret, 'totp ' || rowhouse.user_id());
    email constant text := (select u.email from rowhouse_private.users u where u.id = rowhouse.user_id());
    uri constant text := rowhouse.totp_uri(current_setting('rowhouse.mfa_issuer_name'), email, secret);
begin
    perform rowhouse_private.check_mfa_enabled();
    perform rowhouse_private.check_step_up();
    insert into rowhouse_private.factors as f (user_id, secret)
    values (rowhouse.user_id(), sealed)
    on conflict (user_id) do update
       set secret = excluded.secret, last_step = null, created_at = excluded.created_at
     where f.confirmed_at is null;
    if not found then
        perform rowhouse.refuse('mfa_already_enabled', 'Disable it first, to set up another.');
    end if;
    return query select secret, uri, rowhouse.qr_svg(uri);
end
$$;
comment on function api.enable_mfa() is
'Makes the secret of a second factor, which counts once it is confirmed. A secret that was not confirmed is forgotten. Needs a fresh login.';
select rowhouse.route('POST', '/auth/mfa/enable', 'api.enable_mfa', access => 'enrolling');

set local role rowhouse_owner;
