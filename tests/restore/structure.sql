-- Everything that makes two databases the same but their rows: one line for each thing, without
-- oids, sorted. Passwords, row counts and physical places are left out; the order of columns is
-- not, since `insert into t values (…)` and row(…)::type go by it.
\pset format unaligned
\pset tuples_only on
set search_path = pg_catalog, pg_temp;
set client_min_messages = warning;

create temporary view ours as
    select n.oid from pg_namespace n
     where n.nspname not like 'pg\_%' and n.nspname <> 'information_schema';

create temporary view structure (what, how) as

-- the cluster
select 'role ' || r.rolname,
       concat_ws(' ', r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin,
                 r.rolreplication, r.rolbypassrls, r.rolconnlimit, r.rolpassword, r.rolvaliduntil)
  from pg_authid r where r.rolname !~ '^pg_'
union all
select 'membership ' || m.member::regrole, concat_ws(' ', m.roleid::regrole, m.admin_option)
  from pg_auth_members m where m.roleid::regrole::text !~ '^pg_'
union all
select 'setting of ' || concat_ws(' in ', case when s.setrole <> 0 then s.setrole::regrole::text end,
                                  (select datname from pg_database d where d.oid = s.setdatabase)), c.setting
  from pg_db_role_setting s cross join unnest(s.setconfig) c (setting)
 where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))

-- the database
union all
select 'database', concat_ws(' ', pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, d.datdba::regrole)
  from pg_database d where d.datname = current_database()
union all
select 'grant on ' || g.what, concat_ws(' ', g.grantor::regrole, case g.grantee when 0 then 'public' else g.grantee::regrole::text end,
                                        g.privilege_type, g.is_grantable)
  from (select 'database' as what, a.* from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
         where d.datname = current_database()
        union all select 'schema ' || n.nspname, a.* from pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
         where n.nspname !~ '^pg_(temp|toast)'
        union all select 'language ' || l.lanname, a.* from pg_language l, aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) a
        union all select 'function ' || p.oid::regprocedure, a.* from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
         where p.pronamespace in (table ours) or p.proacl is not null
        union all select 'relation ' || c.oid::regclass, a.* from pg_class c, aclexplode(coalesce(c.relacl, acldefault(
               (case c.relkind when 'S' then 's' else 'r' end)::"char", c.relowner))) a
         where c.relnamespace in (table ours) and c.relkind in ('r', 'p', 'v', 'm', 'S')
        union all select 'column ' || t.attname || ' of ' || t.attrelid::regclass, a.* from pg_attribute t, aclexplode(t.attacl) a
        union all select 'type ' || t.oid::regtype, a.* from pg_type t, aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) a
         where t.typnamespace in (table ours)
        union all select format('default for %s by %s in %s', d.defaclobjtype, d.defaclrole::regrole, coalesce(nullif(d.defaclnamespace, 0)::regnamespace::text, '-')), a.*
          from pg_default_acl d, aclexplode(d.defaclacl) a) g
union all
select 'extension ' || e.extname, concat_ws(' ', e.extversion, e.extnamespace::regnamespace) from pg_extension e
union all
select 'member of extension ' || e.extname, pg_describe_object(d.classid, d.objid, d.objsubid)
  from pg_depend d join pg_extension e on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid
 where d.deptype = 'e'
union all
select 'schema ' || n.nspname, n.nspowner::regrole::text from pg_namespace n where n.oid in (table ours)
union all
select 'event trigger ' || t.evtname, concat_ws(' ', t.evtevent, t.evtfoid::regprocedure, t.evtenabled, t.evttags, t.evtowner::regrole) from pg_event_trigger t

-- relations
union all
select 'relation ' || c.oid::regclass, concat_ws(' ', c.relkind, c.relpersistence, c.relowner::regrole, c.relrowsecurity, c.relforcerowsecurity,
                                                 c.relreplident, c.relispartition, c.reloptions, pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid))
  from pg_class c where c.relnamespace in (table ours)
union all
select 'view ' || c.oid::regclass, md5(pg_get_viewdef(c.oid)) from pg_class c where c.relnamespace in (table ours) and c.relkind in ('v', 'm')
union all
select 'column ' || a.attname || ' of ' || a.attrelid::regclass,
       concat_ws(' ', row_number() over (partition by a.attrelid order by a.attnum), format_type(a.atttypid, a.atttypmod), a.attnotnull,
                 a.attidentity, a.attgenerated, nullif(a.attcollation, 0)::regcollation, pg_get_expr(d.adbin, d.adrelid))
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid and c.relnamespace in (table ours) and c.relkind in ('r', 'p', 'v', 'm', 'c')
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attnum > 0 and not a.attisdropped
union all
select format('constraint %s of %s', k.conname, coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text)),
       concat_ws(' ', k.convalidated, k.condeferrable, k.condeferred, pg_get_constraintdef(k.oid))
  from pg_constraint k where k.connamespace in (table ours)
union all
select 'index ' || i.indexrelid::regclass, concat_ws(' ', i.indisvalid, i.indisreplident, i.indisclustered, pg_get_indexdef(i.indexrelid))
  from pg_index i join pg_class c on c.oid = i.indrelid and c.relnamespace in (table ours)
union all
select format('policy %s on %s', p.polname, p.polrelid::regclass),
       concat_ws(' ', p.polcmd, p.polpermissive, (select string_agg(case r when 0 then 'public' else r::regrole::text end, ',' order by r::regrole::text)
                                                    from unnest(p.polroles) r),
                 pg_get_expr(p.polqual, p.polrelid), '|', pg_get_expr(p.polwithcheck, p.polrelid)) from pg_policy p
union all
select format('trigger %s on %s', t.tgname, t.tgrelid::regclass), concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid))
  from pg_trigger t where not t.tgisinternal
union all
select 'rule ' || r.rulename || ' on ' || r.ev_class::regclass, md5(pg_get_ruledef(r.oid))
  from pg_rewrite r join pg_class c on c.oid = r.ev_class and c.relnamespace in (table ours)

-- functions and types
union all
select 'function ' || p.oid::regprocedure, concat_ws(' ', p.proowner::regrole, md5(pg_get_functiondef(p.oid)))
  from pg_proc p where p.pronamespace in (table ours) and p.prokind <> 'a'
union all
select 'type ' || t.oid::regtype, concat_ws(' ', t.typowner::regrole, t.typtype, nullif(t.typbasetype, 0)::regtype, t.typnotnull, t.typdefault)
  from pg_type t where t.typnamespace in (table ours)
union all
select 'label ' || e.enumlabel || ' of ' || e.enumtypid::regtype, (row_number() over (partition by e.enumtypid order by e.enumsortorder))::text from pg_enum e
union all
select 'comment on ' || pg_describe_object(d.classoid, d.objoid, d.objsubid), md5(d.description) from pg_description d
 where d.objoid >= 16384
union all
select 'comment on role ' || d.objoid::regrole, md5(d.description) from pg_shdescription d where d.classoid = 'pg_authid'::regclass;

select what || ': ' || coalesce(how, '') from structure order by (what || ': ' || coalesce(how, '')) collate "C";
