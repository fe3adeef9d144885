-- Registration: a new account and its owner.

-- definitions

select rowhouse.error('registration_closed', 403, 'Registration is closed');

set local role rowhouse_system;

create or replace function api.register(
    account__name app.short_text, account__slug app.slug,
    user__name app.short_text, user__email app.email, user__password text,
    device_name app.short_text default null, device_id app.device_id default null
) returns api.tokens
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    made record;
begin
    if current_setting('rowhouse.registration') = 'closed' then
        perform rowhouse.refuse('registration_closed', 'Ask the operator for an account.');
    end if;
    perform rowhouse_private.check_password(user__password, 'user__password');
    select * into made from rowhouse_private.create_account(
        account__name, account__slug, user__name, user__email, user__password);
    return rowhouse_private.start_session(made.tenant_id, made.user_id, device_name, device_id);
end
$$;
comment on function api.register(app.short_text, app.slug, app.short_text, app.email, text, app.short_text, app.device_id) is
'Makes a new account and its owner, and logs the owner in.';
select rowhouse.route('POST', '/auth/register', 'api.register', access => 'public', status => 201, lane => 'slow');

set local role rowhouse_owner;
