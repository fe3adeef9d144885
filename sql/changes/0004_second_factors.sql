-- Sessions know when their user has last shown who they are, and logins may ask for a code.
-- brings: 20_sessions
alter table rowhouse_private.sessions
    add column verified_at timestamptz,
    add column has_factor boolean not null default false,
    -- Filled when the roles are, at the end of this migration.
    add column permissions text not null default '';
alter table rowhouse_private.sessions alter column permissions drop default;
comment on column rowhouse_private.sessions.role is
    'the membership''s';
comment on column rowhouse_private.sessions.permissions is
    'the role''s, separated by blanks: each request reads the session, and shall not need to read more';
comment on column rowhouse_private.sessions.has_factor is
    'whether its user has a second factor, for the same reason';
comment on column rowhouse_private.sessions.verified_at is
    'when its user has last shown all that a login asks of them; NULL when that was spared by a remembered device';
reset role;
update rowhouse_private.sessions set verified_at = created_at;
set local role rowhouse_owner;

create type api.login as (
    access_token text, token_type text, expires_in integer, refresh_token text, device_id text,
    session api.session, mfa_required boolean, mfa_token text);
comment on type api.login is
    'what a login gives: tokens, or, when mfa_required, the mfa_token to be sent with a code within expires_in seconds';

-- They answer and take other things now; the definitions make them anew.
drop function if exists rowhouse_private.read_session(uuid, uuid, uuid);
drop function if exists rowhouse_private.start_session(uuid, uuid, text, app.device_id);
drop function if exists api.login(text, text, text, app.short_text, app.device_id);
comment on table rowhouse_private.login_failures is
    'failed logins that still count, by account (a hash of the e-mail), by network, and of codes by user';
