-- How sessions end before their time: by a logout, by a login too many, by a new password.

-- definitions

set local role rowhouse_system;

create or replace function rowhouse_private.revoke_sessions(revoked uuid[]) returns void
    language sql volatile parallel unsafe
begin atomic
    update rowhouse_private.sessions s
       set revoked_at = clock_timestamp()
     where s.id = any (revoke_sessions.revoked)
       and s.revoked_at is null;
end;
comment on function rowhouse_private.revoke_sessions(uuid[]) is
'Ends sessions: their access and refresh tokens are refused from the next request on.';

create or replace function rowhouse_private.live_sessions(user_id uuid) returns setof uuid
    language sql stable parallel restricted
begin atomic
    select s.id
      from rowhouse_private.sessions s
     where s.user_id = live_sessions.user_id
       and s.revoked_at is null
       and least(s.idle_until, s.expires_at) > clock_timestamp();
end;
comment on function rowhouse_private.live_sessions(uuid) is
'The sessions of a user, in all accounts, that have not ended.';

create or replace function rowhouse_private.revoke_oldest_sessions(user_id uuid) returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    too_many uuid[];
begin
    -- One at a time, so that two that begin together count each other.
    perform from rowhouse_private.users u where u.id = revoke_oldest_sessions.user_id for no key update;
    too_many := array(
        select id
          from rowhouse_private.live_sessions(revoke_oldest_sessions.user_id) id
         order by id desc
        offset current_setting('rowhouse.sessions_per_user')::integer);
    if cardinality(too_many) > 0 then
        perform rowhouse_private.revoke_sessions(too_many);
        perform rowhouse.audit_for(s.tenant_id, s.user_id, 'session.revoked',
                                   jsonb_build_object('session_id', s.id, 'reason', 'too_many'))
           from rowhouse_private.sessions s
          where s.id = any (too_many);
    end if;
end
$$;
comment on function rowhouse_private.revoke_oldest_sessions(uuid) is
'Ends the oldest sessions of a user beyond rowhouse.sessions_per_user.';

create or replace function rowhouse_private.revoke_other_sessions() returns void
    language sql volatile parallel unsafe
begin atomic
    select rowhouse_private.revoke_sessions(array(
        select id from rowhouse_private.live_sessions(rowhouse.user_id()) id
         where id <> rowhouse.session_id()));
end;
comment on function rowhouse_private.revoke_other_sessions() is
'Ends every session of the user who is asking but the one that asks.';

set local role rowhouse_owner;
