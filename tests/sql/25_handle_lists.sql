-- Pages by keyset, and lost updates.
\ir helpers.psql
select plan(48);
select tenant as a from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
select token from pg_temp.login('alba') \gset
select pg_temp.make_contact(t, 'person ' || n)
  from generate_series(1, 7) n, unnest(array[:'a', :'b']::uuid[]) t \g /dev/null
create temporary table expected as select id from app.contacts where tenant_id = :'a';

-- Three pages of three.
create temporary table pages (number integer, body jsonb);
insert into pages select 1, body from pg_temp.answer('GET', '/contacts?limit=3', :'token');
insert into pages select 2, a.body from pages p, pg_temp.answer('GET', '/contacts?limit=3&cursor=' || (select body->>'next_cursor' from pages where number = 1), :'token') a;
-- A row made meanwhile does not shift the pages that follow.
select pg_temp.make_contact(:'a', 'latecomer') as late \gset
insert into pages select 3, a.body from pg_temp.answer('GET', '/contacts?limit=3&cursor=' || (select body->>'next_cursor' from pages where number = 2), :'token') a;
select results_eq('select jsonb_array_length(body->''data'') from pages order by number', '{3,3,1}'::integer[],
          'seven rows make three pages of three');
select results_eq('select (d->>''id'')::uuid from pages, jsonb_array_elements(body->''data'') with ordinality d (d, n) order by number, n',
                  'select id from expected order by id desc', 'in order, without gap or repetition');
select is(body->'next_cursor', 'null', 'the last page says that it is the last') from pages where number = 3;
select bag_eq('select jsonb_object_keys(body) from pages where number = 1', '{data,next_cursor}'::text[],
          'a list is data and a cursor');
select is((select body->>'next_cursor' from pg_temp.answer('GET', '/contacts?limit=8', :'token')), null,
          'a page that just holds all is the last');
select isnt((select body->>'next_cursor' from pg_temp.answer('GET', '/contacts?limit=7', :'token')), null,
          'one row fewer and it is not');
select is(jsonb_array_length(body->'data'), 8, 'fifty is the standard')
  from pg_temp.answer('GET', '/contacts', :'token');
select is(body, '{"data": [], "next_cursor": null}', 'a list may be empty')
  from pg_temp.answer('GET', '/contacts?phone=%2B5511999999999', :'token');

create temporary table queries (query text);
insert into queries values ('limit=0'), ('limit=201'), ('limit=-1'), ('limit=x'), ('limit='), ('limit=1.5'), ('limit=99999999999999999999'), ('limit=1&limit=2'),
    ('cursor=x'), ('cursor=AAAA'), ('cursor=' || repeat('A', 5000)), ('cursor=%00') , ('_limit=5'), ('_after_id=01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3'), ('offset=1');
select format('select matches(outcome, ''^4(22 invalid_request|00 malformed_request)$'', %L) from pg_temp.answer(''GET'', %L, %L)', left(query, 40) || ' is refused', '/contacts?' || query, :'token')
  from queries where query <> 'limit=' \gexec
select is(outcome, '200', 'the highest page holds two hundred')
  from pg_temp.answer('GET', '/contacts?limit=200', :'token');
select is(outcome, '422 invalid_request', 'a cursor of another list does not fit')
  from pg_temp.answer('GET', '/contacts?cursor=' || translate(encode('["a","b"]', 'base64'), '+/=', '-_'), :'token');
-- A cursor is a position, not a right.
select token as ben from pg_temp.login('boris') \gset
select is_empty(format('select from pg_temp.answer(''GET'', %L, %L) a, jsonb_array_elements(a.body->''data'') d join expected e on e.id = (d->>''id'')::uuid',
                       '/contacts?cursor=' || (select body->>'next_cursor' from pages where number = 1), :'ben'),
                'another tenant''s cursor leads to one''s own rows');

-- Lost updates.
select a.body->>'id' as id, pg_temp.header(a.headers, 'ETag') as tag, a.outcome as made, pg_temp.header(a.headers,
          'Location') as location
  from pg_temp.answer('POST', '/contacts', :'token', '{"name": "Ada"}') a \gset
select is(:'made'::text, '201', 'an object is made');
select is(:'location'::text, '/api/v1/contacts/' || :'id', 'the answer says where');
select matches(:'tag'::text, '^"[0-9a-f]{16}"$', 'and which version');
\set path /contacts/ :id
select is(pg_temp.header(headers, 'ETag'), :'tag'::text, 'the version is the same when it is fetched')
  from pg_temp.answer('GET', :'path', :'token');
create function pg_temp.change(token text, path text, tag text, method text default 'PATCH') returns text language sql as $$
    select outcome from pg_temp.answer(method, path, token, case method when 'PATCH' then format('{"notes": "%s"}', random()) end, case when tag is not null then 'if-match: ' || tag || E'\r\n' else '' end)
$$;
select is(pg_temp.change(:'token', :'path', '"0000000000000000"'), '412 precondition_failed',
          'another version is not changed');
select is(pg_temp.change(:'token', :'path', '"0000000000000000"', 'DELETE'), '412 precondition_failed',
          'nor deleted');
select is(pg_temp.change(:'token', :'path', 'W/' || :'tag'), '412 precondition_failed', 'a weak tag is not enough');
select is(pg_temp.change(:'token', :'path', 'x'), '412 precondition_failed', 'a tag that is none fits nothing');
select is(notes::text, null, 'and nothing was changed') from app.contacts where id = :'id';
select is(pg_temp.change(:'token', :'path', :'tag'), '200', 'the version that was fetched is changed');
select is(pg_temp.change(:'token', :'path', :'tag'), '412 precondition_failed', 'once: then there is another');
select is(pg_temp.change(:'token', :'path', '*'), '200', 'any version fits the star');
select pg_temp.header(headers, 'ETag') as tag from pg_temp.answer('GET', :'path', :'token') \gset
select is(pg_temp.change(:'token', :'path', '"x", ' || :'tag' || ' , "y"'), '200', 'one of several may fit');
select pg_temp.header(headers, 'ETag') as tag from pg_temp.answer('GET', :'path', :'token') \gset
select is(outcome, '412 precondition_failed', 'where no row is changed a precondition cannot hold')
  from pg_temp.answer('POST', '/contacts', :'token', '{"name": "x"}', 'if-match: ' || :'tag' || E'\r\n');
select is(count(*), 0::bigint, 'and nothing is made') from app.contacts where tenant_id = :'a' and name = 'x';
select is(pg_temp.change(:'token', '/contacts/' || (select id from app.contacts where tenant_id = :'b' limit 1), '*'), '404 not_found',
          'another tenant''s row is not found, star or not');
select is(outcome || coalesce(raw, ''), '304', 'who has the present version is not sent it again')
  from pg_temp.answer('GET', :'path', :'token', more_headers => 'if-none-match: "x", ' || :'tag' || E'\r\n');
select is(pg_temp.header(headers, 'ETag'), :'tag'::text, 'but told which it is')
  from pg_temp.answer('GET', :'path', :'token', more_headers => 'if-none-match: ' || :'tag' || E'\r\n');
select is(outcome, '200', 'who has another is')
  from pg_temp.answer('GET', :'path', :'token', more_headers => E'if-none-match: "x"\r\n');
select is(outcome, '401 credential_required', 'and nobody learns of it without a credential')
  from pg_temp.answer('GET', :'path', null, more_headers => 'if-none-match: ' || :'tag' || E'\r\n');
select is(pg_temp.change(:'token', :'path', :'tag', 'DELETE'), '204', 'the version that was fetched is deleted');
select is(pg_temp.change(:'token', :'path', :'tag', 'DELETE'), '404 not_found', 'once');
select is(outcome, '200', 'on reading If-Match says nothing')
  from pg_temp.answer('GET', '/contacts', :'token', more_headers => E'if-match: "x"\r\n');
select pg_temp.clean_up() \gset
select * from finish();
