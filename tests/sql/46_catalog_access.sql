-- Every policy, grant, owner and trigger obeys the rules, and all of it is in a dump.
begin;
\ir helpers.psql
\ir ../isolation/catalog.psql
select no_plan();

-- What is in a dump, before offenders lock anything.
create temporary table dumped (name text);
\copy dumped from program 'pg_dump --schema-only | sed -nE "s/^CREATE (UNLOGGED )?(TABLE|SEQUENCE|VIEW|MATERIALIZED VIEW|EVENT TRIGGER|DOMAIN|TYPE|SCHEMA) ([^ ;]+).*/\3/p; s/^CREATE (FUNCTION|PROCEDURE) ([^(]+).*/\2/p"'

-- Policies.
call pg_temp.rule('a policy is permissive, for one verb and one role, and named who_verb', $$
    select p.polname || ' on ' || p.polrelid::regclass from pg_policy p join pg_class c on c.oid = p.polrelid
     where c.relnamespace in (table ours) and p.polname not in ('same_tenant', 'owner_all')
       and not (p.polpermissive and cardinality(p.polroles) = 1 and p.polroles <> '{0}'
                and p.polname ~ ('^[a-z_]+_' || case p.polcmd when 'r' then 'select' when 'a' then 'insert'
                                                              when 'w' then 'update' when 'd' then 'delete' else '!' end || '$'))$$);
call pg_temp.broken('table', 'create policy tap_select on %1$s for select using (true)', 'tap_select on %1$s');
call pg_temp.broken('table', 'create policy tap_all on %1$s to rowhouse_tenant using (true)', 'tap_all on %1$s');
call pg_temp.broken('policy', 'alter policy %1$s on %2$s to rowhouse_tenant, rowhouse_public');
call pg_temp.broken('policy', 'alter policy %1$s on %2$s to public');
call pg_temp.broken('policy', 'alter policy %1$s on %2$s rename to tap', 'tap on %2$s');

call pg_temp.rule('owner_all is the owner''s alone', $$
    select p.polname || ' on ' || p.polrelid::regclass from pg_policy p
     where p.polname = 'owner_all' and p.polroles <> array['rowhouse_owner'::regrole::oid]$$);
call pg_temp.broken('table of app', 'alter policy owner_all on %1$s to rowhouse_owner, rowhouse_tenant', 'owner_all on %1$s');

-- A policy that asks for something else stands here with its reason.
call pg_temp.rule('a policy asks for a permission first, and some role holds it', $$
    select p.polname || ' on ' || p.polrelid::regclass from pg_policy p join pg_class c on c.oid = p.polrelid
     cross join unnest(array[pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)]) e (condition)
     where c.relnamespace in (table ours) and p.polname not in ('same_tenant', 'owner_all') and e.condition is not null
       and not coalesce((regexp_match(e.condition, '^\(?rowhouse\.has_permission\(''([a-z_:-]+)''::text\)( AND .*)?$'))[1]
                        in (select name from rowhouse_private.permissions), false)$$);
call pg_temp.broken('reading policy', 'alter policy %1$s on %2$s using (true)');
call pg_temp.broken('writing policy', 'alter policy %1$s on %2$s with check (true)');
call pg_temp.broken('reading policy', 'alter policy %1$s on %2$s using (rowhouse.has_permission(''contacts:read'') or true)');
call pg_temp.broken('writing policy', 'alter policy %1$s on %2$s with check (rowhouse.has_permission(''tap:write''))');

call pg_temp.rule('who may read may not for that reason write', $$
    select p.polname || ' on ' || p.polrelid::regclass from pg_policy p
     where p.polcmd <> 'r' and concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) ~ ':read'''$$);
call pg_temp.broken('writing policy', 'alter policy %1$s on %2$s with check (rowhouse.has_permission(''contacts:read''))');

-- Grants.
create temporary view granted as
    select w.name, w.oid, a.grantee::regrole::text as grantee, a.privilege_type as verb, a.is_grantable
      from walled w, aclexplode(w.relacl) a where a.grantee <> w.relowner
    union all
    select w.name, w.oid, g.grantee::regrole::text, g.privilege_type, g.is_grantable
      from walled w join pg_attribute a on a.attrelid = w.oid, aclexplode(a.attacl) g where g.grantee <> w.relowner;

call pg_temp.rule('a grant on a tenant''s table goes to rowhouse_tenant, for what a policy speaks of', $$
    select format('%s to %s on %s', g.verb, g.grantee, g.name) from granted g
     where g.grantee <> 'rowhouse_system'
       and (g.is_grantable or g.grantee <> 'rowhouse_tenant'
            or not exists (select from pg_policy p
                            where p.polrelid = g.oid and p.polpermissive and 'rowhouse_tenant'::regrole::oid = any (p.polroles)
                              and p.polcmd::text in ('*', case g.verb when 'SELECT' then 'r' when 'INSERT' then 'a'
                                                                      when 'UPDATE' then 'w' when 'DELETE' then 'd' end)))$$);
call pg_temp.broken('table', 'grant select on %1$s to rowhouse_public', 'SELECT to rowhouse_public on %1$s');
call pg_temp.broken('table', 'grant insert on %1$s to rowhouse_gateway', 'INSERT to rowhouse_gateway on %1$s');
call pg_temp.broken('table', 'grant update (tenant_id) on %1$s to rowhouse_worker', 'UPDATE to rowhouse_worker on %1$s');
call pg_temp.broken('table', 'grant references on %1$s to rowhouse_tenant', 'REFERENCES to rowhouse_tenant on %1$s');
call pg_temp.broken('table', 'grant select on %1$s to rowhouse_tenant with grant option', 'SELECT to rowhouse_tenant on %1$s');
call pg_temp.broken('grant', 'drop policy %1$s on %2$s');

-- rowhouse_system is past the wall. Whoever lets it reach a tenant's table says here why.
call pg_temp.rule('rowhouse_system reaches tenants'' tables only where it must look before a tenant is known', $$
    select distinct g.name from granted g
     where g.grantee = 'rowhouse_system'
       and g.name not in ('app.accounts', 'app.memberships' /* register, login, the user's own accounts */,
                          'app.roles', 'app.role_ancestors' /* what a session may do, and what each role inherits */,
                          'app.api_keys', 'app.instances' /* a key is looked up by its id alone; its secret is hashed out of the tenant's sight */,
                          'app.invitations' /* accepted by a ticket alone, before a tenant is known */,
                          'rowhouse.audit_log', 'rowhouse.events' /* written by whoever is asking, for whoever may read */)$$);
call pg_temp.broken('once', 'create table app.tap (tenant_id uuid); grant select on app.tap to rowhouse_system', 'app.tap');
call pg_temp.broken('once', 'grant select on app.contacts to rowhouse_system', 'app.contacts');
call pg_temp.broken('once', 'grant update (notes) on app.contacts to rowhouse_system', 'app.contacts');

call pg_temp.rule('what has no tenant is granted to rowhouse_system alone, but for what everybody may read', $$
    select format('%s to %s', g.name, a.grantee::regrole) from rowhouse.global_tables g
      join pg_class c on c.oid = to_regclass(g.name)
     cross join lateral (select (aclexplode(c.relacl)).grantee
                         union select (aclexplode(t.attacl)).grantee from pg_attribute t where t.attrelid = c.oid) a
     where a.grantee not in (c.relowner, 'rowhouse_system'::regrole)
       and (g.name, a.grantee::regrole::text) not in (('rowhouse.errors', 'rowhouse_tenant'), ('rowhouse.errors', 'rowhouse_public'),
                                                      ('rowhouse.errors', 'rowhouse_platform'), ('api.documents', 'rowhouse_public'))$$);
call pg_temp.broken('global table', 'grant select on %1$s to rowhouse_gateway', '%1$s to rowhouse_gateway');
call pg_temp.broken('global table', 'grant insert on %1$s to rowhouse_worker', '%1$s to rowhouse_worker');
call pg_temp.broken('once', 'grant select (id) on rowhouse.keys to rowhouse_tenant', 'rowhouse.keys to rowhouse_tenant');

call pg_temp.rule('the trail is added to, never changed', $$
    select format('%s to %s', g.verb, g.grantee) from granted g
     where g.name in ('rowhouse.audit_log', 'rowhouse.events') and g.verb not in ('SELECT', 'INSERT')$$);
call pg_temp.broken('once', 'grant delete on rowhouse.audit_log to rowhouse_system', 'DELETE to rowhouse_system');
call pg_temp.broken('once', 'grant update (details) on rowhouse.audit_log to rowhouse_tenant', 'UPDATE to rowhouse_tenant');

-- Owners. Those of schemas, types and tables of the application: 40_install.
call pg_temp.rule('tables, views, types and schemas belong to rowhouse_owner', $$
    select c.oid::regclass::text from pg_class c
     where c.relnamespace in (table ours) and c.relkind not in ('i', 'I') and c.relowner <> 'rowhouse_owner'::regrole
    union all select t.oid::regtype::text from pg_type t
     where t.typnamespace in (table ours) and t.typtype in ('d', 'e') and t.typowner <> 'rowhouse_owner'::regrole
    union all select n.nspname::text from pg_namespace n
     where n.oid in (table application) and n.nspowner <> 'rowhouse_owner'::regrole$$);
call pg_temp.broken('table', 'alter table %1$s owner to rowhouse_tenant');
call pg_temp.broken('global table', 'alter table %1$s owner to rowhouse_worker');
call pg_temp.broken('once', 'alter domain app.email owner to rowhouse_public', 'app.email');
call pg_temp.broken('once', 'alter schema api owner to rowhouse_system', 'api');

call pg_temp.rule('nobody but owner and rowhouse_system makes anything in a schema', $$
    select r.rolname || ' in ' || n.nspname from pg_namespace n, pg_roles r
     where n.oid in (table ours) and not r.rolsuper and has_schema_privilege(r.oid, n.oid, 'create')
       and (r.rolname, n.nspname) not in (('rowhouse_system', 'api'), ('rowhouse_system', 'rowhouse_private'))
       and r.oid <> n.nspowner$$);
call pg_temp.broken('once', 'grant create on schema app to rowhouse_system', 'rowhouse_system in app');
call pg_temp.broken('once', 'grant create on schema api to rowhouse_tenant', 'rowhouse_tenant in api');

-- Roles; who is past the wall and who logs in: 40_install.
call pg_temp.rule('no role of ours rules over others', $$
    select r.rolname from pg_roles r
     where r.rolname like 'rowhouse\_%'
       and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or (r.rolbypassrls and r.rolname <> 'rowhouse_system')
            or exists (select from pg_auth_members m where m.member = r.oid))$$);
call pg_temp.broken('role', 'alter role %1$I superuser');
call pg_temp.broken('role', 'alter role %1$I createrole');
call pg_temp.broken('role', 'alter role %1$I createdb');
call pg_temp.broken('role', 'alter role %1$I replication');
call pg_temp.broken('role', 'grant pg_read_all_data to %1$I');
call pg_temp.broken('once', 'alter role rowhouse_tenant bypassrls', 'rowhouse_tenant');

-- Triggers.
call pg_temp.rule('a row keeps its tenant: trigger _100_touch, before update or delete, of every row', $$
    select w.name from walled w
     where w.name not in ('rowhouse.audit_log', 'rowhouse.events') /* never changed: see above */
       and not exists (select from pg_trigger t
                        where t.tgrelid = w.oid and t.tgname = '_100_touch' and t.tgenabled in ('O', 'A') and t.tgtype = 1 + 2 + 8 + 16
                          and t.tgfoid = 'rowhouse.tg__touch'::regproc and t.tgqual is null and cardinality(t.tgattr) = 0)$$);
call pg_temp.broken('table of app', 'drop trigger _100_touch on %1$s');
call pg_temp.broken('table of app', 'alter table %1$s disable trigger _100_touch');
call pg_temp.broken('table of app', 'drop trigger _100_touch on %1$s; create trigger _100_touch before update of created_at on %1$s for each row execute function rowhouse.tg__touch()');

call pg_temp.rule('a trigger is _NNN_task, switched on, and runs a function of ours named tg_', $$
    select t.tgname || ' on ' || t.tgrelid::regclass from pg_trigger t
      join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
     where not t.tgisinternal and c.relnamespace in (table ours)
       and not (t.tgname ~ '^_[0-9]{3}_[a-z_]+$' and t.tgenabled in ('O', 'A') and p.proname ~ '^tg_' and p.pronamespace in (table ours))$$);
call pg_temp.broken('trigger', 'alter table %2$s disable trigger %1$s');
call pg_temp.broken('trigger', 'alter table %2$s enable replica trigger %1$s');
call pg_temp.broken('trigger', 'alter trigger %1$s on %2$s rename to touch', 'touch on %2$s');

call pg_temp.rule('tables are protected as they are made', $$
    select 'rowhouse_protect' where not exists (
        select from pg_event_trigger e
         where e.evtname = 'rowhouse_protect' and e.evtenabled in ('O', 'A') and e.evtevent = 'ddl_command_end'
           and e.evttags @> '{CREATE TABLE,CREATE TABLE AS,SELECT INTO,ALTER TABLE,CREATE INDEX}')
    union all select s.name from unnest('{app,reporting}'::text[]) s (name) where s.name not in (select name from rowhouse.protected_schemas)$$);
call pg_temp.broken('once', 'alter event trigger rowhouse_protect disable', 'rowhouse_protect');
call pg_temp.broken('once', 'alter event trigger rowhouse_protect enable replica', 'rowhouse_protect');
call pg_temp.broken('once', 'delete from rowhouse.protected_schemas where name = ''app''', 'app');

-- Dumps.
call pg_temp.rule('what is not the extension''s own is in a dump', $$
    select c.oid::regclass::text from pg_class c
     where c.relnamespace in (table ours) and c.relkind in ('r', 'p', 'v', 'm', 'S') and rowhouse.table_name(c.oid) not in (table dumped)
    union all select p.oid::regproc::text from pg_proc p
     where p.pronamespace in (table application) and format('%I.%I', p.pronamespace::regnamespace, p.proname) not in (table dumped)
    union all select t.oid::regtype::text from pg_type t
     where t.typnamespace in (table ours) and t.typtype in ('d', 'e') and format('%s.%I', t.typnamespace::regnamespace, t.typname) not in (table dumped)
    union all select e.evtname::text from pg_event_trigger e where e.evtname not in (table dumped)
    union all select n.nspname::text from pg_namespace n where n.oid in (table application) and n.nspname not in (table dumped)$$);
call pg_temp.broken('once', 'create table rowhouse.tap_late ()', 'rowhouse.tap_late');
call pg_temp.broken('once', 'create domain app.tap_late as text', 'app.tap_late');
call pg_temp.broken('once', 'create function api.tap_late() returns integer language sql return 1', 'api.tap_late');

call pg_temp.rule('nothing of the application is an extension''s', $$
    select pg_describe_object(d.classid, d.objid, 0) from pg_depend d
     where d.deptype = 'e'
       and (exists (select from pg_class c where d.classid = 'pg_class'::regclass and c.oid = d.objid and c.relnamespace in (table ours))
            or exists (select from pg_proc p where d.classid = 'pg_proc'::regclass and p.oid = d.objid and p.pronamespace in (table application))
            or exists (select from pg_type t where d.classid = 'pg_type'::regclass and t.oid = d.objid and t.typnamespace in (table application))
            or (d.classid = 'pg_namespace'::regclass and d.objid in (table application)))$$);
call pg_temp.broken('table', 'alter extension rowhouse add table %1$s', 'table %1$s');
call pg_temp.broken('global table', 'alter extension rowhouse add table %1$s', 'table %1$s');
call pg_temp.broken('routine', 'alter extension rowhouse add function %1$s', 'function %1$s');
call pg_temp.broken('once', 'alter extension rowhouse add schema reporting', 'schema reporting');

select pg_temp.check_rules();
\if :{?quick}
\else
select pg_temp.check_offenders();
\endif
select * from finish();
rollback;
