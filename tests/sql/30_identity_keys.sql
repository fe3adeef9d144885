-- Passwords, keys, tokens and ids.
\ir helpers.psql
select plan(72);

-- Passwords.
select rowhouse.hash_password('a password') as hash \gset
select matches(:'hash'::text,
          '^k[0-9a-f]{12}\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$',
               'a stored password is the pepper''s id and an Argon2id hash of the standard cost');
select ok(rowhouse.verify_password('a password', :'hash'), 'the password fits its hash');
select ok(not rowhouse.verify_password('A password', :'hash'), 'another does not');
select ok(not rowhouse.verify_password('', :'hash'), 'nor does none');
select ok(not rowhouse.verify_password(null, :'hash'), 'nor does null');
select isnt(rowhouse.hash_password('a password'), :'hash'::text, 'each hash has its own salt');
select ok(not rowhouse.verify_password('a password', regexp_replace(:'hash', '^k[0-9a-f]+', '')),
          'without the pepper it does not fit');
select ok(not rowhouse.verify_password('a password', 'k000000000000' || regexp_replace(:'hash', '^k[0-9a-f]+', '')),
          'nor with a pepper that is unknown');
select ok(rowhouse.verify_password(repeat('x', 5000), rowhouse.hash_password(repeat('x', 5000))),
          'a long password is a password');
select ok(not rowhouse.verify_password(repeat('x', 5000), rowhouse.hash_password(repeat('x', 5001))),
          'to its last letter');
select ok(not rowhouse.needs_rehash(:'hash'), 'a fresh hash is good as it is');
select ok(rowhouse.needs_rehash(replace(:'hash', 't=2', 't=1')), 'one of another cost is to be made anew');
select ok(rowhouse.needs_rehash(regexp_replace(:'hash', '^k[0-9a-f]+', '')), 'and one without pepper');

create function pg_temp.time_of(password text, stored text, out is_right boolean, out milliseconds numeric) returns record language plpgsql as $$
declare begun constant timestamptz := clock_timestamp();
begin
    is_right := rowhouse.verify_password(password, stored);
    milliseconds := extract(epoch from clock_timestamp() - begun) * 1000;
end $$;
select ok(not is_right and milliseconds < 10,
          'a hash that is none, or of a huge cost, is not tried: ' || left(stored, 50))
  from unnest(array['', 'x', '$', repeat('$', 10000), '$2b$12$abcdefghijklmnopqrstuv', replace(:'hash', 'argon2id', 'argon2i'), replace(:'hash', 'v=19', 'v=16'),
                    replace(:'hash', 't=2', 't=7'), replace(:'hash', 't=2', 't=100'), replace(:'hash', 't=2', 't=99999999999999999999'), replace(:'hash', 't=2', 't=-2'),
                    replace(:'hash', 'm=19456', 'm=65537'), replace(:'hash', 'm=19456', 'm=262144'), replace(:'hash', 'm=19456', 'm=99999999999999999999'),
                    replace(:'hash', 'p=1', 'p=2'), replace(:'hash', 'p=1', 'p=64'), :'hash' || '$x', :'hash' || repeat('A', 200)]) stored,
       lateral pg_temp.time_of('a password', stored);
create function pg_temp.median_of(stored text) returns numeric language sql as $$
    select percentile_cont(0.5) within group (order by t.milliseconds) from generate_series(1, 7) n, lateral pg_temp.time_of('a password' || n, stored) t
$$;
select cmp_ok(abs(pg_temp.median_of(null) / pg_temp.median_of(:'hash') - 1), '<', 0.5,
          'nobody''s password takes as long to be refused as somebody''s');

-- Secrets that are read again.
select rowhouse.seal_secret('a secret', 'tap') as sealed \gset
select is(rowhouse.open_secret(:'sealed', 'tap'), 'a secret', 'a sealed secret is opened');
select is(rowhouse.open_secret(rowhouse.seal_secret('', 'tap'), 'tap'), '', 'an empty one too');
select isnt(rowhouse.seal_secret('a secret', 'tap')::text, :'sealed', 'sealed twice it looks otherwise');
select throws_ok(format('select rowhouse.open_secret(%L, %L)', sealed, context), 'XX000', null, 'it is not opened ' || reason)
  from (values (:'sealed'::bytea, 'other', 'for another purpose'), (set_byte(:'sealed', 60, 255 - get_byte(:'sealed', 60)), 'tap', 'when it was changed'),
               (set_byte(:'sealed', 3, 0), 'tap', 'without its key'), ('', 'tap', 'when there is nothing'), ('\xff00', 'tap', 'when it is cut')) v (sealed, context, reason);

-- Ids.
select matches(rowhouse.uuid_v7()::text, '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
          'uuid_v7() has the shape of RFC 9562');
create temporary table ids as select n, rowhouse.uuid_v7() as id from generate_series(1, 10000) n;
select is(count(distinct id), 10000::bigint, 'ten thousand are ten thousand') from ids;
select is((select count(*) from (select id < lag(id, 50) over (order by n) as is_less from ids) x where is_less), 0::bigint,
          'each sorts after those made some microseconds before');
select ok(abs(('x' || translate(left(rowhouse.uuid_v7()::text, 13), '-', ''))::bit(48)::bigint - extract(epoch from clock_timestamp()) * 1000) < 1000,
          'they begin with the time, in milliseconds');

-- Tokens.
select is(length(rowhouse.random_token()), 43, 'a token has 32 random bytes');
select matches(rowhouse.random_token(16), '^[A-Za-z0-9_-]{22}$', 'or as many as wanted, as base64url');
select throws_ok(format('select rowhouse.random_token(%s)', n), 'RH422', null, 'but not ' || n)
  from unnest('{15,1025,0,-1}'::integer[]) n;
select is(encode(rowhouse.hash_token(''), 'hex'), '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8',
          'hash_token() is BLAKE2b-256');
select gen_random_uuid() as session \gset
select is(rowhouse.issue_refresh_token(:'session', 3), rowhouse.issue_refresh_token(:'session', 3),
          'a refresh token is derived: the same each time');
select is(session_id || ' ' || generation, :'session' || ' 3', 'and says whose it is')
  from rowhouse.read_refresh_token(rowhouse.issue_refresh_token(:'session', 3));
select is(session_id || '', null, 'any other text says nothing')
  from rowhouse.read_refresh_token('rh_rt_' || rowhouse.random_token(53));

-- The key ring. Rotation is rolled back, so that the installation keeps its keys.
select jwks from rowhouse.jwks() \gset
select is(jsonb_array_length(:'jwks'::jsonb->'keys'), (select count(*)::integer from rowhouse.keys where purpose = 'jwt' and (retired_at is null or retired_at > clock_timestamp())), 'the key set holds the live signing keys');
select bag_eq(format('select jsonb_object_keys(%L::jsonb->''keys''->0)', :'jwks'), '{kty,crv,alg,use,kid,x}'::text[],
          'their public halves alone');
select is(body, :'jwks'::jsonb, 'it is published') from pg_temp.answer('GET', '//.well-known/jwks.json');
select is_empty(format('select from rowhouse.keys where %L like ''%%'' || translate(encode(sealed, ''base64''), ''+/='', ''-_'') || ''%%''', :'jwks'),
          'no sealed key is in it');
create function pg_temp.kid(token text) returns text language sql as $$ select convert_from(decode(rpad(translate(split_part(token, '.', 1), '-_', '+/'), 4 * ((length(split_part(token, '.', 1)) + 3) / 4), '='), 'base64'), 'UTF8')::jsonb->>'kid' $$;
begin;
select id as before
  from rowhouse.keys where purpose = 'jwt' and retired_at is null order by created_at desc limit 1 \gset
select rowhouse.issue_access_token(gen_random_uuid(), gen_random_uuid(), gen_random_uuid()) as old \gset
select rowhouse.rotate_key('jwt', '1 hour') as after \gset
select is(pg_temp.kid(:'old'), :'before'::text, 'before rotation the newest key signs');
select is(pg_temp.kid(rowhouse.issue_access_token(gen_random_uuid(), gen_random_uuid(), gen_random_uuid())), :'after'::text,
          'after it the new one');
select is((select string_agg(k->>'kid', ' ' order by n) from jsonb_array_elements(rowhouse.jwks()::jsonb->'keys') with ordinality k (k, n) where n <= 2), :'after' || ' ' || :'before', 'both are published for the overlap');
select cmp_ok(retired_at, '<=', clock_timestamp() + interval '1 hour', 'after which the old one is retired')
  from rowhouse.keys where id = :'before';
select rowhouse.hash_password('peppered before') as peppered \gset
select rowhouse.rotate_key('pepper') \gset
select ok(rowhouse.verify_password('peppered before', :'peppered'), 'a password peppered before still fits');
select ok(rowhouse.needs_rehash(:'peppered'), 'but is to be hashed anew');
select rowhouse.issue_refresh_token(:'session', 1) as refresh \gset
select rowhouse.rotate_key('refresh', '0') \gset
select is(session_id::text, null, 'a refresh token of a retired key is none')
  from rowhouse.read_refresh_token(:'refresh');
select throws_ok('select rowhouse.rotate_key(''x'')', '23514', null, 'there are no other purposes');
rollback;
select is((select count(*) from rowhouse.keys), (select count(*) from rowhouse.keys k where length(k.sealed) > 40),
          'keys are kept sealed');

-- From one backend to another: a rotation that commits is heard everywhere.
select tenant as a from pg_temp.make_tenant('alba') \gset
select token from pg_temp.login('alba') \gset
\set rotated `:superuser -c "select rowhouse.add_key('jwt')"`
select is(pg_temp.kid(token), :'rotated'::text, 'a key that another session makes signs the next token')
  from pg_temp.login('alba');
select is(outcome, '200', 'and tokens of the older one go on') from pg_temp.answer('GET', '/me', :'token');
select token from pg_temp.login('alba') \gset new_
delete from rowhouse.keys where id = :'rotated';
select is(outcome, '401 token_invalid', 'those of a key that is gone do not')
  from pg_temp.answer('GET', '/me', :'new_token');

select set_eq('select * from rowhouse.production_findings() f where f !~ ''demo''', array(select 'rowhouse.environment is not production' where current_setting('rowhouse.environment') <> 'production'), 'an installation says what keeps it from production');
select rowhouse_private.create_account('Demo', 'tap-demo', 'Demo', 'demo@tap.example', 'a password', true) \gset
select isnt_empty('select from rowhouse.production_findings() f where f ~ ''demo accounts exist.*tap-demo''',
          'demo accounts among them');
select pg_temp.clean_up() \gset
select * from finish();
