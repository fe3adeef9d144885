-- A user's password.

-- definitions

select rowhouse.error('wrong_password', 403, 'The present password is wrong');

set local role rowhouse_system;

create or replace function rowhouse_private.accept_password(password text, failure text) returns boolean
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    me rowhouse_private.users;
begin
    select * into strict me from rowhouse_private.users u where u.id = rowhouse.user_id();
    -- Waits for a login of this user that is under way, which may begin a session by this password.
    if rowhouse_private.is_refused_for(rowhouse_private.seconds_locked(me.email)) then
        return false;
    end if;
    -- As it is now: whoever came before may have changed it.
    select * into strict me from rowhouse_private.users u where u.id = rowhouse.user_id();
    if rowhouse.verify_password(password, me.password_hash) then
        return true;
    end if;
    perform rowhouse_private.count_failure(me.email);
    perform rowhouse.audit(failure, '{"by": "password"}');
    perform rowhouse.reject('wrong_password', 'Give the present password.');
    return false;
end
$$;
comment on function rowhouse_private.accept_password(text, text) is
'Whether this is the password of whoever is asking. Otherwise the answer is rejected (wrong_password, which counts as a failed login, or too_many_attempts), failure is the event of the trail, and the endpoint returns.';

create or replace function api.change_password(old_password text, new_password text) returns void
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.check_password(new_password, 'new_password');
    if not rowhouse_private.accept_password(old_password, 'password.change_failed') then
        return;
    end if;
    update rowhouse_private.users u
       set password_hash = rowhouse.hash_password(new_password)
     where u.id = rowhouse.user_id();
    delete from rowhouse_private.tickets t
     where t.user_id = rowhouse.user_id()
       and t.purpose = 'reset_password';
    perform rowhouse_private.revoke_other_sessions();
    perform rowhouse.audit('password.changed');
    perform rowhouse_private.mail_user(rowhouse.user_id(), 'password_changed');
end
$$;
comment on function api.change_password(text, text) is
'Gives the user who is asking a new password and ends the other sessions; a mail tells of it. A wrong old one counts as a failed login.';
select rowhouse.route('POST', '/auth/password/change', 'api.change_password', access => 'user', status => 204, lane => 'slow',
                      rate => 'auth');

set local role rowhouse_owner;
