-- A cookie that an endpoint sets has one value, and no attribute that came with it.
\ir helpers.psql
select plan(9);
select tenant as a from pg_temp.make_tenant('alba') \gset
select token from pg_temp.login('alba') \gset
create function api.tap_cookie(value text) returns json language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    perform rowhouse.set_cookie('rh_tap', value, '/', 60);
    return '{}'::json;
end $$;
select rowhouse.route('POST', '/tap/cookie', 'api.tap_cookie') \gset

select is(pg_temp.cookie(headers, 'rh_tap'), 'ab.-_~', 'a plain value is set')
  from pg_temp.answer('POST', '/tap/cookie', :'token', '{"value": "ab.-_~"}');
create temporary table attempts (what text, value text);
insert into attempts values
    ('an attribute', 'a; Domain=example.org'), ('a semicolon', 'a;'), ('a comma', 'a,b'), ('a blank', 'a b'),
    ('a quote', 'a"b'), ('a backslash', E'a\\b'), ('a line', E'a\r\nSet-Cookie: b=c'), ('what is not ASCII', 'é');
select format('select is(concat_ws('' '', outcome, pg_temp.cookie(headers, ''rh_tap'')), %L, %L) from pg_temp.answer(%L, %L, %L, %L)',
          '500 internal_error', 'a value with ' || what || ' is not', 'POST', '/tap/cookie', :'token', json_build_object('value', value))
  from attempts \gexec
select pg_temp.clean_up() \gset
select * from finish();
