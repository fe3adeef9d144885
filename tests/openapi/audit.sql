-- One line for each endpoint, its fields separated by `|`: what the catalog knows of who may do
-- what. generate.sh adds the tests.
\pset format unaligned
\pset tuples_only on

create temporary view reached as
    with recursive reached (function, oid) as (
        select r.function, to_regproc(r.function)::oid from rowhouse.routes r
        union
        select f.function, d.refobjid
          from reached f
          join pg_depend d
            on d.classid = 'pg_proc'::regclass and d.objid = f.oid and d.refclassid = 'pg_proc'::regclass
          join pg_proc p on p.oid = d.refobjid
         where p.pronamespace <> 'rowhouse'::regnamespace
    )
    select distinct f.function, c.oid as relation, c.oid::regclass::text as name
      from reached f
      join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = f.oid and d.refclassid = 'pg_class'::regclass
      join pg_class c on c.oid = d.refobjid and c.relkind in ('r', 'p');

create temporary view endpoints as
    select r.method, r.pattern, r.access, r.permission, r.function, runner.oid as role, runner.rolname, runner.rolbypassrls
      from rowhouse.routes r
      join pg_proc p on p.oid = to_regproc(r.function)
      join pg_roles runner
        on runner.oid = case when p.prosecdef then p.proowner
                             else to_regrole(case r.access when 'public' then 'rowhouse_public' else 'rowhouse_tenant' end) end;

select concat_ws('|', e.method, e.pattern, e.access, coalesce(e.permission, '—'), e.function, e.rolname,
                 coalesce(string_agg(format('%s: %s', t.name, case when e.rolbypassrls then 'bypassed' else coalesce(l.names, 'none') end),
                                     '; ' order by t.name collate "C") filter (where t.name is not null), '—'))
  from endpoints e
  left join reached t on t.function = e.function
  left join lateral (
       select string_agg(p.polname, ', ' order by p.polname collate "C")
         from pg_policy p
        where p.polrelid = t.relation and p.polroles && array[0::oid, e.role]) l (names) on true
 group by e.method, e.pattern, e.access, e.permission, e.function, e.rolname
 order by e.pattern collate "C", array_position('{GET,POST,PUT,PATCH,DELETE}', e.method);
