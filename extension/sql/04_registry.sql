-- The registries of endpoints, errors and authenticators.

create function rowhouse.error(
    code text, status integer, title text,
    sqlstate text default null, constraint_name text default null
) returns void
    language sql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    insert into rowhouse.errors as e (code, status, title, sqlstate, constraint_name)
    values ($1, $2, $3, $4, $5)
    on conflict (code) do update
       set status = excluded.status,
           title = excluded.title,
           sqlstate = excluded.sqlstate,
           constraint_name = excluded.constraint_name
     where (e.status, e.title, e.sqlstate, e.constraint_name)
           is distinct from
           (excluded.status, excluded.title, excluded.sqlstate, excluded.constraint_name)
$$;
comment on function rowhouse.error(text, integer, text, text, text) is
'Registers an error: its stable code word, HTTP status and title, and the SQLSTATE or the constraint that stands for it.';

create function rowhouse.authenticator(credential text, function_name text) returns void
    language sql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    insert into rowhouse.authenticators (credential, function)
    values ($1, $2)
    on conflict (credential) do update set function = excluded.function
$$;
comment on function rowhouse.authenticator(text, text) is
'Registers the function that knows what a kind of credential stands for. For session: f(session uuid, user uuid, tenant uuid) returns (refusal text, permissions text, denial text), run as rowhouse_system; no row for an unknown session, a 401 code word as refusal for an ended one, else the permissions separated by blanks, and a 403 code word as denial when the session may use routes of access enrolling alone. For api_key and instance_token: f(key_id uuid, client inet) returns (refusal text, tenant_id uuid, hash text, old_hash text, permissions text, instance_id uuid), stable; no row for an unknown key, any text as refusal for one that is no longer good, else the hash of the key by rowhouse.hash_api_key(), that of its successor or predecessor while both are good, and the only instance that it is for, NULL for all. Functions that answer other questions about a request are registered likewise, under the names tenant: f(slug text) returns uuid, stable, the tenant of that slug or NULL; origins: f(origin text, tenant_id uuid) returns boolean, stable, whether pages of that origin may read what is that tenant''s, or any tenant''s for NULL; seen: f(session_id uuid, key_id uuid, at timestamptz) returns void, which of the two, the other one NULL, was seen at that time.';

create function rowhouse.route(
    method text, pattern text, function_name text,
    access text default 'tenant', permission text default null, status integer default 200,
    lane text default 'fast', body_limit integer default 65536, timeout_ms integer default 5000,
    keyset text[] default '{}', rate text default 'default'
) returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    path constant text :=
        case when pattern like '//%' then substr(pattern, 2) else '/api/v1' || pattern end;
    fault constant text := coalesce(
        rowhouse.route_fault(method, pattern, function_name, keyset),
        rowhouse.rate_class_fault(rate),
        case when access = 'instance' and path !~ '/:instance_id(/|$)|^/api/v1/instances/:id(/|$)'
             then 'its path names no instance' end);
begin
    if fault is not null then
        raise exception 'route % % cannot be registered: %', method, path, fault
            using errcode = '22023', hint = 'CONTRIBUTING.md says what an endpoint''s signature may hold.';
    end if;
    execute format('grant execute on function %s to %I', to_regproc(function_name)::regprocedure,
                   case access when 'public' then 'rowhouse_public' else 'rowhouse_tenant' end);
    insert into rowhouse.routes values
        (method, path, function_name, access, permission, status, lane, body_limit, timeout_ms, keyset,
         rate)
    on conflict on constraint routes_pkey do update
       set function = excluded.function, access = excluded.access,
           permission = excluded.permission, status = excluded.status, lane = excluded.lane,
           body_limit = excluded.body_limit, timeout_ms = excluded.timeout_ms,
           keyset = excluded.keyset, rate = excluded.rate;
end
$$;
comment on function rowhouse.route(text, text, text, text, text, integer, text, integer, integer, text[], text) is
'Registers an endpoint and lets its role execute it. pattern: below /api/v1, or from the root when it begins with //; :name is a parameter. access: public, tenant (any credential of a tenant), user (a session), enrolling (a session, also one whose user has to set up a second factor first), instance (any credential of a tenant, also one that is for the instance in the path alone: the parameter instance_id, or id of /instances/:id). status: of success. lane: fast, or slow for what is expensive. body_limit in bytes. keyset: the columns that order a list, which makes it one: its function takes _limit and _after_<column>. rate: the class of its rate limit, default or one of rowhouse.rate_class(). Raises 22023 for a function that cannot be bound.';

create function rowhouse.forget_routes() returns void
    language sql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    delete from rowhouse.routes
$$;
comment on function rowhouse.forget_routes() is
'Empties the registry of endpoints, before all definitions are applied again.';

create function rowhouse.gateway_routes()
    returns table (method text, pattern text, lane text, body_limit integer, timeout_ms integer)
    language sql stable security definer parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select r.method, r.pattern, r.lane, r.body_limit, r.timeout_ms from rowhouse.routes r
$$;
comment on function rowhouse.gateway_routes() is
'What the server may know of the endpoints: which lane, how large a body (bytes), how long (ms). Changes are told by NOTIFY rowhouse_routes.';

create function rowhouse.tg_routes__notify() returns trigger
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_notify('rowhouse_routes', '');
    return null;
end
$$;
comment on function rowhouse.tg_routes__notify() is
'Tells the servers that the endpoints have changed.';

create function rowhouse.tg__announce_change() returns trigger
    language c volatile parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_tg__announce_change';
comment on function rowhouse.tg__announce_change() is
'Tells all backends to read the table again, of which they keep a copy.';
