-- The OpenAPI document: every route is in it as it is bound, and nothing else.
\ir helpers.psql
select no_plan();

-- As it is served.
select is(a.outcome, '200', 'anybody reads the document') from pg_temp.answer('GET', '/openapi.json') a;
select is(a.body, rowhouse.openapi(), 'which is the present one') from pg_temp.answer('GET', '/openapi.json') a;

begin;
select set_config('role', 'none', true) \gset
create temporary table document as select rowhouse.openapi() as d;
create temporary view operations as
    select '/' || ltrim(path, '/') as path, upper(method) as method, operation
      from document, jsonb_each(d->'paths') p (path, methods), jsonb_each(methods) m (method, operation);

select bag_eq('select method, path from operations', $$
    select method, regexp_replace(pattern, ':([a-z_]+)', '{\1}', 'g') from rowhouse.routes
    union all values ('GET', '/healthz'), ('GET', '/readyz'), ('GET', '/api/health')$$, 'every route is in the document, and nothing else');
select bag_eq('select operation->>''operationId'' from operations',
              'select split_part(function, ''.'', 2) from rowhouse.routes union all select unnest(array[''is_alive'', ''is_ready'', ''get_health''])',
              'each under the name of its function');
select bag_eq('select operation->>''x-permission'' as permission, operation->>''x-lane'' as lane, operation->''security'' <> ''[]'' as secured from operations where operation ? ''x-lane''',
              'select permission, lane, access <> ''public'' as secured from rowhouse.routes', 'with its permission, lane and access');
select is(d->>'openapi', '3.1.0', 'it is of OpenAPI 3.1') from document;
select is(d->'info'->>'version', (select extversion from pg_extension where extname = 'rowhouse'), 'and of the version installed') from document;

-- What a client may fill, worked out anew from pg_proc.
create temporary view wanted as
    select r.method, regexp_replace(r.pattern, ':([a-z_]+)', '{\1}', 'g') as path, p.proargnames[n] as name,
           case when r.pattern ~ (':' || p.proargnames[n] || '(/|$)') then 'path' when r.method = 'GET' then 'query' else 'body' end as place,
           n <= p.pronargs - p.pronargdefaults as is_required,
           case when t.typcategory = 'A' then 'array'
                else case coalesce(nullif(t.typbasetype, 0), t.oid) when 'integer'::regtype then 'integer' when 'bigint'::regtype then 'integer'
                     when 'numeric'::regtype then 'number' when 'boolean'::regtype then 'boolean' when 'jsonb'::regtype then 'any' else 'string' end end as type
      from rowhouse.routes r
      join pg_proc p on p.oid = r.function::regproc
     cross join generate_series(1, p.pronargs) n
      join pg_type t on t.oid = p.proargtypes[n - 1]
     where p.proargnames[n] not like '\_%'
    union all
    select r.method, regexp_replace(r.pattern, ':([a-z_]+)', '{\1}', 'g'), l.name, 'query', false, l.type
      from rowhouse.routes r, (values ('limit', 'integer'), ('cursor', 'string')) l (name, type)
     where r.keyset <> '{}';
create function pg_temp.at(reference text) returns jsonb language sql stable
    as $$select d #> string_to_array(substr(reference, 3), '/') from document$$;
create function pg_temp.type_of(schema jsonb) returns text language sql stable as $$
    select coalesce(case when jsonb_typeof(s->'type') = 'array' then s->'type'->>0 else s->>'type' end, 'any')
      from (select coalesce(schema->'anyOf'->0, schema)) one (o)
     cross join lateral (select case when o ? '$ref' then pg_temp.at(o->>'$ref') else o end) whole (s)$$;
create temporary view described as
    with recursive fields (method, path, name, schema, is_required) as (
        select o.method, o.path, ''::text, o.operation #> '{requestBody,content,application/json,schema}', true
          from operations o where o.operation ? 'requestBody'
        union all
        select f.method, f.path, concat_ws('__', nullif(f.name, ''), p.name), p.schema, f.is_required and f.schema->'required' ? p.name
          from fields f, jsonb_each(f.schema->'properties') p (name, schema)
    )
    select f.method, f.path, f.name, 'body' as place, f.is_required, pg_temp.type_of(f.schema) as type
      from fields f where f.name <> '' and not f.schema ? 'properties'
    union all
    select o.method, o.path, p->>'name', p->>'in', coalesce((p->>'required')::boolean, false), pg_temp.type_of(p->'schema')
      from operations o, jsonb_array_elements(o.operation->'parameters') q
     cross join lateral (select case when q ? '$ref' then pg_temp.at(q->>'$ref') else q end) whole (p)
     where p->>'in' <> 'header';
select set_eq('table described', 'table wanted', 'every parameter stands where it is taken, of its type, required or not');
select is_empty($$select distinct r->>0 from document, jsonb_path_query(d, '$.**."$ref"') r where pg_temp.at(r->>0) is null$$, 'every reference leads somewhere');
select is_empty($$select p.oid::regprocedure from pg_proc p, document where p.pronamespace = 'rowhouse_private'::regnamespace and d::text ~ ('\m' || p.proname || '\M')$$, 'no private function is named');
select is_empty($$select c.oid::regclass from pg_class c, document where c.relkind in ('r', 'p', 'v') and d::text like '%' || c.oid::regclass::text || '%'
                     and c.relnamespace in (select oid from pg_namespace where nspname in ('app', 'rowhouse_private', 'rowhouse', 'reporting'))
                     and c.oid::regclass::text like '%.%'$$, 'no table is named');
select is_empty($$select from document where d::text ~ '\m(rowhouse_private|rowhouse_system|rowhouse_tenant)\M|"_[a-z]'$$, 'nor a role, nor a hidden parameter');
select is_empty($$select name from document, jsonb_each(d->'components'->'schemas') s (name, schema)
                   where not schema ? 'description' or (schema->>'type' <> 'object' and not schema ? 'examples')$$, 'every type is described, and has an example');
select is_empty($$select o.method, o.path from operations o where coalesce(o.operation->>'summary', '') = ''$$, 'every operation has a summary');
select bag_eq($$select distinct c->>0 from document, jsonb_path_query(d, '$.components.schemas.problem.properties.code.enum[*]') c
                where c->>0 in (select code from rowhouse.errors)$$, 'select code from rowhouse.errors', 'every registered error is a code of problems');

-- Domains as JSON Schema: what is not sure to mean the same is left to the description.
create domain api.tap_short as text check (length(value) > 2 and length(value) < 9);
create domain api.tap_exact as text check (length(value) = 4);
create domain api.tap_code as text check (value ~ '^[A-Z]{2}\.[0-9]+$');
create domain api.tap_either as text check (length(value) = 4 or value = '');
create domain api.tap_lower as text check (lower(value) ~ '^a');
create domain api.tap_any_character as text check (value ~ '^a.b$');
create domain api.tap_class as text check (value ~ '^[[:alpha:]]+$');
create domain api.tap_shorthand as text check (value ~ '^\d+$');
create domain api.tap_quoted as text check (value ~ '^it''s$');
create domain api.tap_word as text check (value in ('one', 'it''s two'));
create domain api.tap_share as numeric check (value >= 0 and value < 100);
create domain api.tap_count as integer check (value between 1 and 5);
select is(rowhouse.openapi_definition(name::regtype) - 'examples', ('{"type": "string"}'::jsonb || schema::jsonb), name || ' as JSON Schema')
  from (values ('api.tap_short', '{"minLength": 3, "maxLength": 8}'), ('api.tap_exact', '{"minLength": 4, "maxLength": 4}'),
               ('api.tap_code', '{"pattern": "^[A-Z]{2}\\.[0-9]+$"}'), ('api.tap_either', '{}'), ('api.tap_lower', '{}'),
               ('api.tap_any_character', '{}'), ('api.tap_class', '{}'), ('api.tap_shorthand', '{}'), ('api.tap_quoted', '{"pattern": "^it''s$"}'),
               ('api.tap_word', '{"enum": ["one", "it''s two"]}'), ('api.tap_share', '{"type": "number", "minimum": 0, "exclusiveMaximum": 100}'),
               ('api.tap_count', '{"type": "integer", "format": "int32", "minimum": 1, "maximum": 5}')) t (name, schema);
comment on domain api.tap_code is 'a code such as AB.12';
select is(rowhouse.openapi_example('api.tap_code'::regtype), '"AB.12"', 'an example is what the comment names');
select is(rowhouse.openapi_example('api.tap_count'::regtype), '1', 'or something that the domain takes');
select is(rowhouse.openapi_example('api.tap_quoted'::regtype), null, 'or nothing');

-- A new endpoint shows once it is published, with every kind of type.
create type api.tap_state as enum ('open', 'shut');
create type api.tap_part as (id uuid, words text[]);
create type api.tap_whole as (id uuid, state api.tap_state, part api.tap_part, parts api.tap_part[], amount numeric, extra jsonb, updated_at timestamptz);
comment on column api.tap_whole.amount is 'how much';
create function api.tap_make(id uuid, box__size integer, box__lid__colour text default 'red', states api.tap_state[] default '{}', _given text[] default '{}')
    returns setof api.tap_whole language sql volatile set search_path = pg_catalog as $$select null::api.tap_whole$$;
create function api.tap_rows(state api.tap_state default 'open') returns table (one integer, two text)
    language sql stable set search_path = pg_catalog as $$select 1, ''$$;
comment on function api.tap_make(uuid, integer, text, api.tap_state[], text[]) is 'Makes a whole; of parts.';
select rowhouse.route('PUT', '/tap/:id', 'api.tap_make', permission => 'tap:write', lane => 'slow') \gset
select rowhouse.route('GET', '/tap', 'api.tap_rows', access => 'public') \gset
select rowhouse_private.publish_openapi() \gset
create temporary table made as select content::jsonb as d, content::jsonb #> '{paths,"/api/v1/tap/{id}",put}' as o from api.documents;
select is(o->>'summary', 'Makes a whole', 'it has its summary') from made;
select is(o->'tags', '["tap"]', 'stands under its first segment') from made;
select is(o #> '{requestBody,content,application/json,schema}', '{"type": "object", "additionalProperties": false, "required": ["box"], "properties": {
    "states": {"type": "array", "items": {"$ref": "#/components/schemas/tap_state"}, "default": [], "examples": [["open"]]},
    "box": {"type": "object", "additionalProperties": false, "required": ["size"], "properties": {
        "size": {"type": "integer", "format": "int32", "examples": [1]},
        "lid": {"type": "object", "additionalProperties": false, "required": [], "properties": {
            "colour": {"type": "string", "default": "red", "examples": ["example"]}}}}}}}', 'has its body, objects within objects') from made;
select ok(o->'responses'->'200'->'headers' ? 'ETag' and o->'responses' ? '412' and o->'parameters' @> '[{"$ref": "#/components/parameters/if_match"}]', 'its version') from made;
select is(d #> '{components,schemas,tap_whole,properties}', '{"id": {"type": "string", "format": "uuid"}, "extra": {},
    "state": {"anyOf": [{"$ref": "#/components/schemas/tap_state"}, {"type": "null"}]}, "part": {"anyOf": [{"$ref": "#/components/schemas/tap_part"}, {"type": "null"}]},
    "parts": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/tap_part"}}, "amount": {"type": ["number", "null"], "description": "how much"},
    "updated_at": {"type": ["string", "null"], "format": "date-time"}}', 'and its type') from made;
select is(d #> '{components,schemas,tap_state}', '{"type": "string", "enum": ["open", "shut"], "examples": ["open"]}', 'an enum is its words') from made;
select ok(d #> '{components,schemas}' ? 'tap_part', 'what is within a type is there too') from made;
select is(d #> '{paths,/api/v1/tap,get,responses,200,content,application/json,schema}', '{"type": "object", "required": ["one", "two"],
    "properties": {"one": {"type": ["integer", "null"], "format": "int32"}, "two": {"type": ["string", "null"]}}}', 'a table without a name is its columns') from made;
select is(d #> '{paths,/api/v1/tap,get,parameters}', '[{"in": "query", "name": "state", "required": false,
    "schema": {"$ref": "#/components/schemas/tap_state", "default": "open"}}]', 'a query has its default') from made;

-- A changed comment, error or route too; and what is gone is gone. The migrator's record publishes.
comment on function api.tap_make(uuid, integer, text, api.tap_state[], text[]) is 'Makes something else.';
select rowhouse.error('tap_error', 409, 'Something new') \gset
delete from rowhouse.routes where function = 'api.tap_rows';
insert into rowhouse.migrations (name, kind, checksum) values ('sql/89_tap.sql#definitions', 'definitions', ''), ('sql/91_tap.sql', 'domain', '');
select is(content::jsonb, (select d from made), 'it stays until the last file is defined') from api.documents;
insert into rowhouse.migrations (name, kind, checksum) values ('sql/91_tap.sql#definitions', 'definitions', '');
select is(content::jsonb #>> '{paths,"/api/v1/tap/{id}",put,summary}', 'Makes something else', 'a comment has changed') from api.documents;
select ok((content::jsonb #> '{components,schemas,problem,properties,code,enum}') ? 'tap_error', 'an error is there') from api.documents;
select is((content::jsonb #> '{paths,/api/v1/tap}'), null, 'a route is gone') from api.documents;
drop function api.tap_make;
select rowhouse_private.publish_openapi() \gset
select is((content::jsonb #> '{paths,"/api/v1/tap/{id}"}'), null, 'a route without its function is left out') from api.documents;
rollback;

-- Nobody writes it but who migrates.
select is(pg_temp.result_of('set local role rowhouse_public; update api.documents set content = ''{}'''), '42501', 'a visitor does not write it');
select is(pg_temp.result_of('set local role rowhouse_tenant; select * from api.documents'), '42501', 'a tenant''s role does not even read the table');
select is(pg_temp.result_of('set local role rowhouse_system; select rowhouse_private.publish_openapi()'), '42501', 'nor does rowhouse_system');
select * from finish();
