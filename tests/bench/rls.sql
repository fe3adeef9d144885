-- The same reads, by hand with the tenant in the statement and by row-level security: microseconds
-- of this backend's processor time. Variable: seconds, for each of them.
\set QUIET on
begin;
create schema bench;
grant usage on schema bench to rowhouse_tenant;

-- Ticks of a hundredth of a second, user and system, as microseconds.
create function bench.used() returns numeric language sql security definer as $$
    select sum(word::numeric) * 10000
      from regexp_split_to_table(regexp_replace(pg_read_file('/proc/self/stat'), '.*\) ', ''), ' ')
           with ordinality s (word, n)
     where n in (12, 13)
$$;

-- What each call of the batch costs for one id.
create function bench.cost(batch text, ids uuid[], tenant uuid, seconds numeric) returns numeric
    language plpgsql as $$
declare
    until timestamptz;
    before numeric;
    calls bigint := 0;
begin
    execute format('select bench.%s($1, $2)', batch) using ids, tenant;
    until := clock_timestamp() + make_interval(secs => seconds::float8);
    before := bench.used();
    while clock_timestamp() < until loop
        execute format('select bench.%s($1, $2)', batch) using ids, tenant;
        calls := calls + cardinality(ids);
    end loop;
    return round((bench.used() - before) / calls, 2);
end
$$;

create function bench.bare_get(ids uuid[], tenant uuid) returns void language plpgsql as $$
declare one uuid;
begin
    foreach one in array ids loop
        perform c.* from app.contacts c where c.tenant_id = tenant and c.id = one;
    end loop;
end
$$;
create function bench.wall_get(ids uuid[], tenant uuid) returns void language plpgsql as $$
declare one uuid;
begin
    foreach one in array ids loop
        perform c.* from app.contacts c where c.id = one;
    end loop;
end
$$;
create function bench.bare_list(ids uuid[], tenant uuid) returns void language plpgsql as $$
declare one uuid;
begin
    foreach one in array ids loop
        perform c.* from app.contacts c where c.tenant_id = tenant and c.id < one order by c.id desc limit 50;
    end loop;
end
$$;
create function bench.wall_list(ids uuid[], tenant uuid) returns void language plpgsql as $$
declare one uuid;
begin
    foreach one in array ids loop
        perform c.* from app.contacts c where c.id < one order by c.id desc limit 50;
    end loop;
end
$$;
grant execute on all functions in schema bench to rowhouse_tenant;

select tenant_id as tenant, user_id as person from rowhouse_private.sessions limit 1 \gset
select array_agg(id) as ids
  from (select id from app.contacts where tenant_id = :'tenant' order by id desc limit 200) c \gset
-- A superuser is past the wall: the tenant stands in the statement alone.
select bench.cost('bare_get', :'ids', :'tenant', :seconds) as bare_get,
       bench.cost('bare_list', :'ids', :'tenant', :seconds) as bare_list \gset
select rowhouse.assume(:'tenant', :'person', 'benchmark', '{contacts:read}') \gset
set local role rowhouse_tenant;
select bench.cost('wall_get', :'ids', :'tenant', :seconds) as wall_get,
       bench.cost('wall_list', :'ids', :'tenant', :seconds) as wall_list \gset
select format('%-8s %8s us   base %8s us   ratio %s', name, wall, bare, round(wall / bare, 2))
  from (values ('get', :wall_get, :bare_get), ('list', :wall_list, :bare_list)) v (name, wall, bare);
rollback;
