-- Registration: a new account and its owner, and that the owner reads what is sent to the address.

-- definitions

select rowhouse.error('registration_closed', 403, 'Registration is closed');

set local role rowhouse_system;

create or replace function rowhouse_private.register_by_mail(
    account_name text, slug text, user_name text, email text, password text, locale app.locale
) returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    known rowhouse_private.users;
    made record;
begin
    perform rowhouse_private.lock_address(email);
    select * into known from rowhouse_private.users u where u.email = lower(register_by_mail.email);
    if not found then
        select * into made from rowhouse_private.create_account(
            account_name, slug, user_name, email, password, locale => locale, is_verified => false);
        perform rowhouse_private.mail_verification(made.user_id);
        return;
    end if;
    -- The same work as for a new address, undone again. But the slug stays taken, by an account of
    -- nobody: else whoever asks for it a second time would learn which of the two this was.
    begin
        perform rowhouse_private.create_account(
            account_name, slug, user_name, rowhouse.random_token() || '@nobody.invalid', password);
        perform rowhouse.refuse('email_taken');
    exception when sqlstate 'RH409' then
        insert into rowhouse_private.tenants (slug) values (register_by_mail.slug);
    end;
    if known.email_verified_at is null then
        perform rowhouse_private.mail_verification(known.id);
    elsif rowhouse_private.may_mail('account_exists', known.email, 3) then
        perform rowhouse_private.mail_user(known.id, 'account_exists', jsonb_build_object(
                    'link', rowhouse_private.link('/reset-password?token=' || rowhouse_private.issue_ticket(
                                'reset_password', '30 min', known.id))));
    end if;
end
$$;
comment on function rowhouse_private.register_by_mail(text, text, text, text, text, app.locale) is
'Makes an account whose owner has to confirm the address, or tells the owner of a taken one by mail; neither the answer nor its time says which. Raises 23505 (slug_taken).';

create or replace function api.register(
    account__name app.short_text, account__slug app.slug,
    user__name app.short_text, user__email app.email, user__password text,
    locale app.locale default null,
    device_name app.short_text default null, device_id app.device_id default null
) returns api.tokens
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    mode constant text := rowhouse_private.registration_mode();
    chosen constant app.locale := coalesce(locale, rowhouse_private.preferred_locale());
    made record;
begin
    if mode = 'closed' then
        perform rowhouse.refuse('registration_closed', 'Ask the operator for an account.');
    end if;
    perform rowhouse_private.check_password(user__password, 'user__password');
    if mode = 'verified' then
        perform rowhouse_private.register_by_mail(
            account__name, account__slug, user__name, user__email, user__password, chosen);
        perform rowhouse.set_status(202);
        return null;
    end if;
    select * into made from rowhouse_private.create_account(
        account__name, account__slug, user__name, user__email, user__password, locale => chosen, is_verified => false);
    perform rowhouse_private.mail_verification(made.user_id);
    return rowhouse_private.start_session(made.tenant_id, made.user_id, device_name, device_id);
end
$$;
comment on function api.register(app.short_text, app.slug, app.short_text, app.email, text, app.locale, app.short_text, app.device_id) is
'Makes a new account and its owner, who gets a mail to confirm the address. Where registration is open the owner is logged in (201). Where it is verified the answer is 202 without a body, whether the address is new or taken: what the mail brings goes on.';
select rowhouse.route('POST', '/auth/register', 'api.register', access => 'public', status => 201, lane => 'slow',
                      rate => 'auth');

create or replace function api.verify_email(
    token text, device_name app.short_text default null, device_id app.device_id default null
) returns api.login
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    ticket constant rowhouse_private.tickets := rowhouse_private.present_ticket(token, 'verify_email');
    member record;
begin
    if ticket.user_id is null then
        return null;
    end if;
    select m.* into member
      from rowhouse_private.users u
     cross join lateral rowhouse_private.find_membership(u.email, null) m
     where u.id = ticket.user_id;
    if member.tenant_id is null then
        perform rowhouse.reject('ticket_invalid', 'You belong to no account any more.');
        return null;
    end if;
    if member.is_demo and current_setting('rowhouse.environment') = 'production' then
        perform rowhouse.refuse('demo_login_refused');
    end if;
    update rowhouse_private.users u
       set email_verified_at = coalesce(u.email_verified_at, clock_timestamp())
     where u.id = ticket.user_id;
    delete from rowhouse_private.tickets t
     where t.user_id = ticket.user_id
       and t.purpose = 'verify_email';
    perform rowhouse.audit_for(member.tenant_id, ticket.user_id, 'email.verified');
    return rowhouse_private.begin_login(member.tenant_id, ticket.user_id, device_name, device_id);
end
$$;
comment on function api.verify_email(text, app.short_text, app.device_id) is
'Confirms the user''s address by the token that was mailed, once, and logs the user in, who may be asked for a code as at login.';
select rowhouse.route('POST', '/auth/email/verify', 'api.verify_email', access => 'public');

create or replace function api.send_verification() returns void
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.mail_verification(u.id)
       from rowhouse_private.users u
      where u.id = rowhouse.user_id()
        and u.email_verified_at is null;
end
$$;
comment on function api.send_verification() is
'Sends the mail that confirms the user''s address again, once a minute at most; none to an address that is confirmed.';
select rowhouse.route('POST', '/me/email/verification', 'api.send_verification', access => 'user', status => 204);

set local role rowhouse_owner;
