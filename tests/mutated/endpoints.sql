-- Endpoints whose parameters have every type, in a body, a query and a cursor.
create type api.fuzz_mood as enum ('glad', 'sad', 'so-so');
create domain api.fuzz_code as text constraint fuzz_code_shape check (value ~ '^[A-Z]{2}$');
create type api.fuzz_row as (n numeric, t timestamptz, d date, i inet);

create function api.fuzz_body(
    id uuid, a text default null, b boolean default null, c integer default null, d bigint default null,
    e numeric default null, f date default null, g timestamptz default null, h uuid default null,
    i inet default null, j jsonb default null, k api.fuzz_mood default null, l api.fuzz_code default null,
    m text[] default null, n integer[] default null, o numeric[] default null, p date[] default null,
    q timestamptz[] default null, r inet[] default null, s api.fuzz_mood[] default null,
    t api.fuzz_code[] default null, u boolean[] default null, v uuid[] default null,
    w__x text default null, w__y__z numeric default null, _given text[] default '{}'
) returns json
    language sql volatile set search_path = pg_catalog
    return json_build_object('row', row(id, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w__x, w__y__z, _given));
create function api.fuzz_query(
    id text, a text default null, b boolean default null, c integer default null, d bigint default null,
    e numeric default null, f date default null, g timestamptz default null, h uuid default null,
    i inet default null, k api.fuzz_mood default null, l api.fuzz_code default null,
    m text[] default null, n integer[] default null, o numeric[] default null, p date[] default null,
    q timestamptz[] default null, r inet[] default null, s api.fuzz_mood[] default null,
    t api.fuzz_code[] default null, u boolean[] default null, v uuid[] default null
) returns json
    language sql stable set search_path = pg_catalog
    return json_build_object('row', row(id, a, b, c, d, e, f, g, h, i, k, l, m, n, o, p, q, r, s, t, u, v));
create function api.fuzz_list(
    e numeric default null, _limit integer default 51, _after_n numeric default null,
    _after_t timestamptz default null, _after_d date default null, _after_i inet default null
) returns setof api.fuzz_row
    language sql stable set search_path = pg_catalog
begin atomic
    select x.n, x.t, x.d, x.i
      from (select g::numeric as n, to_timestamp(g) as t, '2026-01-01'::date + g as d, '192.0.2.0'::inet + g as i
              from generate_series(1, 250) g) x
     where _after_n is null or (x.n, x.t, x.d, x.i) > (_after_n, _after_t, _after_d, _after_i)
     order by x.n, x.t, x.d, x.i
     limit _limit;
end;
alter function api.fuzz_body owner to rowhouse_owner;
alter function api.fuzz_query owner to rowhouse_owner;
alter function api.fuzz_list owner to rowhouse_owner;
select rowhouse.route('POST', '/fuzz/:id', 'api.fuzz_body');
select rowhouse.route('GET', '/fuzz/:id', 'api.fuzz_query');
select rowhouse.route('GET', '/fuzz', 'api.fuzz_list', keyset => '{n,t,d,i}');

-- Whoever asks.
select tenant_id, user_id from rowhouse_private.create_account('Fuzz', 'fuzz', 'Fuzz', 'fuzz@tap.example', 'the password of fuzz');
