-- A status of success that the endpoint says, and several fields at fault.
\ir helpers.psql
select no_plan();
select tenant as a from pg_temp.make_tenant('alba') \gset
select token from pg_temp.login('alba') \gset
create temporary table login as select :'token'::text as token;
create type api.tap_made as (id uuid, name text);
create function api.tap_say(status integer) returns api.tap_made language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform rowhouse.set_status(status);
    return row('01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3', 'made')::api.tap_made;
end $$;
alter function api.tap_say owner to rowhouse_system;
select rowhouse.route('POST', '/tap/say', 'api.tap_say') \gset
create function pg_temp.say(status integer) returns table (status integer, raw text, headers text) language sql as $$
    select status, concat(raw), headers from pg_temp.answer('POST', '/tap/say', (select l.token from login l), jsonb_build_object('status', status)::text)
$$;
select is(status || raw, '203{"id":"01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3","name":"made"}', 'the endpoint''s status is that of the answer') from pg_temp.say(203);
select is(pg_temp.header(headers, 'location'), '/api/v1/tap/say/01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3', '201 says where it is') from pg_temp.say(201);
select is(status || raw, '202', '202 has no body') from pg_temp.say(202);
select is(status || raw, '204', 'nor has 204') from pg_temp.say(204);
select unalike(headers, '%Content-Type%', 'and what has none has no type') from pg_temp.say(202);
select is(status, 500, 'what is no success is refused') from pg_temp.say(199);
select is(status, 500, 'on either side') from pg_temp.say(300);
select is(status, 500, 'a problem too') from pg_temp.say(404);
select throws_ok('select rowhouse.set_status(202)', 'XX000', null, 'outside a request there is none');
select is(status, 422, 'what the endpoint said is of the request that it said it in')
  from pg_temp.answer('POST', '/tap/say', :'token', '{"status": "x"}');

create function api.tap_begin() returns void language sql volatile set search_path = pg_catalog, pg_temp as $$ select null::void $$;
select rowhouse.route('POST', '/tap/begin', 'api.tap_begin', status => 202) \gset
select is(status || concat(raw), '202', 'a route of 202 may return nothing') from pg_temp.answer('POST', '/tap/begin', :'token', '{}');
select is(a.answers, '{202}', 'whose document shows no body')
  from (select array_agg(s.key || case when s.value ? 'content' then ' with a body' else '' end)
          from jsonb_each(rowhouse.openapi_success('POST', 'api.tap_begin', 202, false)) s) a (answers);
select is(a.answers, '{"201 with a body",202}', 'and of a registration both answers')
  from (select array_agg(s.key || case when s.value ? 'content' then ' with a body' else '' end order by s.key)
          from jsonb_each(rowhouse.openapi_success('POST', 'api.register', 201, false)) s) a (answers);

create function api.tap_faults(fields text) returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin perform rowhouse.refuse('invalid_value', 'is odd', fields); end $$;
select rowhouse.route('POST', '/tap/faults', 'api.tap_faults', status => 204) \gset
create function pg_temp.pointers(fields text) returns jsonb language sql as $$
    select jsonb_path_query_array(body, '$.errors[*].pointer') from pg_temp.answer('POST', '/tap/faults', (select l.token from login l), jsonb_build_object('fields', fields)::text)
$$;
select is(pg_temp.pointers('a__b,c'), '["/a/b", "/c"]', 'each field at fault is named');
select is(pg_temp.pointers('a'), '["/a"]', 'or one');
select is(pg_temp.pointers(null), '[]', 'or none');

drop type api.tap_made cascade;
select pg_temp.clean_up() \gset
select * from finish();
