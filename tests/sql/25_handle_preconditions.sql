-- If-Match has to have met the row that the path names; where no row was met, nothing is done.
\ir helpers.psql
select plan(6);
select tenant as a from pg_temp.make_tenant('alba') \gset
select pg_temp.make_contact(:'a', 'Ada') as ada \gset
select pg_temp.make_contact(:'a', 'Bea') as bea \gset
select token from pg_temp.login('alba') \gset

-- Changes another row than the path names, so that the trigger has nothing to hold If-Match against.
create function api.tap_other(id uuid, other uuid) returns setof uuid language plpgsql volatile
    set search_path = pg_catalog, pg_temp as $$
begin
    return query update app.contacts c set notes = 'changed' where c.id = tap_other.other returning c.id;
end $$;
select rowhouse.route('PATCH', '/tap/other/:id', 'api.tap_other', status => 204) \gset

select is(outcome, '412 precondition_failed', 'a change of another row than the path names')
  from pg_temp.answer('PATCH', '/tap/other/' || :'ada', :'token', json_build_object('other', :'bea'::text)::text, E'if-match: *\r\n');
select is(notes, null, 'is not done') from app.contacts where id = :'bea';
select is(outcome, '412 precondition_failed', 'whatever the tag')
  from pg_temp.answer('PATCH', '/tap/other/' || :'ada', :'token', json_build_object('other', :'bea'::text)::text, E'if-match: "0"\r\n');
select is(outcome, '204', 'the row that the path names is met')
  from pg_temp.answer('PATCH', '/tap/other/' || :'ada', :'token', json_build_object('other', :'ada'::text)::text, E'if-match: *\r\n');
select is(outcome, '204', 'without If-Match nothing is asked')
  from pg_temp.answer('PATCH', '/tap/other/' || :'ada', :'token', json_build_object('other', :'bea'::text)::text);
select is(notes, 'changed', 'and it is done') from app.contacts where id = :'bea';
select pg_temp.clean_up() \gset
select * from finish();
