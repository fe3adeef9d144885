-- From method and path to an endpoint, and what every answer carries.
\ir helpers.psql
select plan(54);
select tenant as a from pg_temp.make_tenant('alba') \gset
select token from pg_temp.login('alba') \gset

select is(outcome, '404 not_found', 'there is nothing at an unknown path') from pg_temp.answer('GET', '/nothing');
select is(outcome, '404 not_found', 'there is nothing at //') from pg_temp.answer('GET', '//', :'token');
select is(outcome, '404 not_found', 'there is nothing at //api') from pg_temp.answer('GET', '//api', :'token');
select is(outcome, '404 not_found', 'there is nothing at //api/v1') from pg_temp.answer('GET', '//api/v1', :'token');
select is(outcome, '404 not_found', 'there is nothing at /contacts/')
  from pg_temp.answer('GET', '/contacts/', :'token');
select is(outcome, '404 not_found', 'there is nothing at //contacts')
  from pg_temp.answer('GET', '//contacts', :'token');
select is(outcome, '404 not_found', 'there is nothing at /Contacts')
  from pg_temp.answer('GET', '/Contacts', :'token');
select is(outcome, '404 not_found', 'there is nothing at /contacts/x/y')
  from pg_temp.answer('GET', '/contacts/x/y', :'token');
select is(outcome, '404 not_found', 'there is nothing at //api/v2/contacts')
  from pg_temp.answer('GET', '//api/v2/contacts', :'token');
select is(outcome, '404 not_found', 'there is nothing at /contacts//')
  from pg_temp.answer('GET', '/contacts//', :'token');
select is(outcome, '404 not_found', 'there is nothing at /:id') from pg_temp.answer('GET', '/:id', :'token');
select is(outcome, '404 not_found', 'there is nothing at //api/v1//contacts')
  from pg_temp.answer('GET', '//api/v1//contacts', :'token');
select is(outcome, '404 not_found', 'there is nothing at /contacts%2F')
  from pg_temp.answer('GET', '/contacts%2F', :'token');
select is(outcome, '400 malformed_request', 'a target with a broken escape is malformed')
  from pg_temp.answer('GET', '/contacts/%zz', :'token');
select is(outcome, '400 malformed_request', 'and so is one with a zero byte')
  from pg_temp.answer('GET', '/contacts/%00', :'token');
select is(outcome, '422 invalid_request', 'a segment that is no UUID is not valid')
  from pg_temp.answer('GET', '/contacts/x', :'token');
select is(outcome, '404 not_found', 'a row that does not exist is not found')
  from pg_temp.answer('GET', '/contacts/01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3', :'token');
select is(outcome, '200', 'a path may be escaped') from pg_temp.answer('GET', '/%63ontacts', :'token');
select is(route, '/api/v1/contacts/:id', 'the pattern is told for the log, not the path')
  from pg_temp.answer('GET', '/contacts/01a1fc63-6d25-7d70-8432-6e2ea2bfa3a3', :'token');
select is(route, null, 'and none where nothing is') from pg_temp.answer('GET', '/nothing');

-- Methods.
select is(outcome, '405 method_not_allowed', 'a method the path does not know is not allowed')
  from pg_temp.answer('PUT', '/contacts', :'token');
select is(pg_temp.header(headers, 'Allow'), 'GET, HEAD, POST', 'the answer says which are')
  from pg_temp.answer('PUT', '/contacts', :'token');
select is(outcome, '405 method_not_allowed', 'methods are words in capitals')
  from pg_temp.answer('get', '/contacts', :'token');
select is(outcome, '405 method_not_allowed', 'TRACE is not allowed')
  from pg_temp.answer('TRACE', '/contacts', :'token');
select is(outcome, '404 not_found', 'an unknown path has no methods')
  from pg_temp.answer('PUT', '/nothing', :'token');
select is(outcome, '200', 'HEAD is GET') from pg_temp.answer('HEAD', '/contacts', :'token');
select is(outcome, '401 credential_required', 'HEAD asks for a credential as GET does')
  from pg_temp.answer('HEAD', '/contacts');
select is(outcome, '204', 'OPTIONS is answered without a credential') from pg_temp.answer('OPTIONS', '/contacts');
select is(pg_temp.header(headers, 'Allow'), 'GET, HEAD, POST', 'with the methods of the path')
  from pg_temp.answer('OPTIONS', '/contacts');
select is(raw, null, 'and no body') from pg_temp.answer('OPTIONS', '/contacts');
select is(outcome, '404 not_found', 'OPTIONS of nothing is not found') from pg_temp.answer('OPTIONS', '/nothing');

-- What an answer carries.
select is(pg_temp.header(headers, 'Content-Type'), 'application/json', 'a body is JSON')
  from pg_temp.answer('GET', '/contacts', :'token');
select is(pg_temp.header(headers, 'Content-Type'), 'application/problem+json', 'a problem says that it is one')
  from pg_temp.answer('GET', '/nothing');
select bag_eq(format('select jsonb_object_keys(%L)', body), '{type,title,status,detail,code,request_id}'::text[],
              'a problem has the members of RFC 9457 and ours') from pg_temp.answer('GET', '/nothing');
select is(body->>'status', status::text, 'its status is the answer''s') from pg_temp.answer('GET', '/nothing');
select is(body->>'request_id', 'tap-request-1', 'its request id is the client''s')
  from pg_temp.answer('GET', '/nothing', more_headers => E'x-request-id: tap-request-1\r\n');
select matches(body->>'request_id', '^[0-9a-f]{32}$', 'or a new one, when the client''s is no id')
  from pg_temp.answer('GET', '/nothing', more_headers => E'x-request-id: a"b <script>\r\n');
select is(pg_temp.header(headers, 'WWW-Authenticate'), 'Bearer', 'a 401 says how to log in')
  from pg_temp.answer('GET', '/contacts');

-- Bodies.
select is(outcome, '400 invalid_json', 'a body must be JSON')
  from pg_temp.answer('POST', '/contacts', :'token', '{"name":');
select is(outcome, '400 invalid_json', 'an array is no object')
  from pg_temp.answer('POST', '/contacts', :'token', '[]');
select is(outcome, '400 invalid_json', 'nor is a text') from pg_temp.answer('POST', '/contacts', :'token', '"x"');
select is(outcome, '400 invalid_json', 'nor null') from pg_temp.answer('POST', '/contacts', :'token', 'null');
select is(outcome, '400 invalid_json', 'one value, not two')
  from pg_temp.answer('POST', '/contacts', :'token', '{"name":"a"} {}');
select is(outcome, '400 invalid_json', 'no comma too many')
  from pg_temp.answer('POST', '/contacts', :'token', '{"name":"a",}');
select is(outcome, '400 invalid_json', 'quotes are double')
  from pg_temp.answer('POST', '/contacts', :'token', '{name:''a''}');
select is(outcome, '400 invalid_json', 'a zero character cannot be kept')
  from pg_temp.answer('POST', '/contacts', :'token', '{"name":"\u0000"}');
select is(outcome, '400 invalid_json', 'depth has a limit')
  from pg_temp.answer('POST', '/contacts', :'token', repeat('[', 6000));
select is(outcome, '400 invalid_json', 'depth within an object has the same limit')
  from pg_temp.answer('POST', '/contacts', :'token', '{"name":' || repeat('{"a":', 100000) || '1' || repeat('}', 100000) || '}');
select is(outcome, '422 invalid_request', 'a body that is empty has no fields')
  from pg_temp.answer('POST', '/contacts', :'token', '');
select is(h.status, 415, 'a body must be said to be JSON')
  from rowhouse.handle('POST', '/api/v1/contacts', convert_to(E'content-type: text/plain\r\nauthorization: Bearer ' || :'token', 'UTF8'),
                       '{"name":"a"}', '192.0.2.1') h;
select is(h.status, 201, 'a charset may stand behind the type')
  from rowhouse.handle('POST', '/api/v1/contacts', convert_to(E'content-type: Application/JSON; charset=utf-8\r\nauthorization: Bearer ' || :'token', 'UTF8'),
                       '{"name":"a"}', '192.0.2.1') h;
select is(h.status, 400, 'a body that is no UTF-8 is no JSON')
  from rowhouse.handle('POST', '/api/v1/contacts', convert_to(E'content-type: application/json\r\nauthorization: Bearer ' || :'token', 'UTF8'),
                       '\x7b226e616d65223a22ff227d', '192.0.2.1') h;
select is(h.status, 200, 'header lines that are none are passed by')
  from rowhouse.handle('GET', '/api/v1/contacts', convert_to(E'rubbish\r\n: x\r\nauthorization: Bearer ' || :'token' || E'\r\nx: ', 'UTF8') || '\xff00', '', 'no address') h;
select is(rowhouse.handle(null, '/', '', '', '192.0.2.1')::text, null, 'a missing argument is no request');
select pg_temp.clean_up() \gset
select * from finish();
