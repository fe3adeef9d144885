-- The wall costs no other plan: a page of a tenant's rows is read from the index, in its order.
begin;
\ir helpers.psql
select plan(3);

select tenant as a from pg_temp.make_tenant('alba') \gset
select pg_temp.act_as(:'a', null, '{contacts:read,contacts:write}') \gset
insert into app.contacts (name) select 'contact ' || n from generate_series(1, 2000) n;
reset role;
analyze app.contacts;

create function pg_temp.plan_of(statement text) returns text language plpgsql as $$
declare
    line text;
    whole text := '';
begin
    for line in execute 'explain ' || statement loop
        whole := whole || line || E'\n';
    end loop;
    return whole;
end
$$;

select pg_temp.act_as(:'a', null, '{contacts:read}') \gset
set local plan_cache_mode = force_generic_plan;
prepare page(uuid) as select c.* from app.contacts c where c.id < $1 order by c.id desc limit 50;
select pg_temp.plan_of('execute page(''ffffffff-ffff-ffff-ffff-ffffffffffff'')') as plan \gset
select matches(:'plan'::text, 'Index Scan Backward using contacts_pkey', 'a page is read along the key');
select doesnt_match(:'plan'::text, 'Sort', 'and not sorted');
select matches(:'plan'::text, 'Index Cond: \(\(tenant_id = rowhouse.tenant_id\(\)\)', 'the wall is a condition of the index');

select * from finish();
rollback;
