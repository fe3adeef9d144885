-- API keys and instance tokens: what they open, what they hold, and that a change counts at once.
\ir helpers.psql
select no_plan();
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
select * from pg_temp.login('alba') \gset ana_
select * from pg_temp.login('boris') \gset ben_
create function pg_temp.ask(token text, method text, path text, sent text default null, client text default '192.0.2.1') returns text language sql as $$
    select outcome from pg_temp.answer(method, path, token, sent, client => client)
$$;
create function pg_temp.field(token text, method text, path text, sent text, name text) returns text language sql as $$
    select body->>name from pg_temp.answer(method, path, token, sent)
$$;

-- Made once, shown once.
select outcome, headers, body->>'id' as id, body->>'secret' as secret, body->>'expires_at' as expires, body - 'secret' as shown
  from pg_temp.answer('POST', '/api-keys', :'ana_token', '{"name": "robot", "permissions": ["contacts:read"]}') \gset key_
select is(:'key_outcome'::text, '201', 'an owner makes an API key');
select matches(:'key_secret'::text, '^rh_live_[A-Za-z0-9_-]{70}$', 'a live one, unless said otherwise');
select matches(pg_temp.field(:'ana_token', 'POST', '/api-keys', '{"name": "t", "kind": "test", "permissions": []}', 'secret'), '^rh_test_', 'or one for tests');
select ok(:'key_expires'::timestamptz - clock_timestamp() between interval '364 days' and interval '365 days', 'it lives for a year');
select body = :'key_shown'::jsonb as is_same, position(:'key_secret' in raw) = 0 as is_silent from pg_temp.answer('GET', '/api-keys/' || :'key_id', :'ana_token') \gset got_
select ok(:'got_is_same'::boolean and :'got_is_silent'::boolean, 'afterwards it is shown without its secret');
select matches(secret_hash, '^k[0-9a-f]{12}\$argon2id\$', 'of which a hash is kept') from app.api_keys where id = :'key_id';
select is(pg_temp.ask(:'key_secret', 'GET', '/contacts'), '200', 'it opens what it was made for');
select is(pg_temp.ask(:'key_secret', 'GET', '/contacts'), '200', 'again');
select outcome || ' ' || (body->>'detail') as said from pg_temp.answer('POST', '/contacts', :'key_secret', '{"name": "x"}') \gset
select is(:'said'::text, '403 permission_denied this needs the permission contacts:write', 'and not more, naming what it lacks');
select is(pg_temp.ask(:'key_secret', 'GET', '/me'), '403 permission_denied', 'it is nobody''s person');
select is(pg_temp.ask(:'key_secret', 'DELETE', '/me/sessions'), '403 permission_denied', 'and ends no sessions');
select isnt_empty(format('select from rowhouse.audit_log where tenant_id = %L and key_id = %L and event = ''permission.denied''', :'a', :'key_id'), 'a refusal is on the trail, by its id');

-- Nobody gives what they do not hold.
select pg_temp.field(:'ana_token', 'POST', '/api-keys', '{"name": "maker", "permissions": ["api-keys:write", "api-keys:read"]}', 'secret') as maker \gset
select is(pg_temp.ask(:'maker', 'POST', '/api-keys', '{"name": "x", "permissions": ["api-keys:read"]}'), '201', 'a key makes a key, of what it holds');
select is(pg_temp.ask(:'maker', 'POST', '/api-keys', '{"name": "x", "permissions": ["contacts:read"]}'), '403 beyond_own_permissions', 'not of what it does not');
select is(pg_temp.ask(:'maker', 'PATCH', '/api-keys/' || :'key_id', '{"name": "mine"}'), '403 beyond_own_permissions', 'it does not change one that holds more');
select is(pg_temp.ask(:'maker', 'PATCH', '/api-keys/' || :'key_id', '{"permissions": ["api-keys:read"]}'), '403 beyond_own_permissions', 'but take nothing from it');
select is(pg_temp.ask(:'maker', 'POST', '/api-keys/' || :'key_id' || '/rotate', '{}'), '403 beyond_own_permissions', 'nor come by its secret');
select is(pg_temp.ask(:'ana_token', 'POST', '/api-keys', '{"name": "x", "permissions": ["no:such"]}'), '422 permission_unknown', 'permissions are of the catalogue');
begin;
select pg_temp.act_as(:'a', :'ana', '{api-keys:read,api-keys:write}') \gset
select throws_ok('select secret_hash from app.api_keys', '42501', null, 'nobody reads a hash');
select throws_ok('update app.api_keys set secret_hash = ''x''', '42501', null, 'nor writes one');
select throws_ok('update app.api_keys set expires_at = ''infinity''', '42501', null, 'nor lets a key live longer');
rollback;

-- What changes counts at once.
select is(pg_temp.ask(:'ana_token', 'PATCH', '/api-keys/' || :'key_id', '{"permissions": ["contacts:write"]}'), '200', 'a key is given other permissions');
select is(pg_temp.ask(:'key_secret', 'GET', '/contacts'), '403 permission_denied', 'without the old one from the next request on');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/api-keys/' || :'key_id', '{"permissions": ["contacts:read"], "networks": ["192.0.2.0/25", "2001:db8::/32"]}'), '200', 'it is told where from');
select is(pg_temp.ask(:'key_secret', 'GET', '/contacts', client => '192.0.2.127'), '200', 'it opens from there');
select is(pg_temp.ask(:'key_secret', 'GET', '/contacts', client => '2001:db8::7'), '200', 'and there');
select is(pg_temp.ask(:'key_secret', 'GET', '/contacts', client => '192.0.2.128'), '401 credential_invalid', 'and nowhere else');
select is(pg_temp.ask(:'key_secret', 'GET', '/contacts', client => ''), '401 credential_invalid', 'nor from nowhere');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/api-keys/' || :'key_id', '{"networks": ["192.0.2.1/25"]}'), '422 invalid_request', 'a network is one');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/api-keys/' || :'key_id', '{"networks": []}'), '200', 'from anywhere again');

-- A new secret, the old one for a while.
select pg_temp.field(:'ana_token', 'POST', '/api-keys/' || :'key_id' || '/rotate', '{"overlap_seconds": 3600}', 'secret') as fresh \gset
select isnt(:'fresh'::text, :'key_secret'::text, 'rotated it has another secret');
select is(pg_temp.ask(:'fresh', 'GET', '/contacts'), '200', 'which opens');
select is(pg_temp.ask(:'key_secret', 'GET', '/contacts'), '200', 'and so does the old one');
update app.api_keys set old_secret_until = clock_timestamp() where id = :'key_id';
select is(pg_temp.ask(:'key_secret', 'GET', '/contacts'), '401 credential_invalid', 'until the overlap is over');
select pg_temp.field(:'ana_token', 'POST', '/api-keys/' || :'key_id' || '/rotate', '{"overlap_seconds": 0}', 'secret') as newest \gset
select is(pg_temp.ask(:'fresh', 'GET', '/contacts'), '401 credential_invalid', 'at once when it is none');
select is(pg_temp.ask(:'ana_token', 'POST', '/api-keys/' || :'key_id' || '/rotate', '{"overlap_seconds": -1}'), '422 expiry_out_of_range', 'an overlap is no less');
select is(pg_temp.ask(:'ana_token', 'POST', '/api-keys', '{"name": "x", "permissions": [], "expires_at": "2001-01-01T00:00:00Z"}'), '422 expiry_out_of_range', 'a key does not end before it begins');

-- The end of a key.
update app.api_keys set expires_at = clock_timestamp() where id = :'key_id';
select is(pg_temp.ask(:'newest', 'GET', '/contacts'), '401 credential_invalid', 'expired it opens nothing');
update app.api_keys set expires_at = 'infinity' where id = :'key_id';
select is(pg_temp.ask(:'newest', 'GET', '/contacts'), '200', 'as long as it lives it does');
select is(pg_temp.ask(:'ben_token', 'DELETE', '/api-keys/' || :'key_id'), '404 not_found', 'another account does not revoke it');
select is(pg_temp.ask(:'ben_token', 'POST', '/api-keys/' || :'key_id' || '/rotate', '{"overlap_seconds": 0}'), '404 not_found', 'nor rotate it');
select is(pg_temp.ask(:'newest', 'GET', '/contacts'), '200', 'it goes on');
select is(pg_temp.ask(:'ana_token', 'DELETE', '/api-keys/' || :'key_id'), '204', 'its own does');
select body - 'request_id' as body from pg_temp.answer('GET', '/contacts', :'newest') \gset revoked_
select body - 'request_id' as body from pg_temp.answer('GET', '/contacts', rowhouse.make_api_key('live', rowhouse.uuid_v7())) \gset unknown_
select is(:'revoked_body'::jsonb->>'code', 'credential_invalid', 'revoked it opens nothing');
select is(:'revoked_body'::jsonb, :'unknown_body'::jsonb, 'and is answered as one that never was');
select isnt(pg_temp.field(:'ana_token', 'GET', '/api-keys/' || :'key_id', null, 'revoked_at'), null, 'it stays in the list, with the time');
select is(pg_temp.ask(:'ana_token', 'DELETE', '/api-keys/' || :'key_id'), '404 not_found', 'and is revoked once');
select is(pg_temp.ask(:'ana_token', 'PATCH', '/api-keys/' || :'key_id', '{"name": "x"}'), '404 not_found', 'and changed no more');
select is(pg_temp.ask(:'ana_token', 'POST', '/api-keys/' || :'key_id' || '/rotate', '{}'), '404 not_found', 'nor rotated');

-- Instances and their tokens.
select pg_temp.field(:'ana_token', 'POST', '/instances', '{"name": "shop", "phone": "+5511900000001"}', 'id') as shop \gset
select pg_temp.field(:'ana_token', 'POST', '/instances', '{"name": "help"}', 'id') as help \gset
select is(pg_temp.ask(:'ana_token', 'POST', '/instances', '{"name": "shop"}'), '409 instance_exists', 'an instance has a name of its own');
select pg_temp.field(:'ana_token', 'PATCH', '/instances/' || :'help', '{"name": "help desk"}', 'name') as renamed \gset
select is(:'renamed'::text, 'help desk', 'which may change');
select outcome, body->>'secret' as secret, body->>'id' as id from pg_temp.answer('POST', '/instances/' || :'shop' || '/tokens', :'ana_token', '{"name": "bridge"}') \gset token_
select matches(:'token_secret'::text, '^rh_inst_', 'an instance has tokens');
select is(pg_temp.ask(:'token_secret', 'GET', '/instances/' || :'shop'), '200', 'which open it');
select is(pg_temp.ask(:'token_secret', 'GET', '/instances/' || :'help'), '403 permission_denied', 'and no other');
select is(pg_temp.ask(:'token_secret', 'GET', '/instances'), '403 permission_denied', 'nor the list of them');
select is(pg_temp.ask(:'token_secret', 'GET', '/contacts'), '403 permission_denied', 'nor anything else');
select is(pg_temp.ask(:'ana_token', 'POST', '/instances/' || rowhouse.uuid_v7() || '/tokens', '{"name": "x"}'), '404 not_found', 'an instance that there is not has none');
select is(pg_temp.ask(:'ben_token', 'POST', '/instances/' || :'shop' || '/tokens', '{"name": "x"}'), '404 not_found', 'nor one of another account');
select is(pg_temp.field(:'ana_token', 'GET', '/instances/' || :'shop' || '/tokens', null, 'data')::jsonb->0->>'id', :'token_id'::text, 'they are listed with it');
select is(pg_temp.ask(:'ana_token', 'GET', '/api-keys/' || :'token_id'), '404 not_found', 'and not among the API keys');
select pg_temp.field(:'ana_token', 'POST', '/api-keys', format('{"name": "n", "permissions": ["instances:read", "contacts:read"], "instance_id": "%s"}', :'shop'), 'secret') as narrow \gset
select is(pg_temp.ask(:'narrow', 'GET', '/instances/' || :'shop'), '200', 'a key for one instance opens it');
select is(pg_temp.ask(:'narrow', 'GET', '/contacts'), '403 permission_denied', 'and nothing of others');
select is(pg_temp.ask(:'ben_token', 'POST', '/api-keys', format('{"name": "n", "permissions": [], "instance_id": "%s"}', :'shop')), '422 instance_unknown', 'a key is for an instance of its account');
select is(pg_temp.ask(:'ana_token', 'DELETE', '/instances/' || :'help' || '/tokens/' || :'token_id'), '404 not_found', 'a token is revoked by its own instance''s path');
select is(pg_temp.ask(:'ana_token', 'DELETE', '/instances/' || :'shop' || '/tokens/' || :'token_id'), '204', 'which does');
select is(pg_temp.ask(:'token_secret', 'GET', '/instances/' || :'shop'), '401 credential_invalid', 'at once');
select is(pg_temp.ask(:'ana_token', 'DELETE', '/instances/' || :'shop'), '204', 'an instance is deleted');
select is(pg_temp.ask(:'narrow', 'GET', '/instances/' || :'shop'), '401 credential_invalid', 'and its keys with it');
select set_eq(format('select event from rowhouse.audit_log where tenant_id = %L and event ~ ''^(api_key|instance_token)\.''', :'a'),
    '{api_key.created,api_key.changed,api_key.rotated,api_key.revoked,instance_token.created,instance_token.revoked}'::text[], 'it is all on the trail');
select pg_temp.clean_up() \gset
select * from finish();
