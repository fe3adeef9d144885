-- protect(): what it puts up, and which tables it refuses.
begin;
\ir helpers.psql
select plan(40);

select tenant as a from pg_temp.make_tenant('alba') \gset
create schema tap;
create table tap.good (tenant_id uuid, id uuid, note text, updated_at timestamptz not null default clock_timestamp(),
                       primary key (tenant_id, id));
grant all on tap.good to public;
select ok(not rowhouse.is_protected('tap.good'), 'a table outside the protected schemas is not protected by itself');
select lives_ok('select rowhouse.protect(''tap.good'')', 'a good table can be protected');
select ok(rowhouse.is_protected('tap.good'), 'and then is');
select lives_ok('select rowhouse.protect(''tap.good'')', 'twice does nothing');

select ok(c.relrowsecurity and c.relforcerowsecurity, 'RLS is enabled, and forced upon the owner')
  from pg_class c where c.oid = 'tap.good'::regclass;
select policies_are('tap', 'good', array['same_tenant', 'owner_all'], 'it has the wall and the owner''s policy');
select ok(not p.polpermissive and p.polcmd = '*' and p.polroles = '{0}',
          'the wall is restrictive, for every command and every role')
  from pg_policy p where p.polrelid = 'tap.good'::regclass and p.polname = 'same_tenant';
select is(pg_get_expr(p.polqual, p.polrelid), '(tenant_id = rowhouse.tenant_id())', 'it filters what is read')
  from pg_policy p where p.polrelid = 'tap.good'::regclass and p.polname = 'same_tenant';
select is(pg_get_expr(p.polwithcheck, p.polrelid), '(tenant_id = rowhouse.tenant_id())', 'and what is written')
  from pg_policy p where p.polrelid = 'tap.good'::regclass and p.polname = 'same_tenant';
select col_not_null('tap', 'good', 'tenant_id', 'tenant_id cannot be null');
select col_default_is('tap', 'good', 'tenant_id', 'rowhouse.tenant_id()', 'and is the caller''s by default');
select has_trigger('tap', 'good', '_100_touch', 'it has the trigger that keeps rows in their tenant');
select ok(not has_table_privilege('rowhouse_tenant', 'tap.good', p.name), p.name || ' is taken from everybody')
  from (values ('truncate'), ('references'), ('trigger')) p (name);
select is(count(*), 1::bigint, 'a table whose key begins with tenant_id needs no further index')
  from pg_index where indrelid = 'tap.good'::regclass;

create table tap.plain (tenant_id uuid, id uuid);
select rowhouse.protect('tap.plain') \gset
select ok(exists (select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
                   where i.indrelid = 'tap.plain'::regclass and a.attname = 'tenant_id'),
          'a table without such a key gets an index that begins with tenant_id');

-- Each table below is at fault in one way.
create table tap.no_tenant (id uuid primary key);
create table tap.text_tenant (tenant_id text not null, id uuid);
create table tap.null_tenant (tenant_id uuid, id uuid);
insert into tap.null_tenant values (null, gen_random_uuid());
create table tap.plain_key (tenant_id uuid, id uuid primary key);
create table tap.late_key (tenant_id uuid, id uuid, primary key (id, tenant_id));
create table tap.plain_unique (tenant_id uuid, id uuid, code text unique);
create table tap.expression_unique (tenant_id uuid, id uuid, code text);
create unique index on tap.expression_unique (lower(code));
create table tap.excluded (tenant_id uuid, during int4range, exclude using gist (during with &&));
create table tap.plain_reference (tenant_id uuid, id uuid, parent_tenant uuid, parent_id uuid,
                                  foreign key (parent_tenant, parent_id) references tap.good);
create table tap.null_reference (tenant_id uuid, id uuid, parent_id uuid,
                                 foreign key (tenant_id, parent_id) references tap.good on delete set null);
create table tap.default_reference (tenant_id uuid, id uuid, parent_id uuid,
                                    foreign key (tenant_id, parent_id) references tap.good on delete set default);
create table tap.named_null_reference (tenant_id uuid, id uuid, parent_id uuid,
                                       foreign key (tenant_id, parent_id) references tap.good
                                       on delete set null (parent_id));
create table tap.global_reference (tenant_id uuid, id uuid, permission text references rowhouse_private.permissions (name));
create table tap.tenant_unique (tenant_id uuid, code text, unique (tenant_id, code));
create table tap.named_all_reference (tenant_id uuid, id uuid, parent_id uuid,
                                      foreign key (tenant_id, parent_id) references tap.good
                                      on delete set null (tenant_id));

select matches(pg_temp.hint_of(format('select rowhouse.protect(''tap.%I'')', t.name)), '^55000 ' || t.hint,
               t.name || ' is refused with a hint')
  from (values ('no_tenant', 'Add it and say for each row whose it is'),
               ('text_tenant', 'Add it and say for each row whose it is'),
               ('null_tenant', 'Set tenant_id for every row first'),
               ('plain_key', 'Make tenant_id its first column'),
               ('late_key', 'Make tenant_id its first column'),
               ('plain_unique', 'Make tenant_id its first column'),
               ('expression_unique', 'Make tenant_id its first column'),
               ('excluded', 'Make tenant_id its first column'),
               ('plain_reference', 'Reference \(tenant_id, id\)'),
               ('null_reference', 'Write ON DELETE SET NULL \(column\)'),
               ('default_reference', 'Write ON DELETE SET NULL \(column\)'),
               ('named_all_reference', 'Write ON DELETE SET NULL \(column\)')) t (name, hint);
select lives_ok(format('select rowhouse.protect(''tap.%I'')', t.name), t.name || ' is accepted')
  from (values ('named_null_reference'), ('global_reference'), ('tenant_unique')) t (name);

-- Tables without tenants say so, with a reason.
select lives_ok('select rowhouse.declare_global(''tap.no_tenant'', ''countries of the world'')',
                'a table may be declared global');
select isnt_empty('select from rowhouse.global_tables where name = ''tap.no_tenant''', 'which is on record');
select throws_ok('select rowhouse.declare_global(''tap.no_tenant'', ''because  '')', '22023', null,
                 'but not without a reason');
select ok(not has_table_privilege('rowhouse_tenant', 'tap.no_tenant', 'select'), 'and nobody gets access by it');
grant select on tap.no_tenant to public;
select rowhouse.declare_global('tap.no_tenant', 'countries of the world') \gset
select ok(not has_table_privilege('rowhouse_tenant', 'tap.no_tenant', 'select'), 'nobody keeps PUBLIC''s either');

select throws_ok('select rowhouse.protect(''tap.missing'')', '42P01', null,
          'what does not exist cannot be protected');
select pg_temp.act_as(:'a') \gset
select throws_ok('select rowhouse.protect(''tap.good'')', '42501', null, 'tenants may not call protect()');
select throws_ok('select rowhouse.declare_global(''tap.good'', ''a good reason'')', '42501', null,
                 'nor declare_global()');
select * from finish();
rollback;
