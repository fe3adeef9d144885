-- The generated part of docs/api.md: endpoints, then the types they take and give.
\pset format unaligned
\pset tuples_only on

create temporary view takes as
    select r.method, r.pattern,
           string_agg(format('`%s`%s', i.name, case when not i.is_required then '?' end), ', ' order by i.number) as list
      from rowhouse.routes r
     cross join lateral (
           select replace(f.name, '__', '.') as name, f.is_required, f.number
             from rowhouse.openapi_inputs(r.method, r.pattern, r.function) f
            where f.place <> 'path'
           union all
           select p.name, false, p.number
             from (values ('limit', 1001), ('cursor', 1002)) p (name, number)
            where r.keyset <> '{}') i
     group by r.method, r.pattern;

create temporary view gives as
    select r.method, r.pattern,
           concat_ws(' ', r.status, case when r.keyset <> '{}' then 'a list of' end,
                     case when p.prorettype in ('json'::regtype, 'jsonb'::regtype) then 'JSON'
                          when r.status <> 204 and t.typtype = 'c'
                          then format('[%s](#%1$s)', rowhouse.openapi_type_name(t.oid)) end) as answer
      from rowhouse.routes r
      join pg_proc p on p.oid = to_regproc(r.function)
      join pg_type t on t.oid = p.prorettype;

create temporary view endpoints as
    select rowhouse.openapi_tag(r.pattern) as tag, r.pattern, r.method,
           format('| `%s %s` | %s | %s | %s | %s |', r.method, r.pattern,
                  coalesce('`' || r.permission || '`', case r.access when 'public' then 'none' else 'session' end),
                  t.list, g.answer, replace(obj_description(to_regproc(r.function), 'pg_proc'), '|', '\|')) as line
      from rowhouse.routes r
      join gives g using (method, pattern)
      left join takes t using (method, pattern);

select format(E'\n### %s\n\n| route | needs | takes | answers | what |\n|---|---|---|---|---|\n%s', e.tag,
              string_agg(e.line, E'\n' order by e.pattern, array_position('{GET,POST,PUT,PATCH,DELETE}', e.method)))
  from endpoints e
 group by e.tag
 order by e.tag collate "C";

select E'\n## Types\n\nAny column may be null, except `id` and those that order a list.';

select format(E'\n### %s\n\n%s.%s', name,
              upper(left(said.text, 1)) || substr(said.text, 2),
              coalesce(E'\n\n| column | type |\n|---|---|\n' || columns.list, ''))
  from rowhouse.openapi_types() type
  join pg_type t on t.oid = type
 cross join lateral rowhouse.openapi_type_name(t.oid) name
 cross join lateral (
       select concat(coalesce(obj_description(t.oid, 'pg_type'), obj_description(t.typrelid, 'pg_class')),
                     ': ' || (select string_agg(format('`%s`', e.enumlabel), ', ' order by e.enumsortorder)
                                from pg_enum e where e.enumtypid = t.oid))) said (text)
 cross join lateral (
       select string_agg(format('| `%s` | %s |%s', a.attname,
                                case when content.typtype in ('c', 'd', 'e')
                                     then format('[%s](#%1$s)', rowhouse.openapi_type_name(content.oid))
                                     else format_type(content.oid, null) end
                                || case when whole.typcategory = 'A' then ', any number' else '' end,
                                ' ' || col_description(a.attrelid, a.attnum) || ' |'), E'\n' order by a.attnum)
         from pg_attribute a
         join pg_type whole on whole.oid = a.atttypid
         join pg_type content on content.oid = case whole.typcategory when 'A' then whole.typelem else whole.oid end
        where a.attrelid = t.typrelid and t.typtype = 'c' and a.attnum > 0 and not a.attisdropped) columns (list)
 order by name collate "C";
