-- The OpenAPI document, part 1: what a domain lets through, as JSON Schema says it.

create function rowhouse.openapi_pattern(regex text) returns text
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    -- \s would not do: it has the no-break space, which [:space:] has not.
    select replace(replace(replace(regex,
               '[:space:]', '\u0009-\u000d \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000'),
               '[:cntrl:]', '\u0000-\u001f\u007f-\u009f'),
               '[:digit:]', '0-9')
      from (select regexp_replace(regex, '\[:(space|cntrl|digit):\]', 'x', 'g')) known (classes)
     where classes !~ '\[[.:=]|\\[[:alnum:]]'
       and classes !~ '^(\*\*\*|\(\?[a-z]+\))'
       -- A dot outside brackets matches a line's end in one dialect and not in the other.
       and regexp_replace(regexp_replace(classes, '\\.', '', 'g'), '\[[^]]*\]', '', 'g') !~ '\.'
$$;
comment on function rowhouse.openapi_pattern(text) is
'A regular expression of PostgreSQL as ECMA 262 writes it; NULL when the two might differ about a text.';

create function rowhouse.openapi_conditions(domain oid) returns setof text
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select definition
      from pg_constraint c
     cross join lateral pg_get_constraintdef(c.oid) definition
     where c.contypid = domain
       and c.contype = 'c'
       and regexp_replace(definition, '''(?:[^'']|'''')*''', '', 'g') !~ '\m(OR|NOT|CASE|IS)\M'
$$;
comment on function rowhouse.openapi_conditions(oid) is
'The checks of a domain that are a conjunction, as PostgreSQL prints them: each of their terms must hold.';

create function rowhouse.openapi_patterns(domain oid) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    with terms (term) as (
        select case term[1] when '~' then jsonb_build_object('pattern', pattern)
               else jsonb_build_object('not', jsonb_build_object('pattern', pattern)) end
          from rowhouse.openapi_conditions(domain) condition
         cross join lateral regexp_matches(
               condition, '(?:\(VALUE|\(\(VALUE\)::text) (!?~) ''((?:[^'']|'''')*)''', 'g') term
         cross join lateral rowhouse.openapi_pattern(replace(term[2], '''''', '''')) pattern
         where pattern is not null)
    select case count(*) when 0 then '{}'
                         when 1 then (array_agg(term))[1]
                         else jsonb_build_object('allOf', jsonb_agg(term order by term::text)) end
      from terms
$$;
comment on function rowhouse.openapi_patterns(oid) is
'The regular expressions that a domain''s checks hold a text against, as JSON Schema.';

create function rowhouse.openapi_limits(domain oid) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    with terms (subject, comparison, number) as (
        select term[1], term[2], term[3]::numeric
          from rowhouse.openapi_conditions(domain) condition
         cross join lateral regexp_matches(
               condition,
               '(\m(?:char_)?length\((?:VALUE|\(VALUE\)::text)\)|\(VALUE) (>=|<=|>|<|=) [('']?(-?\d+(?:\.\d+)?)\M',
               'g') term
    ), limits (keyword, number) as (
        select word, t.number + case when t.subject ~ 'length' and t.comparison = '>' then 1
                                     when t.subject ~ 'length' and t.comparison = '<' then -1
                                     else 0 end
          from terms t
         cross join lateral unnest(case
               when t.subject ~ 'length' and t.comparison = '=' then array['minLength', 'maxLength']
               when t.subject ~ 'length' and t.comparison like '>%' then array['minLength']
               when t.subject ~ 'length' then array['maxLength']
               when t.comparison = '=' then array['minimum', 'maximum']
               when t.comparison = '>=' then array['minimum']
               when t.comparison = '>' then array['exclusiveMinimum']
               when t.comparison = '<=' then array['maximum']
               else array['exclusiveMaximum'] end) word)
    select coalesce(jsonb_object_agg(keyword, number), '{}') from limits
$$;
comment on function rowhouse.openapi_limits(oid) is
'The lengths and bounds that a domain''s checks set, as JSON Schema.';

create function rowhouse.openapi_words(domain oid) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_object_agg('enum', words), '{}')
      from rowhouse.openapi_conditions(domain) condition
     cross join lateral regexp_matches(condition, '\((?:VALUE|\(VALUE\)::text) = ANY \(\(?ARRAY\[(.*)\]') listed
     cross join lateral (
           select jsonb_agg(replace(word[1], '''''', ''''))
             from regexp_matches(listed[1], '''((?:[^'']|'''')*)''', 'g') word) w (words)
$$;
comment on function rowhouse.openapi_words(oid) is
'The words that a domain''s check lists, as JSON Schema.';

create function rowhouse.openapi_accepts(type oid, candidate text) returns boolean
    language plpgsql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    execute format('select %L::%s', candidate, format_type(type, null));
    return true;
exception when others then
    return false;
end
$$;
comment on function rowhouse.openapi_accepts(oid, text) is
'Whether PostgreSQL itself takes the text as a value of the type.';

create function rowhouse.openapi_domain_example(domain oid) returns text
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select candidate
      from unnest(array[
               (regexp_match(obj_description(domain, 'pg_type'), 'such as (\S+)'))[1],
               'Example', 'example', 'ana@example.com', '+5511987654321', 'https://example.com/',
               'example-of-24-characters', 'EXAMPLE', '#336699', 'America/Sao_Paulo', '123456', '1', '0', '09:00',
               '2026-01-31', '2026-01-31T09:00:00Z', '01948f5c-3a7e-7000-8000-000000000001', '192.0.2.1'])
           with ordinality c (candidate, place)
     where candidate is not null
       and rowhouse.openapi_accepts(domain, candidate)
     order by place
     limit 1
$$;
comment on function rowhouse.openapi_domain_example(oid) is
'A value that the domain takes: what its comment names by "such as", else the first of some usual ones; NULL for none.';
