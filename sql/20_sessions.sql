-- Sessions: what a login begins, a refresh renews and a logout ends.

create domain app.device_id as text
    constraint device_id_shape check (value ~ '^[A-Za-z0-9_-]{16,128}$');
comment on domain app.device_id is 'a device id as an earlier login gave it';

create table rowhouse_private.sessions (
    id uuid primary key default rowhouse.uuid_v7(),
    tenant_id uuid not null,
    user_id uuid not null,
    role text not null,
    permissions text not null,
    generation integer not null default 1,
    device_hash bytea not null,
    device_name app.short_text,
    user_agent text,
    ip inet,
    created_at timestamptz not null default clock_timestamp(),
    refreshed_at timestamptz not null default clock_timestamp(),
    last_seen_at timestamptz not null default clock_timestamp(),
    idle_until timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    verified_at timestamptz,
    has_factor boolean not null default false,
    foreign key (tenant_id, user_id) references app.memberships (tenant_id, user_id) on delete cascade);
create index on rowhouse_private.sessions (tenant_id, user_id);
create index on rowhouse_private.sessions (user_id, id) where revoked_at is null;
comment on table rowhouse_private.sessions is
    'one row for each login; its current refresh token is derived from id and generation';
select rowhouse.declare_global('rowhouse_private.sessions', 'read before a tenant is known');

comment on column rowhouse_private.sessions.role is
    'the membership''s';
comment on column rowhouse_private.sessions.permissions is
    'the role''s, separated by blanks: each request reads the session, and shall not need to read more';
comment on column rowhouse_private.sessions.has_factor is
    'whether its user has a second factor, for the same reason';
comment on column rowhouse_private.sessions.verified_at is
    'when its user has last shown all that a login asks of them; NULL when that was spared by a remembered device';

create table rowhouse_private.login_failures (
    subject text not null,
    id uuid not null default rowhouse.uuid_v7(),
    at timestamptz not null default clock_timestamp(),
    primary key (subject, id));
comment on table rowhouse_private.login_failures is
    'failed logins that still count, by account (a hash of the e-mail), by network, and of codes by user';
select rowhouse.declare_global('rowhouse_private.login_failures', 'counted before a user is known');

create type api.session as (
    id uuid, tenant_id uuid, tenant text, user_id uuid, created_at timestamptz, expires_at timestamptz);
comment on type api.session is 'a session as its login or refresh answers it';

create type api.tokens as (
    access_token text, token_type text, expires_in integer, refresh_token text, device_id text,
    session api.session);
comment on type api.tokens is
    'what a client needs to act as a user; the refresh token is null for browsers, which have the cookie';

create type api.login as (
    access_token text, token_type text, expires_in integer, refresh_token text, device_id text,
    session api.session, mfa_required boolean, mfa_token text);
comment on type api.login is
    'what a login gives: tokens, or, when mfa_required, the mfa_token to be sent with a code within expires_in seconds';

-- definitions

select rowhouse.error('invalid_credentials', 401, 'E-mail address or password is wrong');
select rowhouse.error('too_many_attempts', 429, 'Too many failed attempts');
select rowhouse.error('demo_login_refused', 403, 'Demo accounts cannot log in in production');

grant select, insert, update, delete
    on rowhouse_private.sessions, rowhouse_private.login_failures to rowhouse_system;

set local role rowhouse_system;

create or replace function rowhouse_private.read_session(session_id uuid, user_id uuid, tenant_id uuid)
    returns table (refusal text, permissions text, denial text)
    language sql stable parallel restricted
begin atomic
    select case when s.revoked_at is not null then 'token_revoked'
                when least(s.idle_until, s.expires_at) <= clock_timestamp() then 'token_expired' end,
           s.permissions,
           case when current_setting('rowhouse.mfa_enabled')::boolean
                     and not s.has_factor
                     and 'members:write' = any (string_to_array(s.permissions, ' '))
                     -- A call and no subquery, which every request would pay for, asked or not.
                     and rowhouse_private.requires_factor(s.tenant_id)
                then 'mfa_enrolment_required' end
      from rowhouse_private.sessions s
     -- Found by its id alone: whether it is the token's user is no reason to take another index.
     where s.id = read_session.session_id
       and s.user_id is not distinct from read_session.user_id
       and s.tenant_id is not distinct from read_session.tenant_id;
end;
comment on function rowhouse_private.read_session(uuid, uuid, uuid) is
'What a session stands for at this moment: a 401 code word when it has ended, its permissions, and a 403 code word while its user has to set up a second factor before anything else. The authenticator of sessions.';
select rowhouse.authenticator('session', 'rowhouse_private.read_session');

create or replace function rowhouse_private.device_cookie() returns app.device_id
    language sql stable parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
    select c.value::app.device_id
      from (select rowhouse.request_cookie('rh_device')) c (value)
     where c.value ~ '^[A-Za-z0-9_-]{16,128}$'
$$;
comment on function rowhouse_private.device_cookie() is
'The device id that the browser remembers; NULL when it sent none, or something else.';

create or replace function rowhouse_private.issue_tokens(session_id uuid, device_id app.device_id)
    returns api.tokens
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    s rowhouse_private.sessions;
    refresh_token text;
    is_browser constant boolean :=
        rowhouse.request_header('origin') is not null
        or rowhouse.request_header('sec-fetch-site') is not null;
begin
    select * into strict s from rowhouse_private.sessions where id = session_id;
    refresh_token := rowhouse.issue_refresh_token(s.id, s.generation);
    perform rowhouse.set_cookie('rh_refresh', refresh_token, '/api/v1/auth/refresh',
                                extract(epoch from s.idle_until - clock_timestamp())::integer);
    perform rowhouse.set_cookie('rh_device', device_id, '/api/v1/auth', 30 * 24 * 60 * 60);
    return row(
        rowhouse.issue_access_token(s.id, s.user_id, s.tenant_id), 'Bearer',
        extract(epoch from current_setting('rowhouse.access_token_life')::interval)::integer,
        case when not is_browser then refresh_token end, device_id,
        row(s.id, s.tenant_id, (select t.slug from rowhouse_private.tenants t where t.id = s.tenant_id),
            s.user_id, s.created_at, s.expires_at)::api.session)::api.tokens;
end
$$;
comment on function rowhouse_private.issue_tokens(uuid, app.device_id) is
'The tokens of a session''s present generation, and its cookies.';

create or replace function rowhouse_private.start_session(
    tenant_id uuid, user_id uuid, device_name text, device_id app.device_id,
    verified_at timestamptz default clock_timestamp()
) returns api.tokens
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    device constant text := coalesce(device_id, rowhouse_private.device_cookie(),
                                     rowhouse.random_token(24));
    started uuid;
begin
    insert into rowhouse_private.sessions
        (tenant_id, user_id, device_hash, device_name, user_agent, ip, verified_at, idle_until, expires_at)
    values (start_session.tenant_id, start_session.user_id, rowhouse.hash_token(device),
            start_session.device_name, left(rowhouse.request_header('user-agent'), 300),
            rowhouse.client_address()::inet, start_session.verified_at,
            clock_timestamp() + current_setting('rowhouse.refresh_idle_life')::interval,
            clock_timestamp() + current_setting('rowhouse.refresh_absolute_life')::interval)
    returning id into started;
    perform rowhouse_private.revoke_oldest_sessions(start_session.user_id);
    return rowhouse_private.issue_tokens(started, device);
end
$$;
comment on function rowhouse_private.start_session(uuid, uuid, text, app.device_id, timestamptz) is
'Begins a session on a device and returns its tokens. device_id: as an earlier login gave it, else a new one is made. verified_at: when the user has shown all that a login asks of them, NULL when they have not.';

set local role rowhouse_owner;
