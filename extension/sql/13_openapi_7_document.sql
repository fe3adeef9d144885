-- The OpenAPI document, part 7: operations, and the whole.

create function rowhouse.openapi_tag(pattern text) returns text
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce((regexp_match(pattern, '^/api/v1/([^/.:]+)(?:/|$)'))[1], 'meta')
$$;
comment on function rowhouse.openapi_tag(text) is
'Under which heading a route stands: its first segment; meta for what has none, or stands outside /api/v1.';

create function rowhouse.openapi_security(access text) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_agg(jsonb_build_object(a.credential, '[]'::jsonb)
                              order by a.credential <> 'session', a.credential), '[]')
      from rowhouse.authenticators a
     where access = 'instance'
        or (access = 'tenant' and a.credential <> 'instance_token')
        or (access in ('user', 'enrolling') and a.credential = 'session')
$$;
comment on function rowhouse.openapi_security(text) is
'The credentials that an access takes, each alone being enough; none for public.';

create function rowhouse.openapi_security_schemes() returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_object_agg(a.credential, case a.credential
               when 'session' then '{"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                                     "description": "the access token of a login or refresh"}'::jsonb
               when 'api_key' then '{"type": "http", "scheme": "bearer",
                                     "description": "an API key: rh_live_… or rh_test_…"}'
               when 'instance_token' then '{"type": "http", "scheme": "bearer",
                                            "description": "the token of one instance: rh_inst_…"}'
               else jsonb_build_object('type', 'http', 'scheme', 'bearer',
                                       'description', 'a credential of the kind ' || a.credential) end), '{}')
      from rowhouse.authenticators a
$$;
comment on function rowhouse.openapi_security_schemes() is
'The kinds of credentials that some authenticator reads.';

create function rowhouse.openapi_operation(r jsonb) returns jsonb
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_strip_nulls(jsonb_build_object(
               'operationId', p.proname,
               'summary', rtrim((regexp_match(told, '^.*?(?=[.;] |\.?$)'))[1], '.'),
               'description', told,
               'tags', jsonb_build_array(rowhouse.openapi_tag(r->>'pattern')),
               'security', rowhouse.openapi_security(r->>'access'),
               'parameters', rowhouse.openapi_parameters(r->>'method', r->>'pattern', r->>'function', is_list),
               'requestBody', body,
               'responses', rowhouse.openapi_success(r->>'method', r->>'function', (r->>'status')::integer, is_list)
                            || rowhouse.openapi_failures(r || jsonb_build_object(
                                   'gives_rows', p.proretset, 'takes_body', body is not null)),
               'x-permission', r->>'permission',
               'x-lane', r->>'lane'))
      from pg_proc p
     cross join lateral coalesce(obj_description(p.oid, 'pg_proc'), '') told
     cross join lateral (select r->'keyset' <> '[]') l (is_list)
     cross join lateral rowhouse.openapi_body(r->>'method', r->>'pattern', r->>'function') body
     where p.oid = to_regproc(r->>'function')
$$;
comment on function rowhouse.openapi_operation(jsonb) is
'The operation of a route, a row of rowhouse.routes as JSON; NULL when its function is gone.';

create function rowhouse.openapi_server_operation(id text, summary text, schema jsonb, may_fail boolean) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'operationId', id, 'summary', summary, 'tags', '["meta"]'::jsonb, 'security', '[]'::jsonb,
        'responses', jsonb_build_object('200', answer || '{"description": "It is well."}')
            || case when may_fail then jsonb_build_object('503', answer || '{"description": "Something is not well."}')
                    else '{}' end
            || '{"4XX": {"$ref": "#/components/responses/problem"}}')
      from (select jsonb_build_object(
                'headers', rowhouse.openapi_trace_headers(),
                'content', jsonb_build_object('application/json', jsonb_build_object('schema', schema)))) a (answer)
$$;
comment on function rowhouse.openapi_server_operation(text, text, jsonb, boolean) is
'An operation that the server answers by itself.';

create function rowhouse.openapi_server_paths() returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_object_agg(w.path, jsonb_build_object('get', rowhouse.openapi_server_operation(
               w.id, w.summary, w.schema::jsonb, w.may_fail)))
      from (values
        ('/healthz', 'is_alive', 'Whether the server runs', false,
         '{"type": "object", "properties": {"status": {"const": "ok"}}, "required": ["status"]}'),
        ('/readyz', 'is_ready', 'Whether requests can be served', true,
         '{"$ref": "#/components/schemas/readiness"}'),
        ('/api/health', 'get_health', 'Whether requests can be served', true,
         '{"$ref": "#/components/schemas/readiness"}')) w (path, id, summary, may_fail, schema)
$$;
comment on function rowhouse.openapi_server_paths() is
'The paths that the server answers by itself.';

create function rowhouse.openapi_paths() returns jsonb
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    with operations (path, method, operation) as (
        select rowhouse.openapi_path(r.pattern), lower(r.method), rowhouse.openapi_operation(to_jsonb(r))
          from rowhouse.routes r
    ), paths (path, operations) as (
        select o.path, jsonb_object_agg(o.method, o.operation)
          from operations o
         where o.operation is not null
         group by o.path
    )
    select rowhouse.openapi_server_paths() || coalesce(jsonb_object_agg(p.path, p.operations), '{}')
      from paths p
$$;
comment on function rowhouse.openapi_paths() is
'Every path with its operations.';

create function rowhouse.openapi_readiness() returns jsonb
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select '{
        "type": "object", "description": "whether the service can serve, and each check that says so",
        "properties": {
            "status": {"type": "string", "enum": ["ok", "unavailable"]},
            "checks": {"type": "array", "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "ok": {"type": "boolean"}, "detail": {"type": "string"}},
                "required": ["name", "ok", "detail"]}}},
        "required": ["status", "checks"]
    }'::jsonb
$$;
comment on function rowhouse.openapi_readiness() is
'The answer of the health checks as JSON Schema.';

create function rowhouse.openapi_info() returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'title', 'Rowhouse',
        'version', e.extversion,
        'license', '{"name": "PostgreSQL License", "identifier": "PostgreSQL"}'::jsonb,
        'description', 'JSON in, JSON out. Whose data is meant follows from the credential alone; what belongs to '
            'another tenant is not found. Errors are RFC 9457 problems: decide by their code. Lists are read page '
            'by page: send next_cursor as cursor. HEAD stands wherever GET does; OPTIONS answers with Allow.')
      from pg_extension e
     where e.extname = 'rowhouse'
$$;
comment on function rowhouse.openapi_info() is
'What the document says of itself.';

create function rowhouse.openapi() returns jsonb
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'openapi', '3.1.0',
        'info', rowhouse.openapi_info(),
        'servers', '[{"url": "/", "description": "where this document was fetched"}]'::jsonb,
        'tags', (select jsonb_agg(jsonb_build_object('name', t.tag) order by t.tag)
                   from (select 'meta' union select rowhouse.openapi_tag(r.pattern) from rowhouse.routes r) t (tag)),
        'paths', paths,
        'components', jsonb_build_object(
            'schemas', rowhouse.openapi_schemas() || jsonb_build_object(
                'problem', rowhouse.openapi_problem(), 'readiness', rowhouse.openapi_readiness()),
            'parameters', rowhouse.openapi_common_parameters(),
            'headers', rowhouse.openapi_headers(),
            'responses', rowhouse.openapi_problem_responses(paths),
            'securitySchemes', rowhouse.openapi_security_schemes()))
      from rowhouse.openapi_paths() paths
$$;
comment on function rowhouse.openapi() is
'The OpenAPI 3.1 document of all endpoints, from the registries, the functions'' signatures and the comments. Takes a while: publish it, do not build it for each request.';
