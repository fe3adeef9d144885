-- The OpenAPI document, part 2: types as JSON Schema.

create function rowhouse.openapi_kind(type oid) returns text
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select case base.typtype when 'e' then 'enum' else format_type(base.oid, null) end
      from pg_type t
      join pg_type base
        on base.oid = case t.typtype when 'd' then t.typbasetype else t.oid end
     where t.oid = type
$$;
comment on function rowhouse.openapi_kind(oid) is
'What a type is in JSON: the name of its base type, or enum.';

create function rowhouse.openapi_base(kind text) returns jsonb
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select (case kind
        when 'boolean' then '{"type": "boolean"}'
        when 'smallint' then '{"type": "integer", "minimum": -32768, "maximum": 32767}'
        when 'integer' then '{"type": "integer", "format": "int32"}'
        when 'bigint' then '{"type": "integer", "format": "int64"}'
        when 'numeric' then '{"type": "number"}'
        when 'real' then '{"type": "number", "format": "float"}'
        when 'double precision' then '{"type": "number", "format": "double"}'
        when 'date' then '{"type": "string", "format": "date"}'
        when 'timestamp with time zone' then '{"type": "string", "format": "date-time"}'
        when 'uuid' then '{"type": "string", "format": "uuid"}'
        when 'inet' then '{"type": "string", "description": "an IPv4 or IPv6 address, with an optional prefix length"}'
        when 'json' then '{}'
        when 'jsonb' then '{}'
        else '{"type": "string"}' end)::jsonb
$$;
comment on function rowhouse.openapi_base(text) is
'A kind of value as JSON Schema.';

create function rowhouse.openapi_json(kind text, value text) returns jsonb
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select case when kind in ('boolean', 'smallint', 'integer', 'bigint', 'numeric', 'real',
                              'double precision', 'json', 'jsonb')
                then value::jsonb
                else to_jsonb(value) end
$$;
comment on function rowhouse.openapi_json(text, text) is
'A value that PostgreSQL writes in that way, as JSON.';

create function rowhouse.openapi_example(type oid) returns jsonb
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select case
        when t.typcategory = 'A' then jsonb_build_array(rowhouse.openapi_example(t.typelem))
        when t.typtype = 'd' then rowhouse.openapi_json(kind, rowhouse.openapi_domain_example(type))
        when t.typtype = 'e' then to_jsonb((select e.enumlabel::text from pg_enum e
                                             where e.enumtypid = type order by e.enumsortorder limit 1))
        else rowhouse.openapi_json(kind, case kind
            when 'boolean' then 'true'
            when 'date' then '2026-01-31'
            when 'timestamp with time zone' then '2026-01-31T09:00:00Z'
            when 'uuid' then '01948f5c-3a7e-7000-8000-000000000001'
            when 'inet' then '192.0.2.1'
            when 'text' then 'example'
            when 'jsonb' then '{}'
            else '1' end) end
      from pg_type t
     cross join lateral rowhouse.openapi_kind(t.oid) kind
     where t.oid = type
$$;
comment on function rowhouse.openapi_example(oid) is
'A value that a parameter of that type takes, as JSON; NULL when none is known.';

create function rowhouse.openapi_type_name(type oid) returns text
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select case when n.nspname <> 'api'
                 and exists (select from pg_type other
                              where other.typname = t.typname
                                and other.typnamespace = to_regnamespace('api'))
                then n.nspname || '_' || t.typname
                else t.typname::text end
      from pg_type t
      join pg_namespace n on n.oid = t.typnamespace
     where t.oid = type
$$;
comment on function rowhouse.openapi_type_name(oid) is
'The name under which the document defines a type of the application.';

create function rowhouse.openapi_schema(type oid) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select case
        when t.typcategory = 'A' and t.typelem <> 0
        then jsonb_build_object('type', 'array', 'items', rowhouse.openapi_schema(t.typelem))
        when t.typtype in ('d', 'e', 'c')
        then jsonb_build_object('$ref', '#/components/schemas/' || rowhouse.openapi_type_name(t.oid))
        else rowhouse.openapi_base(format_type(t.oid, null)) end
      from pg_type t
     where t.oid = type
$$;
comment on function rowhouse.openapi_schema(oid) is
'A type as JSON Schema; those of the application by reference.';

create function rowhouse.openapi_nullable(schema jsonb) returns jsonb
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select case
        when schema ? '$ref' then jsonb_build_object('anyOf', jsonb_build_array(schema, '{"type": "null"}'::jsonb))
        when schema ? 'type' then schema || jsonb_build_object('type', jsonb_build_array(schema->'type', 'null'))
        else schema end
$$;
comment on function rowhouse.openapi_nullable(jsonb) is
'The schema that takes null as well.';
