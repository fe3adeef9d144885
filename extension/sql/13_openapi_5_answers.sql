-- The OpenAPI document, part 5: what an endpoint answers.

create function rowhouse.openapi_has_column(function_name text, column_name text) returns boolean
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select from pg_proc p
          join pg_type t on t.oid = p.prorettype
          join pg_attribute a on a.attrelid = t.typrelid and not a.attisdropped
         where p.oid = to_regproc(function_name)
           and t.typrelid <> 0
           and a.attname = column_name)
$$;
comment on function rowhouse.openapi_has_column(text, text) is
'Whether the rows of a function are of a named type with that column.';

create function rowhouse.openapi_has_version(function_name text) returns boolean
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select rowhouse.openapi_has_column(function_name, 'updated_at')
$$;
comment on function rowhouse.openapi_has_version(text) is
'Whether the answer of an endpoint has an ETag.';

create function rowhouse.openapi_takes_if_match(method text, pattern text) returns boolean
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select method in ('PATCH', 'PUT', 'DELETE')
       and (pattern like '%:%' or method <> 'DELETE')
$$;
comment on function rowhouse.openapi_takes_if_match(text, text) is
'Whether If-Match means something to an endpoint.';

create function rowhouse.openapi_row(function_name text) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        (select jsonb_build_object(
                    'type', 'object',
                    'properties', jsonb_object_agg(p.proargnames[x.place], rowhouse.openapi_nullable(rowhouse.openapi_schema(x.type))),
                    'required', jsonb_agg(p.proargnames[x.place] order by x.place))
           from unnest(p.proallargtypes) with ordinality x (type, place)
          where p.proargmodes[x.place] in ('o', 'b', 't')
         having count(*) > 1),
        rowhouse.openapi_schema(p.prorettype))
      from pg_proc p
     where p.oid = to_regproc(function_name)
$$;
comment on function rowhouse.openapi_row(text) is
'A row of a function''s result as JSON Schema.';

create function rowhouse.openapi_content(function_name text, is_list boolean) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object('application/json', jsonb_build_object('schema', case
               when is_list then jsonb_build_object(
                    'type', 'object',
                    'properties', jsonb_build_object(
                        'data', jsonb_build_object('type', 'array', 'items', one),
                        'next_cursor', '{"type": ["string", "null"], "description": "gives the next page as cursor; null on the last"}'::jsonb),
                    'required', '["data", "next_cursor"]'::jsonb)
               else one end))
      from rowhouse.openapi_row(function_name) one
$$;
comment on function rowhouse.openapi_content(text, boolean) is
'The body of an endpoint''s success.';

create function rowhouse.openapi_success(method text, function_name text, status integer, is_list boolean) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(status, jsonb_strip_nulls(jsonb_build_object(
               'description', case status when 201 then 'It was made.' when 202 then 'It will be done.'
                                          when 204 then 'It was done.' else 'The answer.' end,
               'headers', rowhouse.openapi_answer_headers() || h.more,
               'content', case when status <> 204 and not exists (
                                    select from pg_proc p
                                     where p.oid = to_regproc(function_name) and p.prorettype = 'void'::regtype)
                               then rowhouse.openapi_content(function_name, is_list) end)))
           || case when method = 'GET' and h.more ? 'ETag'
                   then jsonb_build_object(304, jsonb_build_object(
                        'description', 'The version that is known is the present one.',
                        'headers', rowhouse.openapi_answer_headers() || h.more))
                   else '{}' end
           || coalesce((select jsonb_build_object(202, jsonb_build_object(
                                   'description', 'It will be done.', 'headers', rowhouse.openapi_trace_headers()))
                          from pg_proc p
                         where p.oid = to_regproc(function_name)
                           and status <> 202
                           and p.prosrc like '%set_status(202)%'), '{}')
      from (select case when not is_list and rowhouse.openapi_has_version(function_name)
                        then '{"ETag": {"$ref": "#/components/headers/ETag"}}'::jsonb else '{}' end
                   || case when status = 201 and rowhouse.openapi_has_column(function_name, 'id')
                           then '{"Location": {"$ref": "#/components/headers/Location"}}'::jsonb else '{}' end) h (more)
$$;
comment on function rowhouse.openapi_success(text, text, integer, boolean) is
'The answers to a request that succeeds, by status.';

create function rowhouse.openapi_trace_headers() returns jsonb
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select '{"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"},
             "X-Trace-Id": {"$ref": "#/components/headers/X-Trace-Id"}}'::jsonb
$$;
comment on function rowhouse.openapi_trace_headers() is
'The headers of every answer.';

create function rowhouse.openapi_answer_headers() returns jsonb
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select rowhouse.openapi_trace_headers()
           || '{"RateLimit": {"$ref": "#/components/headers/RateLimit"},
                "RateLimit-Policy": {"$ref": "#/components/headers/RateLimit-Policy"}}'::jsonb
$$;
comment on function rowhouse.openapi_answer_headers() is
'The headers of every answer of an endpoint.';

create function rowhouse.openapi_headers() returns jsonb
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select '{
        "X-Request-ID": {"description": "names the request in problems, logs and the audit trail; as sent, or made",
                         "required": true, "schema": {"type": "string"}},
        "X-Trace-Id": {"description": "the trace that the request is part of; as sent in traceparent or X-Trace-Id, or made",
                       "required": true, "schema": {"type": "string"}},
        "ETag": {"description": "the version of the object, for If-Match and If-None-Match",
                 "required": true, "schema": {"type": "string", "pattern": "^\".+\"$"}},
        "Location": {"description": "the path of the new object", "required": true,
                     "schema": {"type": "string", "format": "uri-reference"}},
        "Retry-After": {"description": "after how many seconds another attempt may succeed",
                        "required": true, "schema": {"type": "integer", "minimum": 0}},
        "RateLimit": {"description": "of each limit that the request met: the requests that are left (r) and after how many seconds there are more (t); absent where no limit is set",
                      "schema": {"type": "string"}},
        "RateLimit-Policy": {"description": "the same limits: so many requests (q) within a window of so many seconds (w)",
                             "schema": {"type": "string"}},
        "WWW-Authenticate": {"description": "the kind of credential that is wanted",
                             "required": true, "schema": {"type": "string"}}
    }'::jsonb
$$;
comment on function rowhouse.openapi_headers() is
'The headers of answers.';
