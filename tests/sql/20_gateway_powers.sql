-- The gateway's login holds no power. Everything here is tried by a real login.
\ir helpers.psql
select no_plan();
\set script `mktemp`
\set answers `mktemp`

-- Tables: every one of ours, every verb.
create temporary table attempts (number serial, what text, statement text, expected text default '42501');
insert into attempts (what, statement)
select format(v.what, c.oid::regclass), format(v.statement, c.oid::regclass, a.attname)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum = 1
 cross join (values ('read %s', 'select from %s'), ('write to %s', 'insert into %s default values'),
                    ('change %s', 'update %1$s set %2$I = %2$I'), ('cut %s', 'delete from %s'),
                    ('empty %s', 'truncate %s'), ('lock %s', 'begin; lock table %s; rollback'),
                    ('explain %s', 'explain select from %s'), ('copy %s', 'copy %s to stdout')) v (what, statement)
 where n.nspname in (select rowhouse.watched_schemas()) and c.relkind in ('r', 'p');
insert into attempts (what, statement)
select 'read ' || c.oid::regclass, format('select from %s', c.oid::regclass)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname in (select rowhouse.watched_schemas()) and c.relkind in ('v', 'm', 'S', 'f');

-- Roles.
insert into attempts (what, statement)
select format(v.what, r.rolname), format(v.statement, r.rolname)
  from pg_roles r
 cross join (values ('become %s', 'set role %I'), ('be logged in as %s', 'set session authorization %I'),
                    ('join %s', 'grant %I to rowhouse_gateway'), ('take over %s', 'alter role %I login password ''x'''),
                    ('drop %s', 'drop role %I'), ('inherit from %s', 'reassign owned by %I to rowhouse_gateway')) v (what, statement)
 where r.rolname in ('rowhouse_owner', 'rowhouse_system', 'rowhouse_tenant', 'rowhouse_public', 'rowhouse_platform',
                     'rowhouse_worker', current_user);

insert into attempts (what, statement) values
    ('make a temporary table', 'create temporary table t (x int)'),
    ('make a table', 'create table public.t (x int)'),
    ('make a temporary view', 'create temporary view v as select 1'),
    ('make a schema', 'create schema s'),
    ('make a function', 'create function public.f() returns int language sql return 1'),
    ('make a temporary function', 'create function pg_temp.f() returns int language sql return 1'),
    ('make an operator', 'create operator public.=== (leftarg = text, rightarg = text, function = texteq)'),
    ('make a type', 'create type public.t as (x int)'),
    ('make a sequence', 'create temporary sequence q'),
    ('make a role', 'create role r'), ('make a database', 'create database d'),
    ('make an extension', 'create extension dblink'), ('make a publication', 'create publication p for all tables'),
    ('make an event trigger', 'create event trigger e on ddl_command_end execute function rowhouse.on_table_change()'),
    ('run PL/pgSQL', 'do $$begin end$$'), ('load a library', 'load ''rowhouse'''),
    ('alter the system', 'alter system set work_mem = ''1GB'''), ('reload it', 'select pg_reload_conf()'),
    ('rotate the log', 'select pg_rotate_logfile()'),
    ('make a large object', 'select lo_create(0)'), ('make a large object', 'select lo_creat(-1)'),
    ('make a large object of bytes', 'select lo_from_bytea(0, '''')'), ('import a file', 'select lo_import(''/etc/passwd'')'),
    ('take an advisory lock', 'select pg_advisory_lock(1)'), ('take an advisory lock', 'select pg_try_advisory_lock(1, 2)'),
    ('take an advisory lock', 'select pg_advisory_xact_lock_shared(1)'),
    ('notify by function', 'select pg_notify(''rowhouse_routes'', '''')'),
    ('write into the WAL', 'select pg_logical_emit_message(true, ''x'', ''x'')'), ('export a snapshot', 'select pg_export_snapshot()'),
    ('read a file', 'select pg_read_file(''postgresql.conf'')'), ('list files', 'select pg_ls_dir(''.'')'),
    ('copy to a file', 'copy (select 1) to ''/tmp/tap'''), ('copy from a file', 'copy pg_class from ''/tmp/tap'''),
    ('copy to a program', 'copy (select 1) to program ''true'''), ('copy from a program', 'copy pg_class from program ''true'''),
    ('read passwords', 'select from pg_authid'), ('read statistics', 'select from pg_statistic'),
    ('read subscriptions', 'select subconninfo from pg_subscription'), ('read large objects', 'select from pg_largeobject'),
    ('write the catalog', 'update pg_class set relname = relname'),
    ('export rows as XML', 'select query_to_xml(''select * from app.contacts'', true, false, '''')'),
    ('export a table as XML', 'select table_to_xml(''rowhouse.keys'', true, false, '''')'),
    ('open a cursor', 'declare c cursor with hold for select * from app.contacts'),
    ('prepare a query', 'prepare p as select * from app.contacts'),
    ('make a replication slot', 'select pg_create_physical_replication_slot(''s'')'),
    ('end others', format('select pg_terminate_backend(%s)', pg_backend_pid())), ('cancel others', format('select pg_cancel_backend(%s)', pg_backend_pid())),
    ('take a context', 'select rowhouse.assume(null, null, ''x'')'), ('read the tenant', 'select rowhouse.tenant_id()'),
    ('issue a token', 'select rowhouse.issue_access_token(gen_random_uuid(), gen_random_uuid(), gen_random_uuid())'), ('read the key set', 'select rowhouse.jwks()'),
    ('install', 'select rowhouse.install()'), ('call an endpoint', 'select api.jwks()'),
    ('make an account', 'select rowhouse_private.create_account(''a'', ''a'', ''a'', ''a'', ''a'')'),
    ('comment on the database', 'comment on schema rowhouse is ''x'''),
    ('drop the extension', 'drop extension rowhouse'), ('drop a schema', 'drop schema app');
insert into attempts (what, statement)
select 'keep the setting ' || s.name, format('alter role rowhouse_gateway set %s = %L', s.name, s.value)
  from (values ('log_parameter_max_length', '-1'), ('session_replication_role', 'replica'), ('log_statement', 'none'),
               ('session_preload_libraries', 'x'), ('rowhouse.context', 'x'), ('rowhouse.bound_tenant', gen_random_uuid()::text),
               ('lo_compat_privileges', 'on'), ('log_min_messages', 'panic'), ('deadlock_timeout', '1')) s (name, value)
union all
select 'set ' || s.name, format('set %s = %L', s.name, s.value)
  from (values ('session_replication_role', 'replica'), ('log_parameter_max_length', '-1'), ('log_statement', 'none'),
               ('rowhouse.context', 'x'), ('rowhouse.bound_tenant', gen_random_uuid()::text), ('log_duration', 'off'),
               ('zero_damaged_pages', 'on')) s (name, value);

select format(E'\\set LAST_ERROR_SQLSTATE 00000\n%s;\n\\echo %s :LAST_ERROR_SQLSTATE\nrollback;', statement, number)
  from attempts order by number \g :script
\setenv script :script
\setenv answers :answers
\! psql -XAtq -v VERBOSITY=sqlstate -d "${ROWHOUSE_TEST_GATEWAY:-user=rowhouse_gateway}" -f "$script" 2>&1 | grep -E '^[0-9]+ [0-9A-Z]{5}$' >"$answers"
create temporary table answers (number integer, state text);
\copy answers from program 'cat "$answers"; rm -f "$script" "$answers"' (delimiter ' ')
select is(s.state, a.expected, 'the gateway cannot ' || a.what) from attempts a left join answers s using (number)
 order by number;

-- Functions: four, and no other.
select bag_eq($$
    select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname in (select rowhouse.watched_schemas()) and has_function_privilege('rowhouse_gateway', p.oid, 'execute')
$$, array['rowhouse.handle(text,text,bytea,bytea,text)', 'rowhouse.gateway_routes()', 'rowhouse.health()',
          'rowhouse.production_findings()'], 'the gateway executes four functions of ours, and no other');
select is_empty($$select from pg_auth_members m where m.member = 'rowhouse_gateway'::regrole$$, 'it is member of no role');
select ok(not (rolsuper or rolinherit or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls),
          'it has no attribute of power') from pg_roles where rolname = 'rowhouse_gateway';
select is_empty($$select from pg_shdepend where refobjid = 'rowhouse_gateway'::regrole and deptype = 'o'
                     and not (classid = 'pg_proc'::regclass and objid in
                              (select oid from pg_proc where pronamespace = pg_my_temp_schema()))$$, 'it owns nothing');
select * from finish();
