-- Texts that the domains of endpoints take, by PostgreSQL's own judgement: `name<tab>JSON` for
-- each. The document must allow them all.
\pset format unaligned
\pset tuples_only on
\pset fieldsep '\t'
with texts (text) as (
    values (''), (' '), ('x'), ('A'), ('é'), ('日本語'), ('🌼'), (E'a\nb'), (E'\t'), (E'\u0085'), (E'\u00a0'), (E'\u2028'), ('-'), ('a-b'), ('a--b'),
           ('a_b'), ('a.b'), ('-a'), ('a-'), ('0'), ('1'), ('-1'), ('1.5'), ('+5511987654321'), ('+0'), ('5511987654321'), ('ana@example.com'),
           ('Ana+x@Ex-ample.co.uk'), ('a@b'), ('@b.c'), ('a b@c.d'), ('a"b@c.d'), ('a\b@c.d'), ('https://example.com/'), ('#336699'),
           ('America/Sao_Paulo'), ('09:00'), ('2026-01-31'), ('true'), ('{}'), ('example-of-24-characters')
    union all
    select repeat(unit, length)
      from unnest(array['a', '1', 'é', '🌼']) unit, unnest(array[2, 15, 16, 62, 63, 64, 100, 128, 129, 200, 201, 254, 255, 1000, 10000, 10001]) length
)
select rowhouse.openapi_type_name(t.oid), to_jsonb(x.text)
  from rowhouse.openapi_types() type
  join pg_type t on t.oid = type and t.typtype = 'd' and rowhouse.openapi_kind(t.oid) = 'text'
 cross join texts x
 where rowhouse.openapi_accepts(t.oid, x.text);
