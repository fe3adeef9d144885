-- Every table, column and key obeys the rules, and each rule can fail.
begin;
\ir helpers.psql
\ir ../isolation/catalog.psql
select no_plan();

-- Tables.
call pg_temp.rule('a table is behind the wall, or declared global with a reason', $$
    select c.oid::regclass from pg_class c
     where c.relkind in ('r', 'p') and c.relnamespace in (table ours) and not rowhouse.is_protected(c.oid)
       and not exists (select from rowhouse.global_tables g
                        where g.name = rowhouse.table_name(c.oid) and length(btrim(g.reason)) >= 10)$$);
call pg_temp.broken('table', 'alter table %1$s no force row level security');
call pg_temp.broken('table', 'alter table %1$s disable row level security');
call pg_temp.broken('table', 'drop policy same_tenant on %1$s');
call pg_temp.broken('table', 'drop policy same_tenant on %1$s; create policy same_tenant on %1$s using (tenant_id = rowhouse.tenant_id())');
call pg_temp.broken('global table', 'update rowhouse.global_tables set reason = ''because'' where name = %1$L');
call pg_temp.broken('global table', 'delete from rowhouse.global_tables where name = %1$L');

call pg_temp.rule('the wall binds everybody, for every verb, by tenant_id alone', $$
    select w.name from walled w
     where not exists (select from pg_policy p
                        where p.polrelid = w.oid and p.polname = 'same_tenant' and not p.polpermissive
                          and p.polcmd = '*' and p.polroles = '{0}'
                          and pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = rowhouse.tenant_id())'
                          and pg_get_expr(p.polwithcheck, p.polrelid) = '(tenant_id = rowhouse.tenant_id())')$$);
call pg_temp.broken('table', 'alter policy same_tenant on %1$s using (true)');
call pg_temp.broken('table', 'alter policy same_tenant on %1$s with check (true)');
call pg_temp.broken('table', 'alter policy same_tenant on %1$s using (tenant_id = rowhouse.tenant_id() or rowhouse.has_permission(''a:b''))');
call pg_temp.broken('table', 'alter policy same_tenant on %1$s to rowhouse_tenant');
call pg_temp.broken('table', 'drop policy same_tenant on %1$s; create policy same_tenant on %1$s as restrictive for select using (tenant_id = rowhouse.tenant_id())');

call pg_temp.rule('what is declared global exists', 'select g.name from rowhouse.global_tables g where to_regclass(g.name) is null');
call pg_temp.broken('once', 'insert into rowhouse.global_tables values (''app.tap_gone'', ''it has gone away'')', 'app.tap_gone');

-- Sessions and tickets name their tenant, but are read before that is known; a job is taken past all tenants.
call pg_temp.rule('no other global table holds rows of tenants', $$
    select a.attrelid::regclass from pg_attribute a
     where a.attname = 'tenant_id' and a.attrelid in (select to_regclass(name) from rowhouse.global_tables)
       and a.attrelid not in ('rowhouse_private.sessions'::regclass, 'rowhouse_private.jobs'::regclass,
                              'rowhouse_private.tickets'::regclass, 'rowhouse.rate_overrides'::regclass,
                              'rowhouse_private.remembered_devices'::regclass)$$);
call pg_temp.broken('table without tenant', 'alter table %1$s add column tenant_id uuid');

call pg_temp.rule('a table has a primary key', $$
    select c.oid::regclass from pg_class c
     where c.relkind in ('r', 'p') and c.relnamespace in (table ours)
       and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')$$);
call pg_temp.broken('primary key', 'alter table %1$s drop constraint %2$s cascade');

call pg_temp.rule('tables are plain: no sequence, rule, inheritance, foreign or unlogged table', $$
    select c.oid::regclass from pg_class c
     where c.relnamespace in (table ours)
       and (c.relkind in ('S', 'f') or c.relpersistence <> 'p'
            or exists (select from pg_inherits i where i.inhrelid = c.oid and c.relkind in ('r', 'p') and not c.relispartition)
            or exists (select from pg_rewrite r where r.ev_class = c.oid and r.rulename <> '_RETURN'))$$);
call pg_temp.broken('once', 'create sequence app.tap_s', 'app.tap_s');
call pg_temp.broken('once', 'create unlogged table app.tap_u (tenant_id uuid)', 'app.tap_u');
call pg_temp.broken('table', 'create rule tap as on insert to %1$s do also nothing');
call pg_temp.broken('table', 'create table app.tap_i () inherits (%1$s)', 'app.tap_i');

call pg_temp.rule('tables are where they are looked for', $$
    select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.oid not in (table ours)
       and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')$$);
call pg_temp.broken('once', 'create table public.tap_p ()', 'tap_p');

call pg_temp.rule('lint finds nothing', 'select object from rowhouse.lint()');
call pg_temp.broken('table', 'alter table %1$s add tap uuid, add constraint tap foreign key (tenant_id, tap) references app.contacts');
call pg_temp.broken('table', 'alter table %1$s add tap uuid unique');
call pg_temp.broken('table', 'create view reporting.tap as select * from %1$s', 'reporting.tap');
call pg_temp.broken('table', 'create materialized view reporting.tap as select * from %1$s', 'reporting.tap');
call pg_temp.broken('table', 'grant truncate on %1$s to rowhouse_tenant');
call pg_temp.broken('table', 'alter table %1$s owner to rowhouse_system');
call pg_temp.broken('routine', 'grant execute on function %1$s to public');
call pg_temp.broken('pinned routine', 'alter function %1$s reset search_path');

-- Columns. The trail is written by C++, which says the tenant, and refers to what may be gone.
call pg_temp.rule('tenant_id is a uuid, not null, by default the caller''s', $$
    select w.name from walled w
     where not exists (select from pg_attribute a
                         left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                        where a.attrelid = w.oid and a.attname = 'tenant_id' and a.atttypid = 'uuid'::regtype and a.attnotnull
                          and (w.name in ('rowhouse.audit_log', 'rowhouse.events') or pg_get_expr(d.adbin, d.adrelid) = 'rowhouse.tenant_id()'))$$);
call pg_temp.broken('table of app', 'alter table %1$s alter tenant_id drop default');
call pg_temp.broken('table of app', 'alter table %1$s alter tenant_id set default gen_random_uuid()');
call pg_temp.broken('once', 'create table app.tap_null (tenant_id uuid default rowhouse.tenant_id())', 'app.tap_null');
call pg_temp.broken('once', 'create table app.tap_text (tenant_id text not null default rowhouse.tenant_id())', 'app.tap_text');

call pg_temp.rule('an id is a uuid of version 7', $$
    select a.attrelid::regclass from pg_attribute a
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attrelid in (select oid from walled) and a.attname = 'id'
       and (a.atttypid <> 'uuid'::regtype or pg_get_expr(d.adbin, d.adrelid) is distinct from 'rowhouse.uuid_v7()')$$);
call pg_temp.broken('once', 'create table app.tap_4 (id uuid default gen_random_uuid())', 'app.tap_4');
call pg_temp.broken('once', 'create table app.tap_n (id bigint)', 'app.tap_n');

call pg_temp.rule('a column that names a row has a foreign key', $$
    select format('%s.%s', w.name, a.attname) from walled w join pg_attribute a on a.attrelid = w.oid
     where a.attnum > 0 and not a.attisdropped and a.attname like '%\_id' and w.name not in ('rowhouse.audit_log', 'rowhouse.events')
       and not exists (select from pg_constraint k where k.conrelid = w.oid and k.contype = 'f' and a.attnum = any (k.conkey))$$);
call pg_temp.broken('table of app', 'alter table %1$s add tap_id uuid', '%1$s.tap_id');

call pg_temp.rule('columns have types that keep their meaning', $$
    select format('%s.%s', c.oid::regclass, a.attname) from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relkind in ('r', 'p', 'c') and c.relnamespace in (table ours) and a.attnum > 0 and not a.attisdropped
       and (a.atttypid in ('timestamp'::regtype, 'timetz'::regtype, 'json'::regtype, 'money'::regtype, 'bpchar'::regtype, 'real'::regtype)
            or a.attidentity <> '')$$);
call pg_temp.broken('table', 'alter table %1$s add tap timestamp', '%1$s.tap');
call pg_temp.broken('global table', 'alter table %1$s add tap integer generated always as identity', '%1$s.tap');

call pg_temp.rule('tables, schemas and what clients are told of have comments', $$
    select c.oid::regclass::text from pg_class c
     where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace in (table ours) and obj_description(c.oid, 'pg_class') is null
    union all select nspname::text from pg_namespace where oid in (table ours) and obj_description(oid, 'pg_namespace') is null
    union all select format('%s of %s', k.conname, k.conrelid::regclass) from pg_constraint k
     where k.contype = 'c' and k.conrelid in (select oid from walled) and obj_description(k.oid, 'pg_constraint') is null$$);
call pg_temp.broken('table', 'comment on table %1$s is null');
call pg_temp.broken('global table', 'comment on table %1$s is null');
call pg_temp.broken('once', 'comment on schema app is null', 'app');
call pg_temp.broken('table', 'alter table %1$s add constraint tap check (true)', 'tap of %1$s');

-- Keys: they are checked past the wall, so they may not compare across tenants.
call pg_temp.rule('a unique key begins with tenant_id', $$
    select w.name from walled w join pg_index i on i.indrelid = w.oid
     where (i.indisunique or i.indisexclusion)
       and i.indkey[0] <> (select a.attnum from pg_attribute a where a.attrelid = w.oid and a.attname = 'tenant_id')$$);
call pg_temp.broken('table', 'create unique index tap on %1$s ((tenant_id is null)) where false');

call pg_temp.rule('a reference to a tenant''s row pairs tenant_id with tenant_id', $$
    select format('%s of %s', k.conname, k.conrelid::regclass) from pg_constraint k
      join walled w on w.oid = k.confrelid
     where k.contype = 'f'
       and not exists (select from unnest(k.conkey, k.confkey) pair (mine, theirs)
                         join pg_attribute m on m.attrelid = k.conrelid and m.attnum = pair.mine
                         join pg_attribute t on t.attrelid = k.confrelid and t.attnum = pair.theirs
                        where m.attname = 'tenant_id' and t.attname = 'tenant_id')$$);
call pg_temp.broken('table of app', 'create unique index tap on app.contacts (id); alter table %1$s add tap uuid, add constraint tap_f foreign key (tap) references app.contacts (id)', 'tap_f of %1$s');
call pg_temp.broken('table of app', 'create unique index tap on app.contacts (id, tenant_id); alter table %1$s add tap uuid, add constraint tap_f foreign key (tenant_id, tap) references app.contacts (id, tenant_id)', 'tap_f of %1$s');

call pg_temp.rule('no reference changes tenant_id', $$
    select format('%s of %s', k.conname, k.conrelid::regclass) from pg_constraint k
      join pg_attribute a on a.attrelid = k.conrelid and a.attname = 'tenant_id' and a.attnum = any (k.conkey)
     where k.contype = 'f' and k.connamespace in (table ours)
       and (k.confupdtype not in ('a', 'r')
            or (k.confdeltype in ('n', 'd') and (k.confdelsetcols is null or a.attnum = any (k.confdelsetcols))))$$);
call pg_temp.broken('table', 'alter table %1$s add tap uuid, add constraint tap foreign key (tenant_id, tap) references app.contacts on delete set null', 'tap of %1$s');
call pg_temp.broken('table', 'alter table %1$s add tap uuid, add constraint tap foreign key (tenant_id, tap) references app.contacts on delete set default', 'tap of %1$s');
call pg_temp.broken('table', 'alter table %1$s add tap uuid, add constraint tap foreign key (tenant_id, tap) references app.contacts on delete set null (tap) on update cascade', 'tap of %1$s');

select pg_temp.check_rules();
\if :{?quick}
\else
select pg_temp.check_offenders();
\endif
select * from finish();
rollback;
