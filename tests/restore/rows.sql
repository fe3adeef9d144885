-- A checksum over all rows of every table that is not PostgreSQL's own, whatever their order.
\pset format unaligned
\pset tuples_only on
select format('select %L, count(*), md5(string_agg(row_of, E''\n'' order by row_of collate "C"))
                 from (select t::text as row_of from %s t) r', c.oid::regclass, c.oid::regclass)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p')
   and not c.relispartition
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 order by c.oid::regclass::text collate "C" \gexec
