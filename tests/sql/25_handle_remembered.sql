-- What was found out once: a verified token is remembered, yet time, issuer and audience are looked
-- at each time; and what is committed while a request waits counts for that request.
\ir helpers.psql
select plan(9);
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select token, session from pg_temp.login('alba') \gset
\setenv token :token
\setenv session :session
\set handle 'rowhouse.handle(\'GET\', \'/api/v1/contacts\', convert_to(\'authorization: Bearer ' :token '\', \'UTF8\'), \'\', \'192.0.2.1\')'
\setenv handle :handle

-- A token that is about to expire, signed with a key that the installation was made to trust.
\set key `mktemp`
\setenv key :key
\! openssl genpkey -algorithm ed25519 -out "$key" 2>/dev/null
\set public `openssl pkey -in "$key" -pubout -outform DER | tail -c 32 | od -An -tx1 | tr -d ' \n'`
select rowhouse.add_key('jwt') as kid \gset
update rowhouse.keys set created_at = 'epoch', public_key = decode(:'public', 'hex') where id = :'kid';
create function pg_temp.part(document text) returns text language sql immutable as $$
    select translate(encode(convert_to(document, 'UTF8'), 'base64'), E'+/=\n', '-_')
$$;
select extract(epoch from clock_timestamp())::bigint + 5 as expiry \gset
select pg_temp.part(json_build_object('alg', 'EdDSA', 'typ', 'JWT', 'kid', :'kid'::text)::text) || '.'
       || pg_temp.part(json_build_object('iss', 'rowhouse', 'aud', 'rowhouse', 'sub', :'ana'::text, 'tid', :'a'::text,
              'sid', :'session'::text, 'iat', :expiry - 60, 'exp', :expiry)::text) as signed \gset
\setenv signed :signed
\set signature `printf %s "$signed" >"$key.text"; openssl pkeyutl -sign -rawin -inkey "$key" -in "$key.text" | base64 -w 0 | tr '+/' '-_' | tr -d =; rm -f "$key" "$key.text"`
select :'signed' || '.' || :'signature' as brief \gset
select is(outcome, '200', 'a token is good until it expires') from pg_temp.answer('GET', '/contacts', :'brief');
select is(outcome, '200', 'again, now that it is remembered') from pg_temp.answer('GET', '/contacts', :'brief');
select pg_sleep(greatest(0, :expiry + 0.1 - extract(epoch from clock_timestamp()))) \gset
select is(outcome, '401 token_expired', 'and no longer, remembered or not') from pg_temp.answer('GET', '/contacts', :'brief');

-- Whom tokens are from and for is a setting.
\set said `:gateway -c "select status from $handle"`
select is(:'said'::text, '200', 'a token from this issuer is good');
create temporary table named (setting text, status text);
alter system set rowhouse.jwt_issuer = 'other';
select pg_reload_conf() \gset
\set said `until [ "$(:superuser -c 'show rowhouse.jwt_issuer')" = other ]; do sleep 0.1; done; :gateway -c "select status from $handle"`
insert into named values ('issuer', :'said');
alter system reset rowhouse.jwt_issuer;
alter system set rowhouse.jwt_audience = 'other';
select pg_reload_conf() \gset
\set said `until [ "$(:superuser -c 'show rowhouse.jwt_issuer')" = rowhouse ] && [ "$(:superuser -c 'show rowhouse.jwt_audience')" = other ]; do sleep 0.1; done; :gateway -c "select status from $handle"`
insert into named values ('audience', :'said');
alter system reset rowhouse.jwt_audience;
select pg_reload_conf() \gset
\set said `until [ "$(:superuser -c 'show rowhouse.jwt_audience')" = rowhouse ]; do sleep 0.1; done; :gateway -c "select status from $handle"`
select is(status, '401', 'remembered for this ' || setting || ', it is none for another') from named;
select is(:'said'::text, '200', 'and is one again for this');

-- The registry is locked, so the request waits for it; meanwhile the session ends.
\set hold 'begin; lock table rowhouse.routes; update rowhouse_private.sessions set revoked_at = clock_timestamp() where id = \'' :session '\'; do $$ begin for i in 1..1000 loop exit when exists (select from pg_locks where relation = \'rowhouse.routes\'::regclass and not granted); perform pg_sleep(0.02); end loop; end $$; commit'
\setenv hold :hold
\set said `printf %s "$hold" | :superuser >/dev/null & until [ "$(:superuser -c "select count(*) from pg_locks where relation = 'rowhouse.routes'::regclass and mode = 'AccessExclusiveLock' and granted")" = 1 ]; do sleep 0.02; done; :gateway -c "select status from $handle"; wait`
select is(:'said'::text, '401', 'what was committed while a request waited counts for it');
select isnt(revoked_at, null, 'for it did wait') from rowhouse_private.sessions where id = :'session';
select pg_temp.clean_up() \gset
select * from finish();
