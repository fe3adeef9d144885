-- Events for other systems, and the names of the audit trail.
\ir helpers.psql
select no_plan();
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset

begin;
select rowhouse.assume(:'a', :'ana', 'test', '{events:read}') \gset
select rowhouse.emit('member.removed', '{"member_id": 1}') as id \gset
select results_eq(format('select tenant_id, type, payload, actor_id from rowhouse.events where id = %L', :'id'),
    format('values (%L::uuid, ''member.removed'', ''{"member_id": 1}''::jsonb, %L::uuid)', :'a', :'ana'), 'an event is of the tenant and the user');
select throws_ok('select rowhouse.emit(''tap.nonsense'')', 'XX000', null, 'of a registered type');
select throws_ok('select rowhouse.emit(null)', 'RH422', null, 'and of one');
set local role rowhouse_tenant;
select is(count(*), 1::bigint, 'its tenant reads it, by the permission') from rowhouse.events;
select lives_ok('select rowhouse.emit(''member.removed'')', 'an endpoint emits');
select throws_ok('insert into rowhouse.events (type, payload) values (''member.removed'', ''{}'')', '42501', null, 'and writes none by hand');
select throws_ok('delete from rowhouse.events', '42501', null, 'nor takes one back');
reset role;
rollback;
select is_empty(format('select from rowhouse.events where id = %L', :'id'), 'what is rolled back did not happen');
select throws_ok('select rowhouse.emit(''member.removed'')', 'XX000', null, 'without a tenant there is no event');
begin;
select rowhouse.assume(:'b', null, 'test', '{events:read}') \gset
select rowhouse.emit('member.removed') \gset
select pg_temp.act_as(:'b', null, '{}') \gset
select is(count(*), 0::bigint, 'without the permission it is not read') from rowhouse.events;
rollback;
begin;
select pg_temp.act_as(:'b', null, '{events:read}') \gset
select is(count(*), 0::bigint, 'and by no other tenant') from rowhouse.events;
rollback;

-- The trail's names are the registry's, all of them.
create temporary view written as
    select distinct m[1] as name from pg_proc p,
           lateral regexp_matches(p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), ''), 'audit(?:_for|_stranger)?\((?:[^'';()]*(?:\([^()]*\))?,)*\s*''([a-z_]+(?:\.[a-z_]+)?)''', 'g') m
     where p.pronamespace in (select oid from pg_namespace where nspname in ('api', 'rowhouse_private'))
    union values ('permission.denied'), ('rate.limited'), ('context.assumed')  -- by the mechanism in C++
    union values ('logout'), ('logout.all'), ('password.change_failed');       -- log_out() and accept_password() are told which
select is_empty('select name from written except select name from rowhouse.audit_events', 'what is written has its name explained');
select is_empty('select name from rowhouse.audit_events except select name from written', 'and what is explained is written');
select pg_temp.clean_up() \gset
select * from finish();
