-- A user's password.

-- definitions

select rowhouse.error('wrong_password', 403, 'The present password is wrong');

set local role rowhouse_system;

create or replace function api.change_password(old_password text, new_password text) returns void
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    -- Waits for a login of this user that is under way: it would begin a session by the old password.
    locked constant integer := rowhouse_private.seconds_locked(
        (select u.email from rowhouse_private.users u where u.id = rowhouse.user_id()));
    me rowhouse_private.users;
begin
    if locked is not null then
        perform rowhouse.set_header('Retry-After', locked::text);
        perform rowhouse.reject('too_many_attempts', 'Wait until the time in Retry-After is over.');
        return;
    end if;
    perform rowhouse_private.check_password(new_password, 'new_password');
    select * into strict me from rowhouse_private.users u where u.id = rowhouse.user_id();
    if not rowhouse.verify_password(old_password, me.password_hash) then
        perform rowhouse_private.count_failure(me.email);
        perform rowhouse.audit('password.change_failed');
        perform rowhouse.reject('wrong_password', 'Give the present password as old_password.');
        return;
    end if;
    update rowhouse_private.users u
       set password_hash = rowhouse.hash_password(new_password)
     where u.id = me.id;
    delete from rowhouse_private.tickets t
     where t.user_id = me.id
       and t.purpose = 'reset_password';
    perform rowhouse_private.revoke_other_sessions();
    perform rowhouse.audit('password.changed');
    perform rowhouse_private.mail_user(me.id, 'password_changed');
end
$$;
comment on function api.change_password(text, text) is
'Gives the user who is asking a new password and ends the other sessions; a mail tells of it. A wrong old one counts as a failed login.';
select rowhouse.route('POST', '/auth/password/change', 'api.change_password', access => 'user', status => 204, lane => 'slow',
                      rate => 'auth');

set local role rowhouse_owner;
