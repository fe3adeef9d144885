-- Every function, endpoint, route and error obeys the rules, and each rule can fail.
begin;
\ir helpers.psql
\ir ../isolation/catalog.psql
select no_plan();

-- Functions.
call pg_temp.rule('search_path is pg_catalog, pg_temp unless the body is parsed already', $$
    select r.name from routines r
     where r.lanname <> 'c' and r.prosqlbody is null
       and not coalesce('search_path=pg_catalog, pg_temp' = any (r.proconfig), false)$$);
call pg_temp.broken('pinned routine', 'alter function %1$s set search_path = pg_catalog, public');
call pg_temp.broken('pinned routine', 'alter function %1$s reset all');

call pg_temp.rule('what says it changes nothing calls nothing that may', $$
    select r.name from routines r
     where r.provolatile <> 'v'
       and (r.code ~* '\m(insert\s+into|delete\s+from|update\s+[a-z_.]+|truncate|for\s+update|nextval)\M'
            or exists (select from calls c join pg_proc p on p.oid = c.callee
                        where c.caller = r.oid and p.provolatile = 'v'
                          and c.callee_name not in ('rowhouse.jwks()', 'rowhouse.key_ring_fault()' /* read the keys, which may be changed meanwhile */)))$$);
call pg_temp.broken('once', 'alter function api.create_contact stable', 'api.create_contact(app.short_text,app.phone,app.email,app.long_text)');
call pg_temp.broken('once', 'alter function api.refresh stable', 'api.refresh(text,app.device_id)');
call pg_temp.broken('once', 'alter function rowhouse_private.log_out stable', 'rowhouse_private.log_out(uuid[],text)');
call pg_temp.broken('once', 'create function api.tap() returns void language sql immutable begin atomic select rowhouse_private.revoke_sessions(null); end', 'api.tap()');

call pg_temp.rule('nothing is more parallel than what it calls', $$
    select c.caller_name from calls c join pg_proc r on r.oid = c.caller join pg_proc e on e.oid = c.callee
     where (r.proparallel = 's' and e.proparallel <> 's') or (r.proparallel = 'r' and e.proparallel = 'u')
    union select r.name from routines r where r.provolatile = 'v' and r.proparallel = 's'
       and r.name not in ('rowhouse.uuid_v7()', 'rowhouse.random_token(integer)')$$);
call pg_temp.broken('once', 'alter function rowhouse_private.device_cookie parallel safe', 'rowhouse_private.device_cookie()');
call pg_temp.broken('once', 'alter function api.logout parallel restricted', 'api.logout()');
call pg_temp.broken('once', 'alter function api.delete_contact parallel safe', 'api.delete_contact(uuid)');

call pg_temp.rule('only the getters of the context are leakproof', $$
    select r.name from routines r
     where r.proleakproof and r.name not in ('rowhouse.tenant_id()', 'rowhouse.user_id()', 'rowhouse.session_id()', 'rowhouse.key_id()', 'rowhouse.instance_id()', 'rowhouse.request_id()',
                                             'rowhouse.trace_id()', 'rowhouse.credential()', 'rowhouse.has_permission(text)')$$);
call pg_temp.broken('routine', 'alter function %1$s leakproof');

call pg_temp.rule('what is past the wall builds no SQL', $$
    select r.name from routines r
     where r.proowner = 'rowhouse_system'::regrole and r.lanname = 'plpgsql' and r.code ~* '\mexecute\M'$$);
call pg_temp.broken('once', $x$create function api.tap() returns void language plpgsql as $$begin execute 'select'; end$$; alter function api.tap owner to rowhouse_system$x$, 'api.tap()');

-- Who may execute what, over all roles there are. The mechanism's lists are those of install_function_grants().
call pg_temp.rule('nobody else reaches a function that is no endpoint', $$
    select r.rolname || ' executes ' || f.name from routines f, pg_roles r
     where f.nspname in ('rowhouse_private', 'app', 'reporting') and not r.rolsuper
       and r.oid <> f.proowner and r.rolname not in ('rowhouse_system', 'rowhouse_owner')
       and has_function_privilege(r.oid, f.oid, 'execute')
       and not (r.rolname = 'rowhouse_worker' /* takes jobs, and reads no table: 07_jobs */
                and f.oid::regproc::text in ('rowhouse_private.claim_jobs', 'rowhouse_private.finish_job', 'rowhouse_private.fail_job'))$$);
call pg_temp.broken('once', 'grant execute on function rowhouse_private.enqueue to rowhouse_worker',
                    'rowhouse_worker executes rowhouse_private.enqueue(text,jsonb,uuid,timestamp with time zone)');
call pg_temp.broken('once', 'grant execute on function rowhouse_private.claim_jobs to rowhouse_tenant',
                    'rowhouse_tenant executes rowhouse_private.claim_jobs(text[],interval,integer)');
call pg_temp.broken('once', 'grant execute on function rowhouse_private.create_account to rowhouse_tenant',
                    'rowhouse_tenant executes rowhouse_private.create_account(text,text,text,text,text,boolean,app.locale,boolean)');
call pg_temp.broken('once', 'create role tap_role; grant rowhouse_system to tap_role; alter role tap_role inherit',
                    'tap_role executes rowhouse_private.revoke_sessions(uuid[])');

call pg_temp.rule('each role executes of the mechanism what it needs', $$
    select r.rolname || ' executes ' || f.name from routines f, pg_roles r
     where f.nspname = 'rowhouse' and not r.rolsuper and r.rolname not in ('rowhouse_system', 'rowhouse_owner')
       and has_function_privilege(r.oid, f.oid, 'execute')
       and not case r.rolname
           when 'rowhouse_gateway' then f.proname in ('handle', 'gateway_routes', 'health', 'production_findings')
           when 'rowhouse_reporting' then f.proname = 'tenant_id'
           else r.rolname in ('rowhouse_tenant', 'rowhouse_public', 'rowhouse_platform')
                and f.proname in ('tenant_id', 'user_id', 'session_id', 'key_id', 'instance_id', 'request_id', 'trace_id', 'credential', 'has_permission', 'uuid_v7',
                                  'refuse', 'reject', 'audit', 'emit', 'request_header', 'set_header', 'client_address', 'client_network', 'named_tenant') end$$);
call pg_temp.broken('mechanism', 'grant execute on function %1$s to rowhouse_worker', 'rowhouse_worker executes %1$s');
call pg_temp.broken('once', 'grant execute on function rowhouse.assume to rowhouse_tenant', 'rowhouse_tenant executes rowhouse.assume(uuid,uuid,text,text[])');

call pg_temp.rule('an endpoint is executed by its route''s role and by no other', $$
    select format('%s %s %s', r.rolname, case when has_function_privilege(r.oid, f.oid, 'execute') then 'executes' else 'does not execute' end, f.name)
      from routines f cross join pg_roles r
      left join rowhouse.routes e on to_regproc(e.function) = f.oid
     where f.nspname = 'api' and not r.rolsuper and r.oid <> f.proowner
       and has_function_privilege(r.oid, f.oid, 'execute')
           is distinct from coalesce(r.rolname = case e.access when 'public' then 'rowhouse_public' else 'rowhouse_tenant' end, false)$$);
call pg_temp.broken('endpoint', 'grant execute on function %1$s to rowhouse_worker', 'rowhouse_worker executes %1$s');
call pg_temp.broken('endpoint', 'revoke execute on function %1$s from %2$s', '%2$s does not execute %1$s');
call pg_temp.broken('endpoint', 'create role tap_role; grant %2$s to tap_role; alter role tap_role inherit', 'tap_role executes %1$s');
call pg_temp.broken('endpoint', 'update rowhouse.routes set access = case access when ''public'' then ''user'' else ''public'' end
                                 where to_regproc(function) = %1$L::regprocedure', '%2$s executes %1$s');

select pg_temp.check_rules();
\if :{?quick}
\else
select pg_temp.check_offenders();
\endif
select * from finish();
rollback;
