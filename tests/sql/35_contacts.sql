-- Contacts: the resource, and who may do what with it.
\ir helpers.psql
select plan(53);
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b, person as ben from pg_temp.make_tenant('boris') \gset
select token from pg_temp.login('alba') \gset
select pg_temp.make_contact(:'b', 'Bob', '+5511900000001') as bob \gset

select policies_are('app', 'contacts', '{same_tenant,owner_all,member_select,member_insert,member_update,member_delete}'::text[],
          'each verb has its policy');

-- The resource.
select a.body as made, a.outcome, a.body->>'id' as id from pg_temp.answer('POST', '/contacts', :'token',
    '{"name": "Ada Lovelace", "phone": "+5511987654321", "email": "Ada@Example.com", "notes": "first"}') a \gset
select is(:'outcome'::text, '201', 'a contact is made');
select is(:'made'::jsonb - '{id,created_at,updated_at}'::text[],
          '{"name": "Ada Lovelace", "phone": "+5511987654321", "email": "ada@example.com", "notes": "first"}',
          'as it was sent, the e-mail in lower case');
select matches(:'made'::jsonb->>'created_at', '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(\+00:00|Z)$',
          'times are RFC 3339 in UTC');
select matches(:'id'::text, '^[0-9a-f]{8}-[0-9a-f]{4}-7', 'its id is a UUID of version 7');
select is(tenant_id, :'a'::uuid, 'it belongs to the tenant of the token') from app.contacts where id = :'id';
select is(body, :'made'::jsonb, 'it is found by its id') from pg_temp.answer('GET', '/contacts/' || :'id', :'token');
select is(body->>'notes', null, 'PATCH empties what is null')
  from pg_temp.answer('PATCH', '/contacts/' || :'id', :'token', '{"notes": null}');
select is(body - '{updated_at,created_at,id}'::text[],
          '{"name": "Ada King", "phone": "+5511987654321", "email": "ada@example.com", "notes": null}',
          'and leaves what is absent') from pg_temp.answer('PATCH', '/contacts/' || :'id', :'token', '{"name": "Ada King"}');
select cmp_ok((body->>'updated_at')::timestamptz, '>', (:'made'::jsonb->>'updated_at')::timestamptz,
          'the time of change moves on')
  from pg_temp.answer('PATCH', '/contacts/' || :'id', :'token', '{}');
select is(body->>'created_at', :'made'::jsonb->>'created_at', 'that of making stays')
  from pg_temp.answer('GET', '/contacts/' || :'id', :'token');

-- Filters.
select pg_temp.make_contact(:'a', 'Twin', '+5511987654321') as twin \gset
create function pg_temp.names(token text, query text) returns text language sql as $$
    select coalesce(string_agg(d->>'name', ', ' order by d->>'name'), outcome) from pg_temp.answer('GET', '/contacts' || query, token) a
      left join lateral jsonb_array_elements(a.body->'data') d on true group by outcome
$$;
select is(pg_temp.names(:'token', ''), 'Ada King, Twin', 'the list holds the contacts of the tenant, all and alone');
select is(pg_temp.names(:'token', '?phone=%2B5511987654321'), 'Ada King, Twin',
          'a phone number finds all who have it');
select is(pg_temp.names(:'token', '?email=ADA@example.com'), 'Ada King', 'an e-mail address is found in any case');
select is(pg_temp.names(:'token', '?email=ada@example.com&phone=%2B5511987654321'), 'Ada King',
          'filters narrow one another');
select is(pg_temp.names(:'token', '?phone=%2B5511900000001'), '200', 'what only another tenant has is not found');
select is(pg_temp.names(:'token', '?name=Ada'), '422 invalid_request', 'an unknown filter is refused');
select is(pg_temp.names(:'token', '?phone=5511987654321'), '422 invalid_request',
          'and so is what is no phone number');

-- Values.
create temporary table refused (sent text, pointer text);
insert into refused values
    ('{}', '/name'), ('{"name": null}', '/name'), ('{"name": ""}', '/name'), ('{"name": "   "}', '/name'), ('{"name": "a\nb"}', '/name'),
    (format('{"name": "%s"}', repeat('a', 201)), '/name'), ('{"name": "a", "phone": "11987654321"}', '/phone'), ('{"name": "a", "phone": "+0511987654321"}', '/phone'),
    ('{"name": "a", "phone": "+5511987654321012345"}', '/phone'), ('{"name": "a", "phone": ""}', '/phone'), ('{"name": "a", "email": "a"}', '/email'),
    ('{"name": "a", "email": "a@b"}', '/email'), ('{"name": "a", "email": "a b@c.de"}', '/email'), ('{"name": "a", "email": "a@b@c.de"}', '/email'),
    (format('{"name": "a", "email": "%s@example.com"}', repeat('a', 250)), '/email'), (format('{"name": "a", "notes": "%s"}', repeat('a', 10001)), '/notes'),
    ('{"name": "a", "tenant_id": "01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3"}', '/tenant_id'), ('{"name": "a", "id": "01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3"}', '/id'),
    ('{"name": "a", "created_at": "2026-01-01T00:00:00Z"}', '/created_at');
select format('select is(status || '' '' || (body->''errors''->0->>''pointer''), %L, %L) from pg_temp.answer(''POST'', ''/contacts'', %L, %L)',
              '422 ' || pointer, left(sent, 60) || ' is refused', :'token', sent) from refused \gexec
select is(outcome, '201', 'a name may have 200 characters, of any script')
  from pg_temp.answer('POST', '/contacts', :'token', format('{"name": "%s"}', repeat('ç', 200)));
select is(status, 422, 'a name cannot be emptied')
  from pg_temp.answer('PATCH', '/contacts/' || :'id', :'token', '{"name": null}');

-- Another tenant's contact is no contact at all: the same answer, but for the request's id.
create function pg_temp.without_id(body jsonb) returns jsonb language sql immutable as 'select body - ''request_id''';
select outcome || pg_temp.without_id(body) as theirs
  from pg_temp.answer('GET', '/contacts/' || :'bob', :'token') \gset get_
select outcome || pg_temp.without_id(body) as none
  from pg_temp.answer('GET', '/contacts/' || :'ben', :'token') \gset get_
select outcome || pg_temp.without_id(body) as theirs
  from pg_temp.answer('PATCH', '/contacts/' || :'bob', :'token', '{"name": "x"}') \gset patch_
select outcome || pg_temp.without_id(body) as none
  from pg_temp.answer('PATCH', '/contacts/' || :'ben', :'token', '{"name": "x"}') \gset patch_
select outcome || pg_temp.without_id(body) as theirs
  from pg_temp.answer('DELETE', '/contacts/' || :'bob', :'token') \gset delete_
select outcome || pg_temp.without_id(body) as none
  from pg_temp.answer('DELETE', '/contacts/' || :'ben', :'token') \gset delete_
select is(:'get_theirs'::text, :'get_none'::text, 'GET of B''s contact is GET of nothing');
select is(:'patch_theirs'::text, :'patch_none'::text, 'PATCH of it is PATCH of nothing');
select is(:'delete_theirs'::text, :'delete_none'::text, 'DELETE of it is DELETE of nothing');
select matches(:'get_none'::text, '^404 not_found', 'which is not found');
select is(name::text, 'Bob', 'and B''s contact is as it was') from app.contacts where id = :'bob';

-- Permissions, through the API.
select outcome from pg_temp.answer('DELETE', '/contacts/' || :'twin', :'token') \gset gone_
select is(:'gone_outcome'::text, '204', 'an owner deletes');
select is(outcome, '404 not_found', 'what is deleted is not found')
  from pg_temp.answer('GET', '/contacts/' || :'twin', :'token');
select pg_temp.make_role(:'a', 'tap', '{contacts:read}') \gset
select pg_temp.make_member(:'a', :'ana', 'tap') \gset
select is(outcome, '200', 'who may read, reads') from pg_temp.answer('GET', '/contacts/' || :'id', :'token');
select is(outcome, '403 permission_denied', 'but does not make')
  from pg_temp.answer('POST', '/contacts', :'token', '{"name": "x"}');
select is(outcome, '403 permission_denied', 'nor change')
  from pg_temp.answer('PATCH', '/contacts/' || :'id', :'token', '{"name": "x"}');
select is(outcome, '403 permission_denied', 'nor delete')
  from pg_temp.answer('DELETE', '/contacts/' || :'id', :'token');
select pg_temp.make_role(:'a', 'tap', '{contacts:write}') \gset
select is(outcome, '403 permission_denied', 'who may write does not read by that')
  from pg_temp.answer('GET', '/contacts/' || :'id', :'token');

-- And past the API, by the policies.
begin;
select pg_temp.act_as(:'a', null, '{contacts:read}') \gset
select is(array[pg_temp.result_of('select from app.contacts limit 1'),
          pg_temp.result_of('insert into app.contacts (name) values (''x'')'),
                pg_temp.result_of('update app.contacts set name = ''x'''), pg_temp.result_of('delete from app.contacts')], '{1,42501,0,0}', 'the policies say the same of reading');
select pg_temp.act_as(:'a', null, '{contacts:write}') \gset
select is(array[pg_temp.result_of('select from app.contacts limit 1'), pg_temp.result_of('insert into app.contacts (name) values (''x'')')], '{0,1}',
          'and of writing');
commit;
select pg_temp.clean_up() \gset
select * from finish();
