-- What the catalog says of endpoints and constraints.

create function rowhouse.signature(function_name text)
    returns table (name text, type oid, element oid, kind text, labels text[], meaning text, fallback text)
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select p.proargnames[argument.number],
           t.oid,
           case when t.typcategory = 'A' then t.typelem else 0 end,
           case base.typtype when 'e' then 'enum' else format_type(base.oid, null) end,
           (select array_agg(e.enumlabel::text order by e.enumsortorder)
              from pg_enum e where e.enumtypid = base.oid),
           case scalar.typtype when 'd' then obj_description(scalar.oid, 'pg_type') end,
           pg_get_function_arg_default(p.oid, argument.number)
      from pg_proc p
     cross join lateral generate_series(1, p.pronargs) argument (number)
      join pg_type t on t.oid = p.proargtypes[argument.number - 1]
      join pg_type scalar
        on scalar.oid = case when t.typcategory = 'A' then t.typelem else t.oid end
      join pg_type base
        on base.oid = case scalar.typtype when 'd' then scalar.typbasetype else scalar.oid end
     where p.oid = to_regproc(function_name)
     order by argument.number
$$;
comment on function rowhouse.signature(text) is
'The parameters of a function, in order: name, type, element type of an array (else 0), kind (the base type''s name, or enum), labels of an enum, comment of a domain, text of the default.';

create function rowhouse.route_fault(
    method text, pattern text, function_name text, keyset text[]
) returns text
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select case
        when p.oid is null then 'its function does not exist, or there are several of that name'
        when p.prokind <> 'f' or p.provariadic <> 0 then 'its function must be a plain one'
        when method = 'GET' and p.provolatile = 'v' then 'the function of a GET must be stable'
        else coalesce((
            select format('its parameter %s of type %s cannot be bound',
                          coalesce(s.name, '?'), s.kind)
              from rowhouse.signature(function_name) s
             where coalesce(s.name, '') = ''
                or s.fallback like '%(%'
                or s.kind not in ('text', 'boolean', 'integer', 'bigint', 'numeric', 'date',
                                  'uuid', 'timestamp with time zone', 'inet', 'jsonb', 'enum')
                or (s.kind = 'jsonb' and s.element <> 0)
             limit 1), (
            select format('its function has no parameter %s', w.name)
              from (select substr(segment, 2) from unnest(string_to_array(pattern, '/')) segment
                     where segment like ':%'
                    union all select '_after_' || key from unnest(keyset) key
                    union all select '_limit' where cardinality(keyset) > 0) w (name)
             where w.name not in (select s.name from rowhouse.signature(function_name) s)
             limit 1))
        end
      from (select to_regproc(function_name)::oid) wanted (oid)
      left join pg_proc p on p.oid = wanted.oid
$$;
comment on function rowhouse.route_fault(text, text, text, text[]) is
'Why a function cannot be the endpoint of that method, path and keyset; NULL when it can.';

create function rowhouse.describe_constraint(
    schema_name text, table_name text, constraint_name text, column_name text
) returns table (field text, message text)
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(nullif(column_name, ''), c.attname, ''),
           coalesce(c.comment, case c.contype when 'f' then 'does not exist'
                                              when 'c' then 'is not allowed'
                                              else 'must be given' end)
      from (select) one
      left join lateral (
           select con.contype, a.attname, obj_description(con.oid, 'pg_constraint') as comment
             from pg_constraint con
             left join pg_attribute a
               on a.attrelid = con.conrelid
              and a.attnum = con.conkey[cardinality(con.conkey)]
            where con.conname = constraint_name
              and con.conrelid = to_regclass(format('%I.%I', schema_name, table_name))) c
        on true
$$;
comment on function rowhouse.describe_constraint(text, text, text, text) is
'Which field a violated constraint is about, and the sentence for the client: the constraint''s comment.';
