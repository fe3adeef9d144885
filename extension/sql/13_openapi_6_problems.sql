-- The OpenAPI document, part 6: how requests fail.

create function rowhouse.openapi_errors() returns table (code text, status integer, title text)
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select e.code, e.status, e.title from rowhouse.errors e
    union all
    -- What the server refuses by itself; tests hold the list against its source.
    select s.code, s.status, s.title
      from (values
        ('request_timeout', 408, 'Request timeout'),
        ('content_too_large', 413, 'Content too large'),
        ('uri_too_long', 414, 'URI too long'),
        ('expectation_failed', 417, 'Expectation failed'),
        ('headers_too_large', 431, 'Request header fields too large'),
        ('queue_full', 503, 'Server busy'),
        ('too_many_in_flight', 503, 'Too many requests in flight'),
        ('database_unavailable', 503, 'Database unavailable'),
        ('transaction_conflict', 503, 'Transaction conflict'),
        ('shutting_down', 503, 'Server shutting down')) s (code, status, title)
     where s.code not in (select e.code from rowhouse.errors e)
$$;
comment on function rowhouse.openapi_errors() is
'The code words of problems: those that are registered, and those of the server.';

create function rowhouse.openapi_problem() returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_set('{
        "type": "object",
        "description": "an RFC 9457 problem; decide by code, which does not change",
        "properties": {
            "type": {"type": "string", "format": "uri", "description": "urn:rowhouse:problem: and the code"},
            "title": {"type": "string", "description": "the same for every problem of that code"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "what it was this time, for people"},
            "code": {"type": "string"},
            "request_id": {"type": "string", "description": "the same as in X-Request-ID"},
            "errors": {
                "type": "array", "description": "the fields at fault",
                "items": {
                    "type": "object",
                    "properties": {
                        "pointer": {"type": "string", "format": "json-pointer",
                                    "description": "into the body, or / and the name of a parameter"},
                        "code": {"type": "string", "pattern": "^[a-z][a-z_]*$"},
                        "message": {"type": "string", "description": "ends a sentence that the field begins"}},
                    "required": ["pointer", "code", "message"]}}},
        "required": ["type", "title", "status", "code", "request_id"]
    }', '{properties,code,enum}', (select jsonb_agg(e.code order by e.code) from rowhouse.openapi_errors() e))
$$;
comment on function rowhouse.openapi_problem() is
'The problem document as JSON Schema.';

create function rowhouse.openapi_problem_response(wanted integer) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'description', string_agg(format('`%s`: %s.', e.code, e.title), E'\n' order by e.code),
        'headers', rowhouse.openapi_answer_headers()
            || case when wanted in (429, 503)
                    then '{"Retry-After": {"$ref": "#/components/headers/Retry-After"}}'::jsonb else '{}' end
            || case when wanted = 401
                    then '{"WWW-Authenticate": {"$ref": "#/components/headers/WWW-Authenticate"}}'::jsonb else '{}' end,
        'content', jsonb_build_object('application/problem+json', jsonb_build_object('schema', jsonb_build_object(
            'allOf', jsonb_build_array(
                '{"$ref": "#/components/schemas/problem"}'::jsonb,
                jsonb_build_object('properties', jsonb_build_object(
                    'status', jsonb_build_object('const', wanted),
                    'code', jsonb_build_object('enum', jsonb_agg(e.code order by e.code)))))))))
      from rowhouse.openapi_errors() e
     where e.status = wanted
$$;
comment on function rowhouse.openapi_problem_response(integer) is
'The answer of that status, with its code words.';

create function rowhouse.openapi_problem_responses(paths jsonb) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_object_agg('problem_' || s.status, rowhouse.openapi_problem_response(s.status))
           || jsonb_build_object('problem', jsonb_build_object(
                  'description', 'Another refusal of the request.',
                  'headers', rowhouse.openapi_answer_headers(),
                  'content', '{"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}'::jsonb))
      from (select distinct e.status from rowhouse.openapi_errors() e) s
     where strpos(paths::text, format('"#/components/responses/problem_%s"', s.status)) > 0
$$;
comment on function rowhouse.openapi_problem_responses(jsonb) is
'The answers to requests that fail, which the operations of these paths refer to.';

create function rowhouse.openapi_raised(function_name text) returns setof integer
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select e.status
      from pg_proc p
     cross join lateral regexp_matches(
           concat(p.prosrc, pg_get_function_sqlbody(p.oid)), '\m(?:refuse|reject)\(\s*''([a-z_]+)''', 'g') raised (code)
      join rowhouse.errors e on e.code = raised.code[1]
     where p.oid = to_regproc(function_name)
$$;
comment on function rowhouse.openapi_raised(text) is
'The statuses of the errors that a function''s own text names.';

create function rowhouse.openapi_failures(r jsonb) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    with statuses (status) as (
        select s.status
          from (values (400, true), (422, true), (429, true), (500, true), (503, true),
                       (401, r->>'access' <> 'public'),
                       (403, r->>'access' <> 'public' or r->>'permission' is not null),
                       (404, r->>'pattern' like '%:%'
                             or (r->'keyset' = '[]' and r->>'status' <> '201' and (r->>'gives_rows')::boolean)),
                       (409, r->>'method' <> 'GET'),
                       (412, rowhouse.openapi_takes_if_match(r->>'method', r->>'pattern')),
                       (413, (r->>'takes_body')::boolean),
                       (415, (r->>'takes_body')::boolean)) s (status, is_possible)
         where s.is_possible
        union
        select rowhouse.openapi_raised(r->>'function')
    )
    select jsonb_object_agg(s.status, jsonb_build_object('$ref', '#/components/responses/problem_' || s.status))
           || '{"4XX": {"$ref": "#/components/responses/problem"}}'
      from statuses s
     where s.status in (select e.status from rowhouse.openapi_errors() e)
$$;
comment on function rowhouse.openapi_failures(jsonb) is
'The answers to an endpoint''s requests that fail, by status. r: the route, with gives_rows and takes_body.';
