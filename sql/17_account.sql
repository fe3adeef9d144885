-- The account as its members see and set it.

create type api.account as (
    id uuid, slug text, name text, time_zone text, cors_origins text[], mfa_required_for_admin boolean,
    remember_devices boolean, session_idle_seconds integer, session_absolute_seconds integer, closes_at timestamptz,
    created_at timestamptz, updated_at timestamptz);
comment on type api.account is 'a tenant: its name and settings; closes_at is set while it is being closed';

-- definitions

select rowhouse.error('time_zone_unknown', 422, 'There is no such time zone');
select rowhouse.error('account_closed', 403, 'The account is closed');

set local role rowhouse_system;

create or replace function api.get_account() returns setof api.account
    language sql stable security definer parallel restricted rows 1
begin atomic
    select a.tenant_id, t.slug, a.name, a.time_zone, a.cors_origins, a.mfa_required_for_admin,
           a.remember_devices, a.session_idle_seconds, a.session_absolute_seconds, a.closes_at, a.created_at,
           a.updated_at
      from app.accounts a
      join rowhouse_private.tenants t on t.id = a.tenant_id
     where a.tenant_id = rowhouse.tenant_id();
end;
comment on function api.get_account() is
'The account of the caller and its settings.';
select rowhouse.route('GET', '/account', 'api.get_account', permission => 'account:read');

create or replace function api.update_account(
    name app.short_text default null, slug app.slug default null, time_zone app.time_zone default null,
    cors_origins app.origin[] default null, mfa_required_for_admin boolean default null,
    remember_devices boolean default null, session_idle_seconds integer default null,
    session_absolute_seconds integer default null, closes_at timestamptz default null, _given text[] default '{}'
) returns setof api.account
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from pg_timezone_names z where z.name = update_account.time_zone)
       and update_account.time_zone is not null then
        perform rowhouse.refuse('time_zone_unknown', 'Take one of the tz database, such as America/Sao_Paulo.', 'time_zone');
    end if;
    -- An account that is being closed is kept by null, and closed by DELETE alone.
    if update_account.closes_at is not null then
        perform rowhouse.refuse('invalid_value', 'Send null to keep the account; DELETE closes it.', 'closes_at');
    end if;
    update app.accounts a
       set name = case when 'name' = any (_given) then update_account.name else a.name end,
           time_zone = case when 'time_zone' = any (_given) then update_account.time_zone else a.time_zone end,
           cors_origins = case when 'cors_origins' = any (_given) then update_account.cors_origins::text[] else a.cors_origins end,
           mfa_required_for_admin = case when 'mfa_required_for_admin' = any (_given)
                                         then update_account.mfa_required_for_admin else a.mfa_required_for_admin end,
           remember_devices = case when 'remember_devices' = any (_given)
                                   then update_account.remember_devices else a.remember_devices end,
           session_idle_seconds = case when 'session_idle_seconds' = any (_given)
                                       then update_account.session_idle_seconds else a.session_idle_seconds end,
           session_absolute_seconds = case when 'session_absolute_seconds' = any (_given)
                                           then update_account.session_absolute_seconds else a.session_absolute_seconds end,
           closes_at = case when 'closes_at' = any (_given) then null else a.closes_at end
     where a.tenant_id = rowhouse.tenant_id();
    if 'slug' = any (_given) then
        update rowhouse_private.tenants t set slug = update_account.slug where t.id = rowhouse.tenant_id();
    end if;
    perform rowhouse.audit('account.changed', jsonb_build_object('fields', _given));
    return query select * from api.get_account();
end
$$;
comment on function api.update_account(app.short_text, app.slug, app.time_zone, app.origin[], boolean, boolean, integer, integer, timestamptz, text[]) is
'Changes the settings of the account that are given. Shorter lives of sessions hold for the present ones too; closes_at null keeps an account that is being closed.';
select rowhouse.route('PATCH', '/account', 'api.update_account', permission => 'account:write');

create or replace function api.close_account() returns void
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.check_step_up();
    update app.accounts a
       set closes_at = coalesce(a.closes_at, clock_timestamp() + interval '30 days')
     where a.tenant_id = rowhouse.tenant_id();
    perform rowhouse.audit('account.closing');
end
$$;
comment on function api.close_account() is
'Closes the account in 30 days: from then on nobody gets in. Until then PATCH with closes_at null keeps it. Needs a fresh login or code.';
select rowhouse.route('DELETE', '/account', 'api.close_account', access => 'user', permission => 'account:close', status => 204);

set local role rowhouse_owner;
