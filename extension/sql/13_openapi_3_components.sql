-- The OpenAPI document, part 3: the application's types that endpoints take and give.

create function rowhouse.openapi_is_never_null(type oid, column_name text) returns boolean
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select column_name = 'id'
        or exists (select from rowhouse.routes r
                     join pg_proc p on p.oid = to_regproc(r.function)
                    where p.prorettype = type
                      and column_name = any (r.keyset))
        or exists (select from pg_type t
                     join pg_attribute a on a.attrelid = t.typrelid
                     join pg_type content on content.oid = a.atttypid
                    where t.oid = type
                      and a.attname = column_name
                      and (a.attnotnull or content.typnotnull))
$$;
comment on function rowhouse.openapi_is_never_null(oid, text) is
'Whether the catalog or a convention says that the column always has a value: ids and the keys of lists do.';

create function rowhouse.openapi_columns(type oid) returns jsonb
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
               'type', 'object',
               'properties', coalesce(jsonb_object_agg(a.attname, shown.schema), '{}'),
               'required', coalesce(jsonb_agg(a.attname order by a.attnum), '[]'))
      from pg_type t
      join pg_attribute a on a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
     cross join lateral rowhouse.openapi_schema(a.atttypid) plain
     cross join lateral (
           select case when rowhouse.openapi_is_never_null(type, a.attname) then plain
                       else rowhouse.openapi_nullable(plain) end
                  || case when col_description(a.attrelid, a.attnum) is null then '{}'
                          else jsonb_build_object('description', col_description(a.attrelid, a.attnum)) end
           ) shown (schema)
     where t.oid = type
$$;
comment on function rowhouse.openapi_columns(oid) is
'A composite type as the object that an answer shows.';

create function rowhouse.openapi_definition(type oid) returns jsonb
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select case t.typtype
               when 'c' then rowhouse.openapi_columns(t.oid)
               when 'e' then jsonb_build_object('type', 'string', 'enum', (
                   select jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
               else rowhouse.openapi_base(rowhouse.openapi_kind(t.oid))
                    || rowhouse.openapi_limits(t.oid) || rowhouse.openapi_patterns(t.oid)
                    || rowhouse.openapi_words(t.oid) end
           || jsonb_strip_nulls(jsonb_build_object(
                  'description', coalesce(obj_description(t.oid, 'pg_type'), obj_description(t.typrelid, 'pg_class')),
                  'examples', case when t.typtype <> 'c' and example is not null
                                   then jsonb_build_array(example) end))
      from pg_type t
     cross join lateral (select case when t.typtype <> 'c' then rowhouse.openapi_example(t.oid) end) e (example)
     where t.oid = type
$$;
comment on function rowhouse.openapi_definition(oid) is
'A domain, enum or composite type as the document defines it.';

create function rowhouse.openapi_types() returns setof oid
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    with recursive reached (type) as (
        select mentioned.type
          from rowhouse.routes r
          join pg_proc p on p.oid = to_regproc(r.function)
         cross join lateral (
               select p.prorettype
               union all
               select x.type
                 from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
                      with ordinality x (type, place)
                where coalesce(p.proargnames[x.place], '') not like '\_%') mentioned (type)
        union
        select deeper.type
          from reached
          join pg_type t on t.oid = reached.type
         cross join lateral (
               select t.typelem where t.typcategory = 'A'
               union all
               select a.atttypid from pg_attribute a
                where a.attrelid = t.typrelid and t.typtype = 'c' and a.attnum > 0 and not a.attisdropped
               ) deeper (type)
    )
    select reached.type
      from reached
      join pg_type t on t.oid = reached.type
     where t.typtype in ('d', 'e', 'c')
$$;
comment on function rowhouse.openapi_types() is
'The domains, enums and composite types that the endpoints take and give, nested ones too.';

create function rowhouse.openapi_schemas() returns jsonb
    language sql stable parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_object_agg(rowhouse.openapi_type_name(type), rowhouse.openapi_definition(type)), '{}')
      from rowhouse.openapi_types() type
$$;
comment on function rowhouse.openapi_schemas() is
'The definitions of the application''s types.';
