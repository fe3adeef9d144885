-- Plans are kept and shared, and parallel workers run them; the rows are still one tenant's.
begin;
\ir helpers.psql
select plan(28);

select tenant as a from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
select pg_temp.make_contact(:'a', 'Ada') as ada \gset
select pg_temp.make_contact(:'b', 'Bob') as bob \gset

-- A function, because PL/pgSQL keeps the plans of its statements for the session.
create function pg_temp.names() returns text language plpgsql stable as $$
begin
    return (select string_agg(c.name, ',' order by c.name) from app.contacts c);
end
$$;

set local plan_cache_mode = force_generic_plan;
select pg_temp.act_as(:'a') \gset
prepare everybody as select c.name::text from app.contacts c order by c.name;
prepare one(uuid) as select c.name::text from app.contacts c where c.id = $1;
prepare rename(uuid) as update app.contacts set notes = 'renamed' where id = $1;
select results_eq('execute everybody', array['Ada'], 'a plan prepared by tenant A shows A its rows');
select results_eq(format('execute one(%L)', :'ada'), array['Ada'], 'and its row by id');
select is(pg_temp.names(), 'Ada', 'a function shows A its rows');

select pg_temp.act_as(:'b') \gset
select results_eq('execute everybody', array['Bob'], 'executed by tenant B, the plan shows rows of B');
select is_empty(format('execute one(%L)', :'ada'), 'and not A''s row by its id');
execute rename(:'ada');
select is(:ROW_COUNT, 0, 'which it cannot change');
execute rename(:'bob');
select is(:ROW_COUNT, 1, 'but its own');
select is(pg_temp.names(), 'Bob', 'the function shows B its rows');

select pg_temp.act_as(:'a') \gset
select results_eq('execute everybody', array['Ada'], 'and A again its own');

select pg_temp.act_without_context() \gset
select is_empty('execute everybody', 'without a context the same plan shows nothing');
select is(pg_temp.names(), null, 'nor does the function');
reset plan_cache_mode;

-- Five custom plans, then PostgreSQL may choose a generic one by itself.
select pg_temp.act_as(:'a') \gset
select results_eq(format('execute one(%L)', :'ada'), array['Ada'], 'execution ' || n || ' by A')
  from generate_series(1, 6) n;
select pg_temp.act_as(:'b') \gset
select is_empty(format('execute one(%L)', :'ada'), 'the seventh, by B, shows nothing');

-- Many rows, so that workers have something to do.
reset role;
insert into app.contacts (tenant_id, name)
select case when n % 3 = 0 then :'b'::uuid else :'a'::uuid end, 'person ' || n
  from generate_series(1, 30000) n;
analyze app.contacts;

create function pg_temp.plan_of(statement text) returns text language plpgsql volatile as $$
declare
    plan json;
begin
    execute 'explain (analyze, costs off, timing off, summary off, format json) ' || statement into plan;
    return plan::text;
end
$$;
create function pg_temp.workers_of(statement text) returns integer language sql volatile as $$
    select coalesce(substring(pg_temp.plan_of(statement) from '"Workers Launched": ([0-9]+)'), '0')::integer
$$;

set local parallel_setup_cost = 0;
set local parallel_tuple_cost = 0;
set local min_parallel_table_scan_size = 0;
set local min_parallel_index_scan_size = 0;
set local max_parallel_workers_per_gather = 2;
\set count_all 'select count(*), count(distinct tenant_id) as tenants, bool_and(tenant_id = rowhouse.tenant_id()) as same, bool_and(rowhouse.has_permission(\'contacts:read\')) as may from app.contacts'
\set count_named 'select count(*) from app.contacts where name like \'person %\''

select pg_temp.act_as(:'a') \gset
select cmp_ok(pg_temp.workers_of(:'count_all'), '>', 0, 'workers count the rows of A');
:count_all \gset a_
select is(array[:'a_count', :'a_tenants', :'a_same', :'a_may']::text[],
          '{20001,1,t,t}', 'each of them under the context of A, and none is missed');
select cmp_ok(pg_temp.workers_of(:'count_named'), '>', 0, 'workers filter by a function that is not leakproof');
:count_named \gset a_
select is(:a_count, 20000, 'and find what A has');

select pg_temp.act_as(:'b') \gset
select cmp_ok(pg_temp.workers_of(:'count_all'), '>', 0, 'workers count the rows of B');
:count_all \gset b_
select is(array[:'b_count', :'b_tenants', :'b_same', :'b_may']::text[],
          '{10001,1,t,t}', 'each of them under the context of B, and none is missed');

select pg_temp.act_without_context() \gset
select count(*) as nobody from app.contacts \gset
select is(:nobody, 0, 'without a context workers find nothing');

set local force_parallel_mode = on;
select pg_temp.act_as(:'a') \gset
select cmp_ok(pg_temp.workers_of('select count(*) from app.contacts'), '>', 0, 'a plan forced to be parallel is');
select rowhouse.tenant_id() = :'a' and rowhouse.credential() = 'assumed' as is_a \gset
select ok(:'is_a', 'a worker that is forced knows the context');
select count(*) as forced from app.contacts \gset
select is(:forced, 20001, 'and counts the rows of A');

select * from finish();
rollback;
