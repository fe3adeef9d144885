-- How long sessions of an account live, where it wants them shorter than the installation does.

-- definitions

set local role rowhouse_system;

create or replace function rowhouse_private.tg_sessions__shorten() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    account app.accounts;
begin
    select * into account from app.accounts a where a.tenant_id = new.tenant_id;
    if tg_op = 'INSERT' and account.closes_at <= clock_timestamp() then
        perform rowhouse.refuse('account_closed', 'Its owner has closed it.');
    end if;
    new.expires_at := least(new.expires_at, account.closes_at,
                            new.created_at + make_interval(secs => account.session_absolute_seconds));
    new.idle_until := least(new.idle_until, new.expires_at,
                            clock_timestamp() + make_interval(secs => account.session_idle_seconds));
    return new;
end
$$;
comment on function rowhouse_private.tg_sessions__shorten() is
'A session that begins or goes on lives no longer than its account wants; of a closed one (account_closed) none does.';
grant execute on function rowhouse_private.tg_sessions__shorten() to rowhouse_owner;

create or replace function rowhouse_private.tg_accounts__shorten_sessions() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    update rowhouse_private.sessions s
       set idle_until = s.idle_until
     where s.tenant_id = new.tenant_id
       and s.revoked_at is null;
    return null;
end
$$;
comment on function rowhouse_private.tg_accounts__shorten_sessions() is
'Holds the sessions that are there to what their account now wants. None becomes longer.';
grant execute on function rowhouse_private.tg_accounts__shorten_sessions() to rowhouse_owner;

set local role rowhouse_owner;

create or replace trigger _300_shorten before insert or update of idle_until on rowhouse_private.sessions
    for each row execute function rowhouse_private.tg_sessions__shorten();
create or replace trigger _200_shorten_sessions
    after update of session_idle_seconds, session_absolute_seconds, closes_at on app.accounts
    for each row when (new.session_idle_seconds is distinct from old.session_idle_seconds
                       or new.session_absolute_seconds is distinct from old.session_absolute_seconds
                       or new.closes_at is distinct from old.closes_at)
    execute function rowhouse_private.tg_accounts__shorten_sessions();
