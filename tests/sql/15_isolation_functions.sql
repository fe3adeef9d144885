-- Endpoint functions called directly with ids of another tenant; COPY, EXPLAIN, foreign keys.
begin;
\ir helpers.psql
select no_plan();

select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b, person as ben from pg_temp.make_tenant('boris') \gset
select pg_temp.make_contact(:'a', 'Ada', '+5511900000001') as ada \gset
select pg_temp.make_contact(:'b', 'Bob', '+5511900000001') as bob \gset
insert into rowhouse_private.sessions (tenant_id, user_id, device_hash, idle_until, expires_at)
values (:'b', :'ben', '', clock_timestamp() + interval '1 hour', clock_timestamp() + interval '1 hour')
returning id as bens_session \gset
select count(*) as trail from rowhouse.audit_log \gset

-- Every endpoint that takes an id, from the registry: called with ids of B it finds no row.
create temporary table calls as
    select r.function, format('select from %s(%s => %L%s)', r.function, s.name, o.id,
               (select string_agg(format(', %I => null', m.name), '') from rowhouse.signature(r.function) m
                 where m.name <> s.name and m.fallback is null)) as statement, o.what
      from rowhouse.routes r
     cross join lateral rowhouse.signature(r.function) s
     cross join (values ('a contact of B', :'bob'::uuid), ('a session of B', :'bens_session'), ('a user of B', :'ben'),
                        ('the tenant B', :'b'), ('nothing at all', gen_random_uuid())) o (what, id)
     where s.kind = 'uuid' and s.name not like '\_%' and r.access <> 'public';
grant select on calls to public;
select pg_temp.act_as(:'a', :'ana') \gset
select ok(pg_temp.result_of(statement) in ('0', '23514', '23502', 'RH404'), function || ' does not find ' || what) from calls;
select is(pg_temp.result_of(format('select from api.get_contact(%L)', :'ada')), '1',
          'while it finds what is its own');
select is(pg_temp.result_of(format('select from api.update_contact(%L, name => ''Ana'', _given => ''{name}'')', :'bob')),
          '0', 'a contact of B is not renamed');
select results_eq('select name from api.list_contacts()', array['Ada'], 'lists hold rows of A alone');
select results_eq('select name from api.list_contacts(phone => ''+5511900000001'')', array['Ada'],
                  'also when they are asked for what B has too');
select is_empty(format('select from api.list_contacts(_after_id => %L) c where c.id = %L',
                       'ffffffff-ffff-ffff-ffff-ffffffffffff', :'bob'), 'a cursor leads to nothing of B');
select is((select m.slug from api.get_me() me, unnest(me.memberships) m), 'tap-alba',
          'GET /me knows A''s memberships');
select is_empty('select from api.list_my_sessions(50)', 'and no session of others');
select pg_temp.act_as(:'a', :'ben') \gset
select is_empty('select from api.get_me()', 'a user who is no member of the tenant is nobody there');
reset role;
select results_eq(format('select name::text, revoked_at from app.contacts, rowhouse_private.sessions s
                          where contacts.id = %L and s.id = %L', :'bob', :'bens_session'),
                  'select ''Bob'', null::timestamptz', 'nothing of B has changed');

-- Who may call what.
create temporary table endpoints as
    select distinct to_regproc(r.function)::regprocedure as function, r.access from rowhouse.routes r;
select ok(has_function_privilege('rowhouse_public', function, 'execute') = (access = 'public'),
          format('rowhouse_public may%s execute %s', case access when 'public' then '' else ' not' end, function))
  from endpoints;
select ok(has_function_privilege('rowhouse_tenant', function, 'execute') = (access <> 'public'),
          format('rowhouse_tenant may%s execute %s', case access when 'public' then ' not' else '' end, function))
  from endpoints;
select is_empty('select p.oid::regprocedure from pg_proc p
                  where p.pronamespace = ''api''::regnamespace
                    and p.oid not in (select function from endpoints)', 'api holds endpoint functions and no other');
select pg_temp.act_as(:'a', :'ana') \gset
select throws_ok(format('select %s()', f.name), '42501', null, f.name || '() is out of a tenant''s reach')
  from (values ('rowhouse_private.production_findings'), ('rowhouse.jwks'), ('rowhouse.install')) f (name);
select throws_ok('select rowhouse_private.create_account(''a'', ''tap-x'', ''a'', ''a@tap.example'', ''x'')', '42501',
          null,
                 'and so is making accounts');
select throws_ok(format('select rowhouse.issue_access_token(%L, %L, %L)', :'bens_session', :'ben', :'b'), '42501',
          null,
                 'and issuing tokens');
select throws_ok(format('select rowhouse.audit_for(%L, %L, ''x'')', :'b', :'ben'), '42501', null,
                 'and writing into the trail of B');
select lives_ok('select rowhouse.audit(''tap.tried'')', 'its own trail it may write');
select is(tenant_id, :'a'::uuid, 'as itself') from rowhouse.audit_log where event = 'tap.tried';
select is_empty('select from rowhouse.audit_log where tenant_id <> rowhouse.tenant_id()',
          'and read, without rows of B');
select throws_ok('delete from rowhouse.audit_log', '42501', null, 'but not cut');
select throws_ok('update rowhouse.audit_log set event = ''x''', '42501', null, 'nor rewrite');
select throws_ok(format('insert into rowhouse.audit_log (tenant_id, event, details) values (%L, ''x'', ''{}'')', :'a'),
                 '42501', null, 'nor forge');

-- COPY and EXPLAIN.
\set file `mktemp`
copy app.contacts (name) to stdout \g :file
\set copied `cat :file; rm :file`
select is(:'copied'::text, 'Ada', 'COPY TO writes rows of A alone');
reset role;
grant pg_read_server_files to rowhouse_tenant;
alter role rowhouse_tenant inherit;
create function pg_temp.explained(statement text) returns setof text language plpgsql as $$
begin return query execute 'explain (analyze, costs off, timing off, summary off) ' || statement; end $$;
set local role rowhouse_tenant;
select throws_ok('copy app.contacts from ''/dev/null''', '0A000', 'COPY FROM not supported with row-level security',
                 'COPY FROM does not pass the wall');
select isnt_empty('select from pg_temp.explained(''select * from app.contacts'') l (line) where line ~ ''tenant_id\(\)''',
                  'EXPLAIN shows the wall in the plan');

-- A foreign key is checked past RLS; that it begins with tenant_id keeps it from telling.
reset role;
set local role rowhouse_owner;
create table app.tap_calls (tenant_id uuid not null, id uuid not null default rowhouse.uuid_v7(), contact_id uuid not null,
    primary key (tenant_id, id), foreign key (tenant_id, contact_id) references app.contacts);
grant select, insert on app.tap_calls to rowhouse_tenant;
create policy anybody on app.tap_calls using (true);
reset role;
select pg_temp.act_as(:'a') \gset
select lives_ok(format('insert into app.tap_calls (contact_id) values (%L)', :'ada'),
          'a reference to its own row holds');
select throws_ok(format('insert into app.tap_calls (contact_id) values (%L)', :'bob'), '23503', null,
                 'a reference to a row of B fails');
select throws_ok(format('insert into app.tap_calls (contact_id) values (%L)', gen_random_uuid()), '23503', null,
                 'just as one to nothing');
select * from finish();
rollback;
