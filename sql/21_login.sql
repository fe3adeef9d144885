-- Login, and the switch to another account.

-- definitions

select rowhouse.rate_class('auth', 20);

set local role rowhouse_system;

create or replace function rowhouse_private.failure_subjects(email text) returns table (subject text, allowed integer)
    language sql stable parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
    select 'account ' || encode(rowhouse.hash_token(lower(email)), 'hex'),
           current_setting('rowhouse.login_failures_per_account')::integer
    union all
    select 'network ' || rowhouse.client_network(),
           current_setting('rowhouse.login_failures_per_address')::integer
     where rowhouse.client_network() is not null
$$;
comment on function rowhouse_private.failure_subjects(text) is
'What a failed login counts against, and how many are allowed in rowhouse.login_failure_window.';

create or replace function rowhouse_private.seconds_until_allowed(subject text, allowed integer) returns integer
    language sql volatile parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
    select ceil(extract(epoch from l.at + current_setting('rowhouse.login_failure_window')::interval - clock_timestamp()))
      from rowhouse_private.login_failures l
     where l.subject = seconds_until_allowed.subject
       and l.at > clock_timestamp() - current_setting('rowhouse.login_failure_window')::interval
     order by l.at desc
    offset allowed - 1 limit 1
$$;
comment on function rowhouse_private.seconds_until_allowed(text, integer) is
'For how many seconds a subject that has failed is refused; NULL when it is not.';

create or replace function rowhouse_private.is_refused_for(seconds integer) returns boolean
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    if seconds is null then
        return false;
    end if;
    perform rowhouse.set_header('Retry-After', seconds::text);
    perform rowhouse.reject('too_many_attempts', 'Wait until the time in Retry-After is over.');
    return true;
end
$$;
comment on function rowhouse_private.is_refused_for(integer) is
'Whether an attempt is rejected (too_many_attempts), as for so many seconds more all are; NULL: it is not. The endpoint returns then.';

create or replace function rowhouse_private.seconds_locked(email text) returns integer
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- One attempt of an account at a time, so that parallel guesses are counted as well.
    perform pg_advisory_xact_lock(hashtextextended('rowhouse login ' || lower(email), 0));
    return (
        select max(rowhouse_private.seconds_until_allowed(s.subject, s.allowed))
          from rowhouse_private.failure_subjects(email) s);
end
$$;
comment on function rowhouse_private.seconds_locked(text) is
'For how many seconds logins of this account, or from this network, are refused; NULL when they are not.';

create or replace function rowhouse_private.count_failure_of(subject text) returns void
    language sql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    delete from rowhouse_private.login_failures l
     where l.subject = count_failure_of.subject
       and l.at <= clock_timestamp() - current_setting('rowhouse.login_failure_window')::interval;
    insert into rowhouse_private.login_failures (subject) values (count_failure_of.subject)
$$;
comment on function rowhouse_private.count_failure_of(text) is
'Counts a failure of a subject and forgets those that no longer count.';

create or replace function rowhouse_private.count_failure(email text) returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.count_failure_of(s.subject) from rowhouse_private.failure_subjects(email) s;
end
$$;
comment on function rowhouse_private.count_failure(text) is
'Counts a failed login.';

create or replace function rowhouse_private.find_membership(email text, wanted_slug text)
    returns table (tenant_id uuid, user_id uuid, password_hash text, is_demo boolean)
    language sql stable parallel restricted
begin atomic
    select t.id, u.id, u.password_hash, t.is_demo
      from rowhouse_private.users u
      left join (app.memberships m join rowhouse_private.tenants t on t.id = m.tenant_id)
        on m.user_id = u.id
       and (wanted_slug is null or t.slug = wanted_slug)
     where u.email = lower(find_membership.email)
     order by (select max(s.created_at) from rowhouse_private.sessions s
                where s.user_id = u.id and s.tenant_id = t.id) desc nulls last, t.id
     limit 1;
end;
comment on function rowhouse_private.find_membership(text, text) is
'The user of an e-mail address and the membership to log in to: of the wanted account, else the one last used. A NULL tenant when the user has no such membership.';

create or replace function api.login(
    email text, password text, tenant text default null,
    device_name app.short_text default null, device_id app.device_id default null
) returns api.login
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    wanted constant text := rowhouse_private.wanted_tenant(tenant);
    locked constant integer := rowhouse_private.seconds_locked(email);
    found record;
    is_right boolean;
begin
    if rowhouse_private.is_refused_for(locked) then
        return null;
    end if;
    select * into found from rowhouse_private.find_membership(email, wanted);
    is_right := rowhouse.verify_password(password, found.password_hash);
    if not is_right or found.tenant_id is null then
        perform rowhouse_private.count_failure(email);
        if found.user_id is null then
            perform rowhouse.audit_stranger('login.failed');
        else
            perform rowhouse.audit_for(found.tenant_id, found.user_id, 'login.failed');
        end if;
        perform rowhouse.reject('invalid_credentials', 'Check the e-mail address and the password.');
        return null;
    end if;
    if found.is_demo and current_setting('rowhouse.environment') = 'production' then
        perform rowhouse.refuse('demo_login_refused');
    end if;
    if rowhouse_private.must_verify(found.user_id) then
        perform rowhouse_private.mail_verification(found.user_id);
        perform rowhouse.reject('email_unverified', 'Open the link in the mail that was sent to the address.');
        return null;
    end if;
    delete from rowhouse_private.login_failures l
     where l.subject = (select s.subject from rowhouse_private.failure_subjects(email) s limit 1);
    if rowhouse.needs_rehash(found.password_hash) then
        update rowhouse_private.users u
           set password_hash = rowhouse.hash_password(password)
         where u.id = found.user_id;
    end if;
    return rowhouse_private.begin_login(found.tenant_id, found.user_id, device_name, device_id);
end
$$;
comment on function api.login(text, text, text, app.short_text, app.device_id) is
'Logs a user in by e-mail address and password, to the account named by its slug, in the body, by the host or by X-Tenant, or to the one last used. Who has a second factor gets an mfa_token for POST /auth/login/mfa-verify instead of tokens.';
select rowhouse.route('POST', '/auth/login', 'api.login', access => 'public', lane => 'slow', rate => 'auth');

create or replace function api.switch_account(tenant app.slug, device_id app.device_id default null)
    returns api.tokens
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    wanted rowhouse_private.tenants;
    present rowhouse_private.sessions;
begin
    select t.* into wanted
      from rowhouse_private.tenants t
      join app.memberships m on m.tenant_id = t.id
     where t.slug = switch_account.tenant
       and m.user_id = rowhouse.user_id();
    if not found then
        perform rowhouse.refuse('not_found', 'GET /me lists the accounts that you belong to.');
    end if;
    if wanted.is_demo and current_setting('rowhouse.environment') = 'production' then
        perform rowhouse.refuse('demo_login_refused');
    end if;
    select * into strict present from rowhouse_private.sessions s where s.id = rowhouse.session_id();
    if present.verified_at is null
       and not (select a.remember_devices from app.accounts a where a.tenant_id = wanted.id) then
        perform rowhouse.refuse('step_up_required', 'That account trusts no remembered device: POST /auth/mfa/verify a code.');
    end if;
    perform rowhouse.audit_for(wanted.id, rowhouse.user_id(), 'account.switched');
    return rowhouse_private.start_session(
        wanted.id, rowhouse.user_id(), present.device_name, device_id, present.verified_at);
end
$$;
comment on function api.switch_account(app.slug, app.device_id) is
'Begins a session in another account that the user belongs to; the present one goes on.';
select rowhouse.route('POST', '/auth/switch', 'api.switch_account', access => 'user');

set local role rowhouse_owner;
