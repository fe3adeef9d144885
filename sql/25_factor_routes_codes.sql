-- What a user does with codes: confirms the factor, shows it afresh, takes it away.

-- definitions

set local role rowhouse_system;

create or replace function api.confirm_mfa(code text) returns setof api.backup_codes
    language plpgsql volatile security definer parallel unsafe rows 1
    set search_path = pg_catalog, pg_temp
as $$
declare
    f rowhouse_private.factors;
begin
    perform rowhouse_private.check_mfa_enabled();
    select * into f from rowhouse_private.factors o where o.user_id = rowhouse.user_id() for update;
    if not found then
        perform rowhouse.refuse('mfa_not_enabled', 'POST /auth/mfa/enable first.');
    elsif f.confirmed_at is not null then
        perform rowhouse.refuse('mfa_already_enabled', 'It was confirmed before.');
    end if;
    if not rowhouse_private.accept_code(rowhouse.tenant_id(), rowhouse.user_id(), code) then
        return;
    end if;
    update rowhouse_private.factors o set confirmed_at = clock_timestamp() where o.user_id = f.user_id;
    perform rowhouse_private.mark_verified();
    perform rowhouse.audit('mfa.enrolled');
    perform rowhouse_private.mail_user(rowhouse.user_id(), 'mfa_enabled');
    return query select rowhouse_private.make_backup_codes(f.user_id);
end
$$;
comment on function api.confirm_mfa(text) is
'Takes the second factor into use by a code of it, and answers its backup codes, which are not shown again.';
select rowhouse.route('POST', '/auth/mfa/confirm', 'api.confirm_mfa', access => 'enrolling', lane => 'slow',
                      rate => 'auth');

create or replace function rowhouse_private.check_has_factor() returns void
    language plpgsql volatile parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.check_mfa_enabled();
    if not rowhouse_private.has_factor(rowhouse.user_id()) then
        perform rowhouse.refuse('mfa_not_enabled', 'POST /auth/mfa/enable and confirm it first.');
    end if;
end
$$;
comment on function rowhouse_private.check_has_factor() is
'Refuses (mfa_disabled, mfa_not_enabled) unless whoever is asking has a second factor in use.';

create or replace function api.verify_mfa(code text) returns void
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.check_has_factor();
    if rowhouse_private.accept_code(rowhouse.tenant_id(), rowhouse.user_id(), code) then
        perform rowhouse_private.mark_verified();
    end if;
end
$$;
comment on function api.verify_mfa(text) is
'Shows the second factor, or a backup code, for what asks this session for a fresh one.';
select rowhouse.route('POST', '/auth/mfa/verify', 'api.verify_mfa', access => 'enrolling', status => 204, lane => 'slow',
                      rate => 'auth');

create or replace function api.disable_mfa(password text, code text) returns void
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.check_has_factor();
    if not rowhouse_private.accept_password(password, 'mfa.challenge_failed')
       or not rowhouse_private.accept_code(rowhouse.tenant_id(), rowhouse.user_id(), code) then
        return;
    end if;
    delete from rowhouse_private.factors f where f.user_id = rowhouse.user_id();
    perform rowhouse.audit('mfa.disabled');
    perform rowhouse_private.mail_user(rowhouse.user_id(), 'mfa_disabled');
end
$$;
comment on function api.disable_mfa(text, text) is
'Takes the user''s second factor away, with its backup codes and remembered devices.';
select rowhouse.route('POST', '/auth/mfa/disable', 'api.disable_mfa', access => 'user', status => 204, lane => 'slow',
                      rate => 'auth');

create or replace function api.regenerate_backup_codes(password text default null) returns setof api.backup_codes
    language plpgsql volatile security definer parallel unsafe rows 1
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.check_has_factor();
    if password is null then
        perform rowhouse_private.check_step_up();
    elsif not rowhouse_private.accept_password(password, 'mfa.challenge_failed') then
        return;
    end if;
    perform rowhouse.audit('mfa.backup_codes_regenerated');
    return query select rowhouse_private.make_backup_codes(rowhouse.user_id());
end
$$;
comment on function api.regenerate_backup_codes(text) is
'Makes new backup codes in place of those that are left. By the password, or after a fresh login or code.';
select rowhouse.route('POST', '/auth/mfa/backup-codes/regenerate', 'api.regenerate_backup_codes',
                      access => 'user', lane => 'slow',
                      rate => 'auth');

set local role rowhouse_owner;
