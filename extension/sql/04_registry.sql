-- The registries of endpoints, errors and authenticators, and what is read off signatures.

create function rowhouse.signature(function_name text)
    returns table (name text, type oid, element oid, kind text, labels text[], meaning text, fallback text)
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select p.proargnames[argument.number],
           t.oid,
           case when t.typcategory = 'A' then t.typelem else 0 end,
           case base.typtype when 'e' then 'enum' else format_type(base.oid, null) end,
           (select array_agg(e.enumlabel::text order by e.enumsortorder)
              from pg_enum e where e.enumtypid = base.oid),
           case scalar.typtype when 'd' then obj_description(scalar.oid, 'pg_type') end,
           pg_get_function_arg_default(p.oid, argument.number)
      from pg_proc p
     cross join lateral generate_series(1, p.pronargs) argument (number)
      join pg_type t on t.oid = p.proargtypes[argument.number - 1]
      join pg_type scalar
        on scalar.oid = case when t.typcategory = 'A' then t.typelem else t.oid end
      join pg_type base
        on base.oid = case scalar.typtype when 'd' then scalar.typbasetype else scalar.oid end
     where p.oid = to_regproc(function_name)
     order by argument.number
$$;
comment on function rowhouse.signature(text) is
'The parameters of a function, in order: name, type, element type of an array (else 0), kind (the base type''s name, or enum), labels of an enum, comment of a domain, text of the default.';

create function rowhouse.result_columns(function_name text)
    returns table (body text, id text, version text)
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select case when t.typname in ('json', 'jsonb') then 'r::pg_catalog.text'
                when t.typname = 'void' then 'null::pg_catalog.text'
                else 'pg_catalog.to_json(r)::pg_catalog.text' end,
           case when exists (select from pg_attribute a
                              where a.attrelid = t.typrelid and t.typrelid <> 0
                                and a.attname = 'id' and not a.attisdropped)
                then 'r.id::pg_catalog.text' else 'null::pg_catalog.text' end,
           case when exists (select from pg_attribute a
                              where a.attrelid = t.typrelid and t.typrelid <> 0
                                and a.attname = 'updated_at' and not a.attisdropped)
                then 'r.updated_at' else 'null::pg_catalog.timestamptz' end
      from pg_proc p
      join pg_type t on t.oid = p.prorettype
     where p.oid = to_regproc(function_name)
$$;
comment on function rowhouse.result_columns(text) is
'The expressions over a row r of a function''s result that give its JSON, its id and its time of change.';

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
'Registers the function that knows what a kind of credential stands for. For session: f(session uuid, user uuid, tenant uuid) returns (refusal text, permissions text), run as rowhouse_system; no row for an unknown session, a 401 code word as refusal for an ended one, else the permissions separated by blanks.';

create function rowhouse.route_fault(method text, function_name text) returns text
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select case
        when p.oid is null then 'its function does not exist, or there are several of that name'
        when p.prokind <> 'f' or p.provariadic <> 0 then 'its function must be a plain one'
        when method = 'GET' and p.provolatile = 'v' then 'the function of a GET must be stable'
        else (
            select format('its parameter %s of type %s cannot be bound',
                          coalesce(s.name, '?'), s.kind)
              from rowhouse.signature(function_name) s
             where coalesce(s.name, '') = ''
                or s.fallback like '%(%'
                or s.kind not in ('text', 'boolean', 'integer', 'bigint', 'numeric', 'date',
                                  'uuid', 'timestamp with time zone', 'inet', 'jsonb', 'enum')
             limit 1)
        end
      from (select to_regproc(function_name)::oid) wanted (oid)
      left join pg_proc p on p.oid = wanted.oid
$$;
comment on function rowhouse.route_fault(text, text) is
'Why a function cannot be an endpoint of that method; NULL when it can.';

create function rowhouse.route(
    method text, pattern text, function_name text,
    access text default 'tenant', permission text default null, status integer default 200,
    lane text default 'fast', body_limit integer default 65536, timeout_ms integer default 5000,
    keyset text[] default '{}'
) returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    path constant text :=
        case when pattern like '//%' then substr(pattern, 2) else '/api/v1' || pattern end;
    fault constant text := rowhouse.route_fault(method, function_name);
begin
    if fault is not null then
        raise exception 'route % % cannot be registered: %', method, path, fault
            using errcode = '22023', hint = 'CONTRIBUTING.md says what an endpoint''s signature may hold.';
    end if;
    execute format('grant execute on function %s to %I', to_regproc(function_name)::regprocedure,
                   case access when 'public' then 'rowhouse_public' else 'rowhouse_tenant' end);
    insert into rowhouse.routes values
        (method, path, function_name, access, permission, status, lane, body_limit, timeout_ms, keyset)
    on conflict on constraint routes_pkey do update
       set function = excluded.function, access = excluded.access,
           permission = excluded.permission, status = excluded.status, lane = excluded.lane,
           body_limit = excluded.body_limit, timeout_ms = excluded.timeout_ms,
           keyset = excluded.keyset;
end
$$;
comment on function rowhouse.route(text, text, text, text, text, integer, text, integer, integer, text[]) is
'Registers an endpoint and lets its role execute it. pattern: below /api/v1, or from the root when it begins with //; :name is a parameter. access: public, tenant (any credential of a tenant), user (a session). status: of success. lane: fast, or slow for what is expensive. body_limit in bytes. keyset: the columns that order a list, which makes it one: its function takes _limit and _after_<column>. Raises 22023 for a function that cannot be bound.';

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

create function rowhouse.describe_constraint(
    schema_name text, table_name text, constraint_name text, column_name text
) returns table (field text, message text)
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(nullif(column_name, ''), c.attname, ''),
           coalesce(c.comment, case c.contype when 'f' then 'does not exist'
                                              when 'c' then 'is not allowed'
                                              else 'must be given' end)
      from (select) one
      left join lateral (
           select con.contype, a.attname, obj_description(con.oid, 'pg_constraint') as comment
             from pg_constraint con
             left join pg_attribute a
               on a.attrelid = con.conrelid
              and a.attnum = con.conkey[cardinality(con.conkey)]
            where con.conname = constraint_name
              and con.conrelid = to_regclass(format('%I.%I', schema_name, table_name))) c
        on true
$$;
comment on function rowhouse.describe_constraint(text, text, text, text) is
'Which field a violated constraint is about, and the sentence for the client: the constraint''s comment.';

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
