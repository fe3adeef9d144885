-- Second factors: secrets of authenticators, backup codes, and the devices that are remembered.

create table rowhouse_private.factors (
    user_id uuid primary key references rowhouse_private.users (id) on delete cascade,
    secret bytea not null,
    last_step bigint,
    confirmed_at timestamptz,
    created_at timestamptz not null default clock_timestamp());
comment on table rowhouse_private.factors is
    'the authenticator of a user, its secret sealed; it counts once a code of it has confirmed it';
comment on column rowhouse_private.factors.last_step is
    'the step of the last code that was taken: none of that step or before is taken again';
select rowhouse.declare_global('rowhouse_private.factors', 'asked for before a tenant is known');

create table rowhouse_private.backup_codes (
    user_id uuid not null references rowhouse_private.factors (user_id) on delete cascade,
    code_hash text not null,
    primary key (user_id, code_hash));
comment on table rowhouse_private.backup_codes is
    'the backup codes that are left, as Argon2id hashes of their normal form; a used one is deleted';
select rowhouse.declare_global('rowhouse_private.backup_codes', 'asked for before a tenant is known');

create table rowhouse_private.remembered_devices (
    id uuid primary key default rowhouse.uuid_v7(),
    tenant_id uuid not null,
    user_id uuid not null references rowhouse_private.factors (user_id) on delete cascade,
    token_hash bytea not null unique,
    device_name app.short_text,
    user_agent text,
    ip inet,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    foreign key (tenant_id, user_id) references app.memberships (tenant_id, user_id) on delete cascade);
create index on rowhouse_private.remembered_devices (tenant_id, user_id);
create index on rowhouse_private.remembered_devices (user_id, id);
comment on table rowhouse_private.remembered_devices is
    'devices whose logins are asked for no code, by the hash of their cookie, and the account they were remembered in';
select rowhouse.declare_global('rowhouse_private.remembered_devices', 'presented before a tenant is known');

-- definitions

select rowhouse.error('mfa_disabled', 409, 'Second factors are turned off');
select rowhouse.error('mfa_already_enabled', 409, 'There is a second factor already');
select rowhouse.error('mfa_not_enabled', 409, 'There is no second factor');
select rowhouse.error('mfa_enrolment_required', 403, 'A second factor has to be set up first');
select rowhouse.error('wrong_code', 403, 'The code is wrong');
select rowhouse.error('step_up_required', 403, 'A fresh login or code is needed');

grant select, insert, update, delete
    on rowhouse_private.factors, rowhouse_private.backup_codes, rowhouse_private.remembered_devices
    to rowhouse_system;

set local role rowhouse_system;

create or replace function rowhouse_private.has_factor(user_id uuid) returns boolean
    language plpgsql stable parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from rowhouse_private.factors f
                    where f.user_id = has_factor.user_id and f.confirmed_at is not null);
end
$$;
comment on function rowhouse_private.has_factor(uuid) is
'Whether a user has a second factor that a code has confirmed.';

create or replace function rowhouse_private.requires_factor(tenant_id uuid) returns boolean
    language plpgsql stable parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
begin
    return current_setting('rowhouse.mfa_required_for_admin')::boolean
        or (select a.mfa_required_for_admin from app.accounts a where a.tenant_id = requires_factor.tenant_id);
end
$$;
comment on function rowhouse_private.requires_factor(uuid) is
'Whether the installation, or this account, requires a second factor of those who may change members.';

create or replace function rowhouse_private.check_mfa_enabled() returns void
    language plpgsql volatile parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not current_setting('rowhouse.mfa_enabled')::boolean then
        perform rowhouse.refuse('mfa_disabled', 'The operator has not turned them on.');
    end if;
end
$$;
comment on function rowhouse_private.check_mfa_enabled() is
'Refuses (mfa_disabled) unless rowhouse.mfa_enabled is on.';

create or replace function rowhouse_private.use_backup_code(tenant_id uuid, user_id uuid, code text) returns boolean
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    typed constant text := rowhouse.normal_backup_code(code);
    used text;
    codes_left bigint;
begin
    if typed is null then
        return false;
    end if;
    select b.code_hash into used
      from rowhouse_private.backup_codes b
     where b.user_id = use_backup_code.user_id
       and rowhouse.verify_password(typed, b.code_hash)
     limit 1;
    if used is null then
        return false;
    end if;
    delete from rowhouse_private.backup_codes b where b.user_id = use_backup_code.user_id and b.code_hash = used;
    select count(*) into codes_left from rowhouse_private.backup_codes b where b.user_id = use_backup_code.user_id;
    perform rowhouse.audit_for(tenant_id, user_id, 'mfa.backup_code_used', jsonb_build_object('left', codes_left));
    perform rowhouse_private.mail_user(user_id, 'backup_code_used', jsonb_build_object('left', codes_left));
    return true;
end
$$;
comment on function rowhouse_private.use_backup_code(uuid, uuid, text) is
'Whether a text is a backup code of the user, which it is no more then. The caller holds the lock of the factor.';

create or replace function rowhouse_private.accept_code(tenant_id uuid, user_id uuid, code text) returns boolean
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    limited constant text := 'mfa ' || user_id;
    f rowhouse_private.factors;
    step bigint;
begin
    -- One attempt at a time: a code that comes twice at once passes once, and no guess is uncounted.
    select * into f from rowhouse_private.factors o where o.user_id = accept_code.user_id for update;
    if rowhouse_private.is_refused_for(rowhouse_private.seconds_until_allowed(limited, 5)) then
        return false;
    end if;
    step := rowhouse.totp_step(rowhouse.open_secret(f.secret, 'totp ' || f.user_id), code, f.last_step, clock_timestamp());
    if step is not null then
        update rowhouse_private.factors o set last_step = step where o.user_id = f.user_id;
    elsif not rowhouse_private.use_backup_code(tenant_id, user_id, code) then
        perform rowhouse_private.count_failure_of(limited);
        perform rowhouse.audit_for(tenant_id, user_id, 'mfa.challenge_failed');
        perform rowhouse.reject('wrong_code', 'Wait for the next code, or take a backup code that was not used.');
        return false;
    end if;
    delete from rowhouse_private.login_failures l where l.subject = limited;
    perform rowhouse.audit_for(tenant_id, user_id, 'mfa.challenge_passed');
    return true;
end
$$;
comment on function rowhouse_private.accept_code(uuid, uuid, text) is
'Whether a code of the user''s authenticator, or a backup code, is right; it is never taken again. Otherwise the answer is rejected (wrong_code, which counts, or too_many_attempts) and the endpoint returns.';

create or replace function rowhouse_private.make_backup_codes(user_id uuid) returns text[]
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    codes constant text[] := array(select rowhouse.backup_code() from generate_series(1, 10));
begin
    -- One at a time, or two would leave the codes of both.
    perform from rowhouse_private.factors f where f.user_id = make_backup_codes.user_id for update;
    delete from rowhouse_private.backup_codes b where b.user_id = make_backup_codes.user_id;
    insert into rowhouse_private.backup_codes (user_id, code_hash)
    select make_backup_codes.user_id, rowhouse.hash_password(rowhouse.normal_backup_code(c)) from unnest(codes) c;
    return codes;
end
$$;
comment on function rowhouse_private.make_backup_codes(uuid) is
'Ten new backup codes of a user in place of the old ones. To be shown once.';

create or replace function rowhouse_private.tg_users__end_challenges() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from rowhouse_private.tickets t where t.user_id = new.id and t.purpose = 'login_mfa';
    return null;
end
$$;
comment on function rowhouse_private.tg_users__end_challenges() is
'Whoever gave the old password is not asked for a code any more, but for the new one.';
grant execute on function rowhouse_private.tg_users__end_challenges() to rowhouse_owner;

set local role rowhouse_owner;

create or replace trigger _200_end_challenges after update of password_hash on rowhouse_private.users
    for each row when (old.password_hash <> new.password_hash)
    execute function rowhouse_private.tg_users__end_challenges();
