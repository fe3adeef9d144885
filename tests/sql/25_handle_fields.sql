-- Which fields a request may carry: nested, missing, unknown, repeated, null or absent.
\ir helpers.psql
select plan(50);
select tenant as a from pg_temp.make_tenant('alba') \gset
select token from pg_temp.login('alba') \gset

set role rowhouse_owner;
create function api.tap_deep(id uuid, name text, account__name text, account__owner__age integer default 7, tags text[] default null,
                             note text default 'none', "a/b~c" integer default null, _given text[] default '{}') returns json
    language sql volatile set search_path = pg_catalog
    return json_build_object('id', id, 'name', name, 'account', account__name, 'age', account__owner__age, 'tags', tags,
                             'note', note, 'given', _given);
create function api.tap_search(word text, size integer default 10, tags text[] default '{}', since date default null) returns json
    language sql stable set search_path = pg_catalog
    return json_build_object('word', word, 'size', size, 'tags', tags, 'since', since);
select rowhouse.route('PUT', '/tap/:id/deep', 'api.tap_deep') \gset
select rowhouse.route('GET', '/tap/search', 'api.tap_search', access => 'public') \gset
reset role;
\set id 01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3
\set path /tap/ :id /deep

create temporary table sendings (number serial, what text, sent text, expected text);
-- What is taken.
insert into sendings (what, sent, expected) values
    ('fields may be nested', '{"name": "n", "account": {"name": "a", "owner": {"age": 3}}}', '200 n a 3 none {name,account__name,account__owner__age}'),
    ('what is absent has its default', '{"name": "n", "account": {"name": "a"}}', '200 n a 7 none {name,account__name}'),
    ('null is not absent', '{"name": "n", "account": {"name": "a"}, "note": null}', '200 n a 7  {name,note,account__name}'),
    ('null is not absent in depth either', '{"name": "n", "account": {"name": "a", "owner": {"age": null}}}', '200 n a  none {name,account__name,account__owner__age}'),
    ('an empty object gives nothing', '{"name": "n", "account": {"name": "a", "owner": {}}}', '200 n a 7 none {name,account__name}'),
    ('even a required field may be null', '{"name": null, "account": {"name": "a"}}', '200  a 7 none {name,account__name}');
select format('select is(concat_ws('' '', outcome, coalesce(body->>''name'', ''''), body->>''account'', coalesce(body->>''age'', ''''), coalesce(body->>''note'', ''''),
                          translate(body->>''given'', ''[]" '', ''{}'')), %L, %L) from pg_temp.answer(%L, %L, %L, %L)', expected, what, 'PUT', :'path', :'token', sent)
  from sendings order by number \gexec
truncate sendings;

-- What is refused: every fault by its code and pointer, in order of their pointers.
insert into sendings (what, sent, expected) values
    ('what is missing is named', '{}', 'required /account/name, required /name'),
    ('without a body too', null, 'required /account/name, required /name'),
    ('an unknown field is named', '{"name": "n", "account": {"name": "a"}, "nmae": 1}', 'unknown_field /nmae'),
    ('in depth by its whole path', '{"name": "n", "account": {"name": "a", "owner": {"aeg": 1}}}', 'unknown_field /account/owner/aeg'),
    ('names are case sensitive', '{"Name": "n", "account": {"name": "a"}}', 'required /name, unknown_field /Name'),
    ('all faults at once', '{"name": 1, "account": {"name": [], "owner": {"age": "x"}}, "x": 1}',
     'invalid_type /account/name, invalid_type /account/owner/age, invalid_type /name, unknown_field /x'),
    ('a group must be an object', '{"name": "n", "account": "a"}', 'invalid_type /account'),
    ('a group cannot be null', '{"name": "n", "account": null}', 'invalid_type /account'),
    ('a group cannot be an array', '{"name": "n", "account": [{"name": "a"}]}', 'invalid_type /account'),
    ('the inner name of a nested field is no name', '{"name": "n", "account__name": "a", "account": {"name": "a"}}', 'unknown_field /account__name'),
    ('the list of given fields cannot be given', '{"name": "n", "account": {"name": "a"}, "_given": ["note"]}', 'unknown_field /_given'),
    ('what stands in the path cannot stand in the body', '{"name": "n", "account": {"name": "a"}, "id": "x"}', 'unknown_field /id'),
    ('pointers are escaped as RFC 6901 says', '{"name": "n", "account": {"name": "a"}, "a/b~c": "x"}', 'invalid_type /a~1b~0c'),
    ('a field without name is unknown', '{"name": "n", "account": {"name": "a"}, "": 1}', 'unknown_field /'),
    ('a name in SQL is a name', '{"name": "n", "account": {"name": "a"}, "x'' or ''1": 1}', 'unknown_field /x'' or ''1');
create function pg_temp.faults(body jsonb) returns text language sql immutable as $$
    select string_agg((e->>'code') || ' ' || (e->>'pointer'), ', ' order by e->>'code', e->>'pointer') from jsonb_array_elements(body->'errors') e
$$;
select format('select is(outcome || '': '' || pg_temp.faults(body), %L, %L) from pg_temp.answer(%L, %L, %L, %L)',
              '422 invalid_request: ' || expected, what, 'PUT', :'path', :'token', sent)
  from sendings order by number \gexec
select is(pg_temp.faults(body), 'invalid_value /id', 'a faulty path is named by its parameter')
  from pg_temp.answer('PUT', '/tap/x/deep', :'token', '{"name": "n", "account": {"name": "a"}}');
select is(pg_temp.faults(body), 'unknown_field /note', 'what is written takes no field from the query')
  from pg_temp.answer('PUT', :'path' || '?note=x', :'token', '{"name": "n", "account": {"name": "a"}}');

select is(outcome, '400 invalid_json', 'a field that stands twice is refused, for who knows which is meant')
  from pg_temp.answer('PUT', :'path', :'token', '{"name": "m", "name": "n", "account": {"name": "a"}}');
select is(outcome, '400 invalid_json', 'in depth as well')
  from pg_temp.answer('PUT', :'path', :'token', '{"name": "n", "account": {"name": "a", "name": "b"}}');
select is(outcome, '400 invalid_json', 'and however it is written')
  from pg_temp.answer('PUT', :'path', :'token', '{"name": "n", "n\u0061me": "m", "account": {"name": "a"}}');

-- The query of a GET.
select is(body->>'word', 'a b&c=d', 'a query is unescaped')
  from pg_temp.answer('GET', '/tap/search?word=a+b%26c%3Dd');
select is(body->'tags', '["x", "", "y"]', 'an array is a field that stands several times')
  from pg_temp.answer('GET', '/tap/search?word=w&tags=x&tags=&tags=y');
select is(body->>'size', '10', 'what is absent has its default') from pg_temp.answer('GET', '/tap/search?word=w');
select is(body->>'word', '', 'an empty text is a text') from pg_temp.answer('GET', '/tap/search?word=');
select is(pg_temp.faults(body), 'required /word', 'what is missing is named')
  from pg_temp.answer('GET', '/tap/search');
select is(pg_temp.faults(body), 'unknown_field /wrod', 'what is unknown is named')
  from pg_temp.answer('GET', '/tap/search?word=w&wrod=1');
select is(pg_temp.faults(body), 'repeated_field /word', 'what stands twice is named')
  from pg_temp.answer('GET', '/tap/search?word=a&word=b');
select is(pg_temp.faults(body), 'invalid_value /since, invalid_value /size', 'and what is of a wrong type')
  from pg_temp.answer('GET', '/tap/search?word=w&size=ten&since=yesterday');
select is(pg_temp.faults(body), 'invalid_value /size', 'numbers have no blanks')
  from pg_temp.answer('GET', '/tap/search?word=w&size=+1');
select is(pg_temp.faults(body), 'unknown_field /limit', 'what is no list has no pages')
  from pg_temp.answer('GET', '/tap/search?word=w&limit=1');
select is(body->'errors'->0->>'message', 'must be a whole number of 32 bits', 'each fault has a sentence')
  from pg_temp.answer('GET', '/tap/search?word=w&size=x');

-- A function that cannot be bound cannot be registered.
set role rowhouse_owner;
create function api.tap_twice(a integer) returns integer language sql stable set search_path = pg_catalog return 1;
create function api.tap_twice(a text) returns integer language sql stable set search_path = pg_catalog return 1;
create function api.tap_variadic(variadic a integer[]) returns integer language sql stable set search_path = pg_catalog return 1;
create function api.tap_any(a anyelement) returns integer language sql stable set search_path = pg_catalog as 'select 1';
create function api.tap_row(a api.contact) returns integer language sql stable set search_path = pg_catalog return 1;
create function api.tap_bytes(a bytea) returns integer language sql stable set search_path = pg_catalog return 1;
create function api.tap_nameless(integer) returns integer language sql stable set search_path = pg_catalog return 1;
create function api.tap_default(a text default lower('X')) returns integer language sql stable set search_path = pg_catalog return 1;
create function api.tap_writes() returns integer language sql volatile set search_path = pg_catalog return 1;
create function api.tap_matrix(a json) returns integer language sql stable set search_path = pg_catalog return 1;
create procedure api.tap_procedure() language sql set search_path = pg_catalog begin atomic select 1; end;
reset role;
select throws_ok(format('select rowhouse.route(''GET'', ''/tap/bad'', ''api.tap_%s'')', f.name), '22023', null,
          'no endpoint is a function that is ' || f.what)
  from (values ('missing', 'missing'), ('twice', 'overloaded'), ('variadic', 'variadic'), ('any', 'polymorphic'), ('row', 'given a row'),
               ('bytes', 'given bytes'), ('nameless', 'given what has no name'), ('default', 'given what must be computed'),
               ('writes', 'volatile, for a GET'), ('matrix', 'given json, which jsonb replaces'), ('procedure', 'a procedure')) f (name, what);
select throws_ok('select rowhouse.route(''GET'', ''/tap/:word/:other'', ''api.tap_search'')', '22023', null,
          'nor one without a parameter for its path');
select throws_ok('select rowhouse.route(''GET'', ''/tap/bad'', ''api.tap_search'', keyset => ''{id}'')', '22023', null,
          'nor a list without a parameter for its key');
drop procedure api.tap_procedure();
select pg_temp.clean_up() \gset
select * from finish();
