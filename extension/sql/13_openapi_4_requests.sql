-- The OpenAPI document, part 4: what an endpoint takes.

create function rowhouse.openapi_path(pattern text) returns text
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select regexp_replace(pattern, '/:([^/]+)', '/{\1}', 'g')
$$;
comment on function rowhouse.openapi_path(text) is
'A route''s pattern as the document writes it: {id} for :id.';

create function rowhouse.openapi_input_schema(type oid, fallback text, may_be_null boolean) returns jsonb
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select case when may_be_null and fallback like 'NULL%' then rowhouse.openapi_nullable(plain) else plain end
           || case when standard is null then '{}' else jsonb_build_object('default', standard) end
           || case when example is null then '{}' else jsonb_build_object('examples', jsonb_build_array(example)) end
      from rowhouse.openapi_schema(type) plain
     cross join lateral (select case when not plain ? '$ref' then rowhouse.openapi_example(type) end) e (example)
     cross join lateral (select (regexp_match(fallback, '^''((?:[^'']|'''')*)''(?:::|$)|^(-?\d+(?:\.\d+)?|true|false)$'))) f (parts)
     cross join lateral (
           select case when plain->>'type' = 'array' then case f.parts[1] when '{}' then '[]'::jsonb end
                       else rowhouse.openapi_json(rowhouse.openapi_kind(type),
                                                  coalesce(replace(f.parts[1], '''''', ''''), f.parts[2])) end
           ) s (standard)
$$;
comment on function rowhouse.openapi_input_schema(oid, text, boolean) is
'A parameter as JSON Schema, with the default and an example. may_be_null: where it stands, null can be written.';

create function rowhouse.openapi_inputs(method text, pattern text, function_name text)
    returns table (name text, place text, is_required boolean, schema jsonb, number bigint)
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select s.name, p.place, s.fallback is null or p.place = 'path',
           rowhouse.openapi_input_schema(s.type, s.fallback, p.place = 'body'), s.number
      from rowhouse.signature(function_name)
           with ordinality s (name, type, element, kind, labels, meaning, fallback, number)
     cross join lateral (
           select case when ':' || s.name = any (string_to_array(pattern, '/')) then 'path'
                       when method = 'GET' then 'query'
                       else 'body' end) p (place)
     where s.name not like '\_%'
$$;
comment on function rowhouse.openapi_inputs(text, text, text) is
'What a client may fill of an endpoint''s parameters, and where it stands: path, query or body.';

create function rowhouse.openapi_fields(method text, pattern text, function_name text) returns jsonb
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_agg(jsonb_build_object('path', string_to_array(i.name, '__'),
                                        'required', i.is_required, 'schema', i.schema) order by i.number)
      from rowhouse.openapi_inputs(method, pattern, function_name) i
     where i.place = 'body'
$$;
comment on function rowhouse.openapi_fields(text, text, text) is
'The fields of a body, each with its path; NULL when the endpoint takes no body.';

create function rowhouse.openapi_object(fields jsonb) returns jsonb
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    with members as (
        select f.field->'path'->>0 as name, min(f.place) as place,
               bool_or((f.field->>'required')::boolean) as is_required,
               (array_agg(f.field->'schema' order by f.place)
                   filter (where jsonb_array_length(f.field->'path') = 1))[1] as leaf,
               jsonb_agg(jsonb_set(f.field, '{path}', (f.field->'path') - 0) order by f.place)
                   filter (where jsonb_array_length(f.field->'path') > 1) as deeper
          from jsonb_array_elements(fields) with ordinality f (field, place)
         group by 1
    )
    select jsonb_build_object(
               'type', 'object',
               'properties', jsonb_object_agg(m.name, coalesce(m.leaf, rowhouse.openapi_object(m.deeper))),
               'required', coalesce(jsonb_agg(m.name order by m.place) filter (where m.is_required), '[]'),
               'additionalProperties', false)
      from members m
$$;
comment on function rowhouse.openapi_object(jsonb) is
'The object that holds the fields, with objects within for names that have a __. An object is required when a field within it is.';

create function rowhouse.openapi_body(method text, pattern text, function_name text) returns jsonb
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
               'required', object->'required' <> '[]',
               'content', jsonb_build_object('application/json', jsonb_build_object('schema', object)))
      from rowhouse.openapi_fields(method, pattern, function_name) fields
     cross join lateral rowhouse.openapi_object(fields) object
     where fields is not null
$$;
comment on function rowhouse.openapi_body(text, text, text) is
'The body that an endpoint takes; NULL for none.';

create function rowhouse.openapi_parameters(method text, pattern text, function_name text, is_list boolean) returns jsonb
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_agg(p.parameter order by p.number)
      from (select i.number, jsonb_build_object('name', i.name, 'in', i.place, 'required', i.is_required,
                                                'schema', i.schema)
              from rowhouse.openapi_inputs(method, pattern, function_name) i
             where i.place <> 'body'
            union all
            select 1000 + w.number, jsonb_build_object('$ref', '#/components/parameters/' || w.name)
              from (values (1, 'limit', is_list), (2, 'cursor', is_list),
                           (3, 'if_match', rowhouse.openapi_takes_if_match(method, pattern)),
                           (4, 'if_none_match', method = 'GET' and not is_list
                                                and rowhouse.openapi_has_version(function_name)))
                   w (number, name, is_wanted)
             where w.is_wanted) p (number, parameter)
$$;
comment on function rowhouse.openapi_parameters(text, text, text, boolean) is
'The parameters of an endpoint in its path, its query and its headers; NULL for none.';

create function rowhouse.openapi_common_parameters() returns jsonb
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select '{
        "limit": {"name": "limit", "in": "query", "description": "how many rows a page holds at most",
                  "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}},
        "cursor": {"name": "cursor", "in": "query", "description": "the next_cursor of an earlier page",
                   "schema": {"type": "string", "minLength": 1}},
        "if_match": {"name": "If-Match", "in": "header", "schema": {"type": "string"},
                     "description": "the ETag of the version that is to be changed; for another one the answer is 412"},
        "if_none_match": {"name": "If-None-Match", "in": "header", "schema": {"type": "string"},
                          "description": "the ETag of the version that is known; for this one the answer is 304"}
    }'::jsonb
$$;
comment on function rowhouse.openapi_common_parameters() is
'The parameters that stand alike on many endpoints.';
