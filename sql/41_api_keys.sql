-- API keys and instance tokens: credentials of programs.

create type api.key_kind as enum ('live', 'test');
comment on type api.key_kind is 'live, or test, which looks different to whoever reads it';

create type app.credential_kind as enum ('live', 'test', 'instance');
comment on type app.credential_kind is 'an API key that is live or for tests, or the token of an instance';

create domain app.network as inet
    constraint network_masked check (value = network(value)::inet);
comment on domain app.network is 'an address, or a network such as 192.0.2.0/24';

create table app.api_keys (
    tenant_id uuid not null references app.accounts (tenant_id),
    id uuid not null default rowhouse.uuid_v7(),
    kind app.credential_kind not null,
    name app.short_text not null,
    permissions text[] not null,
    instance_id uuid,
    networks app.network[] not null default '{}',
    secret_hash text not null,
    old_secret_hash text,
    old_secret_until timestamptz,
    expires_at timestamptz not null,
    last_used_at timestamptz,
    created_by uuid default rowhouse.user_id(),
    revoked_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    constraint api_keys_instance_fkey foreign key (tenant_id, instance_id) references app.instances on delete cascade,
    constraint api_keys_token_has_instance check (kind <> 'instance' or instance_id is not null));
create index on app.api_keys (id);
create index on app.api_keys (tenant_id, instance_id);
comment on table app.api_keys is
    'what programs may do, and the hashes of their secrets; revoked ones stay';

comment on constraint api_keys_token_has_instance on app.api_keys is
    'is the instance''s that the token is for';

create type api.api_key as (
    id uuid, kind text, name text, permissions text[], instance_id uuid, networks text[], expires_at timestamptz,
    last_used_at timestamptz, created_by uuid, revoked_at timestamptz, created_at timestamptz, updated_at timestamptz);
comment on type api.api_key is 'an API key, or a token of an instance, without its secret';

create type api.new_api_key as (
    id uuid, kind text, name text, permissions text[], instance_id uuid, networks text[], expires_at timestamptz,
    last_used_at timestamptz, created_by uuid, revoked_at timestamptz, created_at timestamptz, updated_at timestamptz,
    secret text);
comment on type api.new_api_key is 'a credential with its secret, which is shown this once';

-- definitions

select rowhouse.error('instance_unknown', 422, 'There is no such instance', constraint_name => 'api_keys_instance_fkey');

select rowhouse_private.permit('api-keys:read', 'admin', 'See API keys and instance tokens');
select rowhouse_private.permit('api-keys:write', 'admin', 'Make, change, rotate and revoke API keys and instance tokens');

create or replace function api.list_api_keys(_limit integer default 51, _after_id uuid default null)
    returns setof api.api_key
    language sql stable parallel safe
begin atomic
    select k.id, k.kind::text, k.name, k.permissions, k.instance_id, k.networks::text[], k.expires_at, k.last_used_at,
           k.created_by, k.revoked_at, k.created_at, k.updated_at
      from app.api_keys k
     where k.kind <> 'instance'
       and k.id < coalesce(_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by k.id desc
     limit _limit;
end;
comment on function api.list_api_keys(integer, uuid) is
'The API keys, revoked ones too, the newest first.';
select rowhouse.route('GET', '/api-keys', 'api.list_api_keys', permission => 'api-keys:read', keyset => '{id}');

create or replace function api.get_api_key(id uuid) returns setof api.api_key
    language sql stable parallel safe rows 1
begin atomic
    select k.id, k.kind::text, k.name, k.permissions, k.instance_id, k.networks::text[], k.expires_at, k.last_used_at,
           k.created_by, k.revoked_at, k.created_at, k.updated_at
      from app.api_keys k
     where k.id = get_api_key.id
       and k.kind <> 'instance';
end;
comment on function api.get_api_key(uuid) is
'An API key.';
select rowhouse.route('GET', '/api-keys/:id', 'api.get_api_key', permission => 'api-keys:read');

create or replace function api.update_api_key(
    id uuid, name app.short_text default null, permissions text[] default null, networks app.network[] default null,
    _given text[] default '{}'
) returns setof api.api_key
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    update app.api_keys k
       set name = case when 'name' = any (_given) then update_api_key.name else k.name end,
           permissions = case when 'permissions' = any (_given) then update_api_key.permissions else k.permissions end,
           networks = case when 'networks' = any (_given) then update_api_key.networks else k.networks end
     where k.id = update_api_key.id
       and k.kind <> 'instance'
       and k.revoked_at is null;
    if found then
        perform rowhouse.audit('api_key.changed', jsonb_build_object('fields', _given), 'api-keys/' || update_api_key.id);
        return query select * from api.get_api_key(update_api_key.id);
    end if;
end
$$;
comment on function api.update_api_key(uuid, app.short_text, text[], app.network[], text[]) is
'Changes the fields of an API key that are given, from its next request on. A revoked one stays as it is.';
select rowhouse.route('PATCH', '/api-keys/:id', 'api.update_api_key', permission => 'api-keys:write');

create or replace function api.revoke_api_key(id uuid) returns setof uuid
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        update app.api_keys k
           set revoked_at = clock_timestamp()
         where k.id = revoke_api_key.id
           and k.kind <> 'instance'
           and k.revoked_at is null
        returning k.id;
    if found then
        perform rowhouse.audit('api_key.revoked', resource => 'api-keys/' || revoke_api_key.id);
    end if;
end
$$;
comment on function api.revoke_api_key(uuid) is
'Revokes an API key, from its next request on. It stays in the list.';
select rowhouse.route('DELETE', '/api-keys/:id', 'api.revoke_api_key', permission => 'api-keys:write', status => 204);

create or replace function api.list_instance_tokens(id uuid, _limit integer default 51, _after_id uuid default null)
    returns setof api.api_key
    language plpgsql stable parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from app.instances i where i.id = list_instance_tokens.id) then
        perform rowhouse.refuse('not_found');
    end if;
    return query
    select k.id, k.kind::text, k.name::text, k.permissions, k.instance_id, k.networks::text[], k.expires_at, k.last_used_at,
           k.created_by, k.revoked_at, k.created_at, k.updated_at
      from app.api_keys k
     where k.kind = 'instance'
       and k.instance_id = list_instance_tokens.id
       and k.id < coalesce(_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by k.id desc
     limit _limit;
end
$$;
comment on function api.list_instance_tokens(uuid, integer, uuid) is
'The tokens of a WhatsApp connection, revoked ones too, the newest first.';
select rowhouse.route('GET', '/instances/:id/tokens', 'api.list_instance_tokens', permission => 'api-keys:read', keyset => '{id}');

create or replace function api.revoke_instance_token(id uuid, token_id uuid) returns setof uuid
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        update app.api_keys k
           set revoked_at = clock_timestamp()
         where k.id = revoke_instance_token.token_id
           and k.instance_id = revoke_instance_token.id
           and k.kind = 'instance'
           and k.revoked_at is null
        returning k.id;
    if found then
        perform rowhouse.audit('instance_token.revoked', resource => 'instances/' || revoke_instance_token.id);
    end if;
end
$$;
comment on function api.revoke_instance_token(uuid, uuid) is
'Revokes a token of a WhatsApp connection, from its next request on.';
select rowhouse.route('DELETE', '/instances/:id/tokens/:token_id', 'api.revoke_instance_token', permission => 'api-keys:write', status => 204);
