-- Credentials: only a genuine token of a live session is one.
\ir helpers.psql
select plan(67);
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b, person as ben from pg_temp.make_tenant('boris') \gset
select pg_temp.make_contact(:'b', 'Bob') as bob \gset
select token, session from pg_temp.login('alba') \gset

select is(outcome, '200', 'a token is a credential') from pg_temp.answer('GET', '/contacts', :'token');
select is(array[tenant_id, user_id, session_id], array[:'a', :'ana', :'session']::uuid[], 'the log hears whose it is')
  from pg_temp.answer('GET', '/contacts', :'token');
select is(outcome, '401 credential_required', 'none is none') from pg_temp.answer('GET', '/contacts');
select is(outcome, '200', 'the scheme may be in any case')
  from pg_temp.answer('GET', '/contacts', more_headers => 'authorization: bEARER ' || :'token' || E'\r\n');
select is(outcome, '200', 'a public endpoint looks at no credential')
  from pg_temp.answer('GET', '//.well-known/jwks.json', 'rubbish');

create temporary table headers (what text, value text, expected text);
insert into headers values
    ('another scheme', 'Basic YTpi', '401 credential_invalid'), ('a scheme alone', 'Bearer', '401 credential_invalid'),
    ('a scheme and a blank', 'Bearer ', '401 credential_invalid'), ('a bare token', :'token', '401 credential_invalid'),
    ('an API key', 'Bearer rh_live_x', '401 credential_invalid'), ('an instance token', 'Bearer rh_inst_x', '401 credential_invalid'),
    ('a refresh token', 'Bearer rh_rt_x', '401 credential_invalid'), ('a word', 'Bearer x', '401 token_invalid'),
    ('two parts', 'Bearer a.b', '401 token_invalid'), ('four parts', 'Bearer ' || :'token' || '.x', '401 token_invalid'),
    ('empty parts', 'Bearer ..', '401 token_invalid'), ('a token with a blank', 'Bearer ' || :'token' || ' x', '401 token_invalid'),
    ('a token cut short', 'Bearer ' || left(:'token', -1), '401 token_invalid'),
    ('a token and its padding', 'Bearer ' || :'token' || '=', '401 token_invalid'),
    ('a token in other letters', 'Bearer ' || upper(:'token'), '401 token_invalid'),
    ('a token without a signature', 'Bearer ' || regexp_replace(:'token', '[^.]*$', ''), '401 token_invalid'),
    ('a token whose payload was changed', 'Bearer ' || regexp_replace(:'token', '[.]([^.]{20}).', '.\1A'), '401 token_invalid'),
    ('much', 'Bearer ' || repeat('a', 100000), '401 token_invalid');
select format('select is(outcome, %L, %L) from pg_temp.answer(%L, %L, more_headers => %L)', expected,
          what || ' is no credential',
              'GET', '/contacts', 'authorization: ' || value || E'\r\n') from headers \gexec

-- Tokens made with a key of our own that the installation was made to trust, so that each claim
-- can be wrong alone. The key is older than the genuine one, which goes on signing.
\set key `mktemp`
\setenv key :key
\! openssl genpkey -algorithm ed25519 -out "$key" 2>/dev/null
\set public `openssl pkey -in "$key" -pubout -outform DER | tail -c 32 | od -An -tx1 | tr -d ' \n'`
select rowhouse.add_key('jwt') as kid \gset
update rowhouse.keys set created_at = 'epoch', public_key = decode(:'public', 'hex') where id = :'kid';

create function pg_temp.part(document text) returns text language sql immutable as $$
    select translate(encode(convert_to(document, 'UTF8'), 'base64'), E'+/=\n', '-_')
$$;
create temporary table tokens (number serial, what text, header jsonb, payload jsonb, expected text default '401 token_invalid', signed text);
create function pg_temp.header_with(changes jsonb) returns jsonb language sql as $$
    select jsonb_strip_nulls(jsonb_build_object('alg', 'EdDSA', 'typ', 'JWT', 'kid',
               (select id from rowhouse.keys where created_at = 'epoch')) || changes)
$$;
select jsonb_build_object('iss', 'rowhouse', 'aud', 'rowhouse', 'sub', :'ana'::text, 'tid', :'a'::text, 'sid',
          :'session'::text,
           'iat', floor(extract(epoch from clock_timestamp())), 'exp', floor(extract(epoch from clock_timestamp())) + 600) as claims \gset
create function pg_temp.claims_with(claims jsonb, changes jsonb) returns jsonb language sql as $$
    select jsonb_strip_nulls(claims || changes)
$$;
select floor(extract(epoch from clock_timestamp())) as now \gset
insert into tokens (what, header, payload, expected) values
    ('with every claim right', pg_temp.header_with('{}'), :'claims', '200'),
    ('that has expired', pg_temp.header_with('{}'), pg_temp.claims_with(:'claims', jsonb_build_object('iat', :now - 700, 'exp', :now - 1)), '401 token_expired'),
    ('from a clock slightly ahead', pg_temp.header_with('{}'), pg_temp.claims_with(:'claims', jsonb_build_object('iat', :now + 30)), '200');
insert into tokens (what, header, payload)
select h.what, pg_temp.header_with(h.changes), :'claims'
  from (values ('without algorithm', '{"alg": null}'::jsonb), ('of algorithm none', '{"alg": "none"}'), ('of algorithm HS256', '{"alg": "HS256"}'),
               ('of algorithm eddsa', '{"alg": "eddsa"}'), ('of another type', '{"typ": "at+jwt"}'), ('without type', '{"typ": null}'),
               ('without key', '{"kid": null}'), ('of an unknown key', '{"kid": "k000000000000"}'), ('whose key is a number', '{"kid": 1}'),
               ('that brings its key', '{"jwk": "x"}'), ('with a critical extension', '{"crit": "b64"}')) h (what, changes)
union all
select c.what, pg_temp.header_with('{}'), pg_temp.claims_with(:'claims', c.changes)
  from (values ('of another issuer', '{"iss": "other"}'::jsonb), ('for another audience', '{"aud": "other"}'),
               ('without issuer', '{"iss": null}'), ('without audience', '{"aud": null}'), ('without user', '{"sub": null}'),
               ('without tenant', '{"tid": null}'), ('without session', '{"sid": null}'), ('without time of issue', '{"iat": null}'),
               ('without end', '{"exp": null}'), ('whose end is a text', '{"exp": "9999999999"}'), ('whose user is a number', '{"sub": 1}'),
               ('whose session is no UUID', '{"sid": "x"}'), ('of a session that does not exist', jsonb_build_object('sid', gen_random_uuid())),
               ('of another user', jsonb_build_object('sub', :'ben'::text)), ('of another tenant', jsonb_build_object('tid', :'b'::text)),
               ('from the future', jsonb_build_object('iat', :now + 300, 'exp', :now + 600)),
               ('that would live for two days', jsonb_build_object('exp', :now + 2 * 86400)),
               ('that ends before it begins', jsonb_build_object('iat', :now, 'exp', :now - 1)),
               ('with claims within claims', '{"aud": ["rowhouse"]}')) c (what, changes);
update tokens set signed = pg_temp.part(header::text) || '.' || pg_temp.part(payload::text);

-- openssl signs each; one line of hexadecimal digits comes back.
\set lines `mktemp`
\setenv lines :lines
select number, signed from tokens order by number \g (format=unaligned fieldsep=' ' tuples_only=on) :lines
create temporary table signatures (number integer, hex text);
\copy signatures from program 'while read -r n text; do printf %s "$text" >"$lines.text"; echo "$n $(openssl pkeyutl -sign -rawin -inkey "$key" -in "$lines.text" | od -An -tx1 | tr -d " \n")"; done <"$lines"; rm -f "$key" "$lines" "$lines.text"' (delimiter ' ')
select format('select is(outcome, %L, %L) from pg_temp.answer(%L, %L, %L)', t.expected,
          'a token ' || t.what || ' is ' || t.expected,
              'GET', '/contacts', t.signed || '.' || translate(encode(decode(s.hex, 'hex'), 'base64'), E'+/=\n', '-_'))
  from tokens t join signatures s using (number) order by number \gexec
select t.signed || '.' as unsigned, t.signed || '.' || translate(encode(decode(s.hex, 'hex'), 'base64'), E'+/=\n',
          '-_') as good
  from tokens t join signatures s using (number) where number = 1 \gset
select is(outcome, '401 token_invalid', 'another token''s signature does not fit')
  from pg_temp.answer('GET', '/contacts', :'unsigned' || split_part(:'token', '.', 3));

-- What was accepted once is looked at anew each time.
update rowhouse.keys set retired_at = clock_timestamp() where id = :'kid';
select is(outcome, '401 token_invalid', 'when its key is retired a token fails at once')
  from pg_temp.answer('GET', '/contacts', :'good');
update rowhouse.keys set retired_at = null where id = :'kid';
select is(outcome, '200', 'and works again when the key does') from pg_temp.answer('GET', '/contacts', :'good');
delete from rowhouse.keys where id = :'kid';
select is(outcome, '401 token_invalid', 'when its key is gone, too') from pg_temp.answer('GET', '/contacts', :'good');

update rowhouse_private.sessions set idle_until = clock_timestamp() where id = :'session';
select is(outcome, '401 token_expired', 'when the session has idled out the token fails at once')
  from pg_temp.answer('GET', '/contacts', :'token');
update rowhouse_private.sessions set expires_at = clock_timestamp() where id = :'session';
select is(outcome, '401 token_expired', 'and when it has ended') from pg_temp.answer('GET', '/contacts', :'token');
update rowhouse_private.sessions set expires_at = clock_timestamp() + interval '1 day', revoked_at = clock_timestamp() where id = :'session';
select is(outcome, '401 token_revoked', 'and when it is revoked') from pg_temp.answer('GET', '/contacts', :'token');
update rowhouse_private.sessions set revoked_at = null, idle_until = expires_at where id = :'session';
select pg_temp.make_member(:'a', :'ana', 'agent') \gset
select is(outcome, '200', 'a role that changed is known at once: permissions of the old one')
  from pg_temp.answer('GET', '/contacts', :'token');
select is(s.role, 'agent', 'which its sessions know') from rowhouse_private.sessions s where s.id = :'session';
select pg_temp.make_role(:'a', 'tap', '{contacts:read}') \gset
select pg_temp.make_member(:'a', :'ana', 'tap') \gset
select pg_temp.make_role(:'a', 'tap', '{}') \gset
select is(outcome, '403 permission_denied', 'a permission taken from the role is missing at once')
  from pg_temp.answer('GET', '/contacts', :'token');
delete from app.memberships where tenant_id = :'a' and user_id = :'ana';
select is(outcome, '401 token_invalid', 'with the membership the session is gone')
  from pg_temp.answer('GET', '/contacts', :'token');
select pg_temp.clean_up() \gset
select * from finish();
