-- Results: C++ writes what PostgreSQL's to_json() would, and runs a body as its function would.
\ir helpers.psql
set timezone = 'UTC';
set intervalstyle = iso_8601;
select plan(23);
select tenant as a from pg_temp.make_tenant('alba') \gset
select token from pg_temp.login('alba') \gset

create domain api.tap_word as text;
create domain api.tap_number as integer;
create type api.tap_mood as enum ('ok', 'so "so"');
create type api.tap_pair as (x integer, "y z" text);
create type api.tap_kinds as (
    id uuid, t text, v varchar, c char(4), w api.tap_word, b boolean, i2 smallint, i4 integer, i8 bigint,
    d api.tap_number, n numeric, f double precision, day date, "at" timestamptz, local timestamp,
    span interval, mood api.tap_mood, j json, jb jsonb, texts text[], pair api.tap_pair, pairs api.tap_pair[],
    net inet, bytes bytea, "odd ""name""" text);
create function api.tap_kinds(number integer) returns setof api.tap_kinds
    language sql stable as $$
    select (k).* from (values
        (row('01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3', E'a"b\\c\n\r\t\b\f\x01\x7fä😀</script>', 'v', 'c', 'w',
             true, -1, 2147483647, -9223372036854775808, 7, 1.50, 'NaN', '2026-01-31', '2026-01-31 09:00:00.5Z',
             '2026-01-31 09:00', '1 day 02:00', 'so "so"', '{"a" : [1, 2]}', '{"b": null}', '{a,NULL,"c d"}',
             row(1, 'z'), array[row(2, null)::api.tap_pair], '10.0.0.1', '\x00ff', 'odd')::api.tap_kinds),
        (row(null, repeat('long ', 5000), '', '', null, false, 0, 0, 0, null, 'NaN', 0.1, 'infinity', 'infinity',
             '-infinity', '0', 'ok', '[]', '"s"', '{}', row(null, null), '{}', '::1', '', '')::api.tap_kinds),
        (row(null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
             null, null, null, null, null, null, null, null, null, null)::api.tap_kinds),
        (row(null, 'old', null, null, null, null, null, null, null, null, 12345678901234567890.5, 1e300, '0044-03-15 BC',
             '0044-03-15 12:00:00.25Z BC', null, null, null, 'null', 'null', null, null, null, null, null, null)::api.tap_kinds)
        ) all_of (k) offset number limit 1 $$;
select rowhouse.route('GET', '/tap/kinds', 'api.tap_kinds') \gset
select format('select is(a.raw, to_json(k)::text, ''row %1$s is written as to_json() writes it'')
                 from api.tap_kinds(%1$s) k, pg_temp.answer(''GET'', ''/tap/kinds?number=%1$s'', %2$L) a', n, :'token')
  from generate_series(0, 3) n \gexec

-- What is no row.
create function api.tap_scalar(what text) returns numeric language sql stable as $$ select what::numeric $$;
select rowhouse.route('GET', '/tap/scalar', 'api.tap_scalar') \gset
select is(raw, '1.50', 'a scalar is itself') from pg_temp.answer('GET', '/tap/scalar?what=1.50', :'token');
create function api.tap_json(what text) returns jsonb language sql stable as $$ select what::jsonb $$;
select rowhouse.route('GET', '/tap/json', 'api.tap_json') \gset
select is(raw, '[1, null]', 'so is JSON') from pg_temp.answer('GET', '/tap/json?what=%5B1,null%5D', :'token');
create function api.tap_null() returns jsonb language sql stable as $$ select null::jsonb $$;
select rowhouse.route('GET', '/tap/null', 'api.tap_null') \gset
select is(outcome, '404 not_found', 'nothing is nothing') from pg_temp.answer('GET', '/tap/null', :'token');
create function api.tap_out(out id integer, out word text) language sql stable as $$ select 1, 'w' $$;
select rowhouse.route('GET', '/tap/out', 'api.tap_out') \gset
select is(raw, '{"id":1,"word":"w"}', 'parameters that are OUT make a row') from pg_temp.answer('GET', '/tap/out', :'token');
create function api.tap_void() returns void language sql volatile as $$ select $$;
select rowhouse.route('POST', '/tap/void', 'api.tap_void', status => 204) \gset
select is(outcome || coalesce(raw, ''), '204', 'void has no body') from pg_temp.answer('POST', '/tap/void', :'token');

-- A list whose keys are of several kinds: all pages together are all rows, in order.
create type api.tap_item as (flag boolean, "at" timestamptz, day date, n numeric, id integer);
create function api.tap_items(
    word text default null, _limit integer default 51, _after_flag boolean default null,
    _after_at timestamptz default null, _after_day date default null, _after_n numeric default null,
    _after_id integer default null
) returns setof api.tap_item language sql stable as $$
    select i.* from (
        select s % 2 = 1, '2026-01-01'::timestamptz + s * interval '1.5 s', '2026-01-01'::date + s % 3, s / 3.0, s
          from generate_series(1, 9) s) i (flag, "at", day, n, id)
     where _after_id is null
        or (i.flag, i."at", i.day, i.n, i.id) > (_after_flag, _after_at, _after_day, _after_n, _after_id)
     order by i.flag, i."at", i.day, i.n, i.id limit _limit $$;
select rowhouse.route('GET', '/tap/items', 'api.tap_items', keyset => '{flag,at,day,n,id}') \gset
create temporary table pages (number integer, body jsonb);
insert into pages select 1, body from pg_temp.answer('GET', '/tap/items?limit=4', :'token');
insert into pages select 2, a.body from pages p, pg_temp.answer('GET', '/tap/items?limit=4&cursor=' || (p.body->>'next_cursor'), :'token') a;
insert into pages select 3, a.body from pg_temp.answer('GET', '/tap/items?limit=4&cursor=' || (select body->>'next_cursor' from pages where number = 2), :'token') a;
select results_eq('select (i->>''id'')::integer from pages, jsonb_array_elements(body->''data'') i order by number',
                  '{2,4,6,8,1,3,5,7,9}'::integer[], 'keys of every kind lead to the next page');

-- A body that is run itself.
create table app.tap_things (
    tenant_id uuid not null, id uuid not null default rowhouse.uuid_v7(), word api.tap_word not null,
    updated_at timestamptz not null default clock_timestamp(), primary key (tenant_id, id));
grant select, insert, update, delete on app.tap_things to rowhouse_tenant;
create policy tap_all on app.tap_things to rowhouse_tenant using (true);
create type api.tap_thing as (id uuid, label text, updated_at timestamptz);
create function api.tap_make(word text default 'none') returns setof api.tap_thing language sql volatile
begin atomic
    insert into app.tap_things as t (word) values (upper(tap_make.word)) returning t.id, t.word, t.updated_at;
end;
select rowhouse.route('POST', '/tap/things', 'api.tap_make', status => 201) \gset
select is(body->>'label', 'ABC', 'a body answers by the names its function declares')
  from pg_temp.answer('POST', '/tap/things', :'token', '{"word": "abc"}');
select is(body->>'label', 'NONE', 'defaults are as ever')
  from pg_temp.answer('POST', '/tap/things', :'token', '{}');
select is(pg_temp.header(headers, 'Location') is not null and pg_temp.header(headers, 'ETag') is not null, true,
          'with Location and ETag') from pg_temp.answer('POST', '/tap/things', :'token', '{"word": "x"}');
select is(count(*), 3::bigint, 'each is kept, for the tenant') from app.tap_things where tenant_id = :'a';
select is(outcome, '422 missing_value', 'a constraint is told as ever')
  from pg_temp.answer('POST', '/tap/things', :'token', '{"word": null}');
revoke execute on function api.tap_make(text) from public, rowhouse_tenant;
select is(outcome, '403 permission_denied', 'who may not call the function may not run its body')
  from pg_temp.answer('POST', '/tap/things', :'token', '{"word": "no"}');
grant execute on function api.tap_make(text) to rowhouse_tenant;
select is(outcome, '201', 'and may again') from pg_temp.answer('POST', '/tap/things', :'token', '{"word": "yes"}');
revoke insert on app.tap_things from rowhouse_tenant;
select is(outcome, '403 permission_denied', 'nor without the right to the table')
  from pg_temp.answer('POST', '/tap/things', :'token', '{"word": "no"}');
grant insert on app.tap_things to rowhouse_tenant;
create or replace function api.tap_make(word text default 'none') returns setof api.tap_thing language sql volatile
begin atomic
    insert into app.tap_things as t (word) values (lower(tap_make.word)) returning t.id, t.word, t.updated_at;
end;
select is(body->>'label', 'abc', 'a new body is used at once')
  from pg_temp.answer('POST', '/tap/things', :'token', '{"word": "ABC"}');
alter table app.tap_things add column more text default 'more';
select is(body->>'label', 'def', 'a changed table is no obstacle')
  from pg_temp.answer('POST', '/tap/things', :'token', '{"word": "DEF"}');
create or replace function api.tap_make(word text default 'none') returns setof api.tap_thing language sql volatile
begin atomic
    insert into app.tap_things as t (word) values (word || '!');
    select t.id, t.word, t.updated_at from app.tap_things t where t.word = tap_make.word || '!';
end;
select is(body->>'label', 'two!', 'a body of two statements is called')
  from pg_temp.answer('POST', '/tap/things', :'token', '{"word": "two"}');
create function api.tap_drop(id uuid) returns setof uuid language sql volatile
begin atomic
    delete from app.tap_things t where t.id = tap_drop.id returning t.id;
end;
select rowhouse.route('DELETE', '/tap/things/:id', 'api.tap_drop', status => 204) \gset
select id as gone from app.tap_things where word = 'two!' \gset
select is(outcome || coalesce(raw, ''), '204', 'a deleted row has no body') from pg_temp.answer('DELETE', '/tap/things/' || :'gone', :'token');
select is(outcome, '404 not_found', 'and is gone') from pg_temp.answer('DELETE', '/tap/things/' || :'gone', :'token');

drop table app.tap_things cascade;
select pg_temp.clean_up() \gset
drop type api.tap_kinds, api.tap_pair, api.tap_item, api.tap_thing cascade;
select * from finish();
