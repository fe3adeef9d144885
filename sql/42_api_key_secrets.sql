-- The secrets of API keys and instance tokens: how they are made, rotated and looked up.

-- definitions

select rowhouse.error('expiry_out_of_range', 422, 'The expiry is not allowed');

set local role rowhouse_system;

create or replace function rowhouse_private.tg_api_keys__check() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.check_grantable(new.permissions, 'permissions');
    if tg_op = 'UPDATE' then
        perform rowhouse_private.check_grantable(old.permissions);
    end if;
    return new;
end
$$;
comment on function rowhouse_private.tg_api_keys__check() is
'A key gives only what whoever makes or changes it holds.';
grant execute on function rowhouse_private.tg_api_keys__check() to rowhouse_owner;

create or replace function rowhouse_private.make_key(
    kind text, name text, permissions text[], instance_id uuid, networks app.network[], expires_at timestamptz,
    out id uuid, out secret text
) returns record
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    ends constant timestamptz := coalesce(make_key.expires_at, clock_timestamp() + interval '365 days');
begin
    if ends not between clock_timestamp() and clock_timestamp() + interval '3650 days' then
        perform rowhouse.refuse('expiry_out_of_range', 'Choose a time within the next ten years.', 'expires_at');
    end if;
    make_key.id := rowhouse.uuid_v7();
    make_key.secret := rowhouse.make_api_key(make_key.kind, make_key.id);
    insert into app.api_keys (tenant_id, id, kind, name, permissions, instance_id, networks, secret_hash, expires_at)
    values (rowhouse.tenant_id(), make_key.id, make_key.kind::app.credential_kind, make_key.name, make_key.permissions, make_key.instance_id,
            make_key.networks, rowhouse.hash_api_key(make_key.secret), ends);
end
$$;
comment on function rowhouse_private.make_key(text, text, text[], uuid, app.network[], timestamptz) is
'Makes a credential of the caller''s tenant, for 365 days unless said otherwise.';

create or replace function rowhouse_private.new_key(id uuid, secret text) returns setof api.new_api_key
    language sql stable parallel restricted rows 1
begin atomic
    select k.id, k.kind::text, k.name, k.permissions, k.instance_id, k.networks::text[], k.expires_at, k.last_used_at,
           k.created_by, k.revoked_at, k.created_at, k.updated_at, new_key.secret
      from app.api_keys k
     where k.tenant_id = rowhouse.tenant_id()
       and k.id = new_key.id;
end;
comment on function rowhouse_private.new_key(uuid, text) is
'A credential as it is shown with its secret.';

create or replace function api.create_api_key(
    name app.short_text, permissions text[] default '{}', kind api.key_kind default 'live', instance_id uuid default null,
    networks app.network[] default '{}', expires_at timestamptz default null
) returns setof api.new_api_key
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    made record;
begin
    select * into made from rowhouse_private.make_key(
        create_api_key.kind::text, create_api_key.name, create_api_key.permissions, create_api_key.instance_id,
        create_api_key.networks, create_api_key.expires_at);
    perform rowhouse.audit('api_key.created', jsonb_build_object('permissions', create_api_key.permissions),
                           'api-keys/' || made.id);
    return query select * from rowhouse_private.new_key(made.id, made.secret);
end
$$;
comment on function api.create_api_key(app.short_text, text[], api.key_kind, uuid, app.network[], timestamptz) is
'Makes an API key with permissions that the caller holds, for one instance alone or for all, from anywhere or from some networks. The secret is shown this once.';
select rowhouse.route('POST', '/api-keys', 'api.create_api_key', permission => 'api-keys:write', status => 201, lane => 'slow');

create or replace function api.create_instance_token(
    id uuid, name app.short_text default 'token', permissions text[] default '{instances:read}', networks app.network[] default '{}',
    expires_at timestamptz default null
) returns setof api.new_api_key
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    made record;
begin
    perform from app.instances i where i.tenant_id = rowhouse.tenant_id() and i.id = create_instance_token.id;
    if not found then
        return;
    end if;
    select * into made from rowhouse_private.make_key(
        'instance', create_instance_token.name, create_instance_token.permissions, create_instance_token.id,
        create_instance_token.networks, create_instance_token.expires_at);
    perform rowhouse.audit('instance_token.created', jsonb_build_object('permissions', create_instance_token.permissions),
                           'instances/' || create_instance_token.id);
    return query select * from rowhouse_private.new_key(made.id, made.secret);
end
$$;
comment on function api.create_instance_token(uuid, app.short_text, text[], app.network[], timestamptz) is
'Makes a token that opens the routes of this WhatsApp connection and no other. The secret is shown this once.';
select rowhouse.route('POST', '/instances/:id/tokens', 'api.create_instance_token', permission => 'api-keys:write', status => 201, lane => 'slow');

create or replace function api.rotate_api_key(id uuid, overlap_seconds integer default 86400)
    returns setof api.new_api_key
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    kept app.api_keys;
    secret text;
begin
    select * into kept
      from app.api_keys k
     where k.tenant_id = rowhouse.tenant_id()
       and k.id = rotate_api_key.id
       and k.kind <> 'instance'
       and k.revoked_at is null
       for no key update;
    if not found then
        return;
    end if;
    if overlap_seconds not between 0 and 604800 then
        perform rowhouse.refuse('expiry_out_of_range', 'The old secret works for 0 to 604800 seconds more.', 'overlap_seconds');
    end if;
    perform rowhouse_private.check_grantable(kept.permissions);
    secret := rowhouse.make_api_key(kept.kind::text, kept.id);
    update app.api_keys k
       set secret_hash = rowhouse.hash_api_key(secret),
           old_secret_hash = kept.secret_hash,
           old_secret_until = clock_timestamp() + make_interval(secs => overlap_seconds)
     where k.tenant_id = kept.tenant_id
       and k.id = kept.id;
    perform rowhouse.audit('api_key.rotated', resource => 'api-keys/' || kept.id);
    return query select * from rowhouse_private.new_key(kept.id, secret);
end
$$;
comment on function api.rotate_api_key(uuid, integer) is
'Gives an API key a new secret, shown this once; the one before works for the overlap.';
select rowhouse.route('POST', '/api-keys/:id/rotate', 'api.rotate_api_key', permission => 'api-keys:write', lane => 'slow');

create or replace function rowhouse_private.read_key(key_id uuid, client inet)
    returns table (refusal text, tenant_id uuid, hash text, old_hash text, permissions text, instance_id uuid)
    language sql stable parallel restricted rows 1
begin atomic
    select case when k.revoked_at is not null
                  or least(k.expires_at, a.closes_at) <= clock_timestamp()
                  or (k.networks <> '{}' and not coalesce(read_key.client <<= any (k.networks::inet[]), false))
                then 'credential_invalid' end,
           k.tenant_id, k.secret_hash,
           case when k.old_secret_until > clock_timestamp() then k.old_secret_hash end,
           array_to_string(k.permissions, ' '), k.instance_id
      from app.api_keys k
      join app.accounts a on a.tenant_id = k.tenant_id
     where k.id = read_key.key_id;
end;
comment on function rowhouse_private.read_key(uuid, inet) is
'What an API key or instance token stands for at this moment, for a client of that address. The authenticator of both.';
select rowhouse.authenticator('api_key', 'rowhouse_private.read_key');
select rowhouse.authenticator('instance_token', 'rowhouse_private.read_key');

set local role rowhouse_owner;

create or replace trigger _200_check before insert or update of permissions on app.api_keys
    for each row execute function rowhouse_private.tg_api_keys__check();
