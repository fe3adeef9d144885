-- A forgotten password: a link by mail, and a new one by that link.

-- definitions

set local role rowhouse_system;

create or replace function api.forgot_password(email app.email) returns void
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    is_allowed constant boolean := rowhouse_private.may_mail('reset_password', email, 3);
    known rowhouse_private.users;
    tenant uuid;
begin
    select * into known from rowhouse_private.users u where u.email = lower(forgot_password.email);
    select m.tenant_id into tenant from rowhouse_private.find_membership(forgot_password.email, null) m;
    -- An unknown address costs the same, and then it is undone.
    begin
        perform rowhouse_private.send_mail(
            coalesce(known.email, lower(forgot_password.email)), 'reset_password', known.locale, jsonb_build_object(
                'name', coalesce(known.name, 'nobody'),
                'link', rowhouse_private.link('/reset-password?token=' || rowhouse_private.issue_ticket(
                            'reset_password', '30 min', known.id))));
        if known.id is null or not is_allowed then
            perform rowhouse.refuse('not_found');
        end if;
        perform rowhouse.audit_for(tenant, known.id, 'password.reset_requested');
    exception when sqlstate 'RH404' then
        perform rowhouse.audit_stranger('password.reset_requested');
    end;
end
$$;
comment on function api.forgot_password(app.email) is
'Mails a token to choose a new password by, good once and for 30 minutes; three times an hour at most. The answer is the same for an unknown address.';
select rowhouse.route('POST', '/auth/password/forgot', 'api.forgot_password', access => 'public', status => 202);

create or replace function rowhouse_private.replace_password(user_id uuid, password text) returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    update rowhouse_private.users u
       set password_hash = rowhouse.hash_password(password),
           email_verified_at = coalesce(u.email_verified_at, clock_timestamp())
     where u.id = replace_password.user_id;
    -- What was mailed or begun before is of whoever knew the old one.
    delete from rowhouse_private.tickets t where t.user_id = replace_password.user_id;
    perform rowhouse_private.revoke_sessions(array(select rowhouse_private.live_sessions(replace_password.user_id)));
    perform rowhouse_private.mail_user(replace_password.user_id, 'password_changed');
end
$$;
comment on function rowhouse_private.replace_password(uuid, text) is
'Gives a user who came by a mailed link another password: that confirms the address, ends every session and spends every ticket.';

create or replace function api.reset_password(token text, password text) returns void
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    ticket constant rowhouse_private.tickets := rowhouse_private.present_ticket(token, 'reset_password');
    address text;
    tenant uuid;
begin
    if ticket.user_id is null then
        return;
    end if;
    perform rowhouse_private.check_password(password, 'password');
    select u.email into strict address from rowhouse_private.users u where u.id = ticket.user_id;
    -- Waits for a login of this user that is under way: it would begin a session by the old password.
    perform rowhouse_private.seconds_locked(address);
    perform rowhouse_private.replace_password(ticket.user_id, password);
    delete from rowhouse_private.login_failures l
     where l.subject = (select s.subject from rowhouse_private.failure_subjects(address) s limit 1);
    select m.tenant_id into tenant from rowhouse_private.find_membership(address, null) m;
    perform rowhouse.audit_for(tenant, ticket.user_id, 'password.reset');
end
$$;
comment on function api.reset_password(text, text) is
'Gives the user a new password by the token that was mailed. It ends every session of the user, and lets in whoever failed too often.';
select rowhouse.route('POST', '/auth/password/reset', 'api.reset_password', access => 'public', status => 204, lane => 'slow',
                      rate => 'auth');

set local role rowhouse_owner;
