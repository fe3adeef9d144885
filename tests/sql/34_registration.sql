-- Registration by mail, and what a confirmed address changes.
\ir helpers.psql
select no_plan();
select person as ana from pg_temp.make_tenant('alba') \gset
create function pg_temp.register(slug text, email text, more jsonb default '{}', headers text default '') returns table (outcome text, raw text, headers text, body jsonb) language sql as $$
    select outcome, raw, headers, body from pg_temp.answer('POST', '/auth/register', null, (more || jsonb_build_object(
        'account', jsonb_build_object('name', 'New', 'slug', slug),
        'user', jsonb_build_object('name', 'Nora', 'email', email, 'password', 'a good password')))::text, E'x-request-id: tap\r\nx-trace-id: 00000000000000000000000000000001\r\n' || headers)
$$;
create function pg_temp.log_in(email text, password text default 'a good password') returns text language sql as $$
    select outcome from pg_temp.answer('POST', '/auth/login', null, jsonb_build_object('email', email, 'password', password)::text)
$$;
create function pg_temp.verify(token text) returns table (outcome text, body jsonb) language sql as $$
    select outcome, body from pg_temp.answer('POST', '/auth/email/verify', null, jsonb_build_object('token', token)::text)
$$;
create function pg_temp.is_verified(address text) returns boolean language sql as $$
    select u.email_verified_at is not null from rowhouse_private.users u where u.email = address
$$;
-- Mails that were sent so long ago.
create function pg_temp.age_mails(age interval) returns void language sql as $$ update rowhouse_private.mail_counts set at = at - age $$;

-- Open, as in development.
select is(current_setting('rowhouse.registration') || ' ' || rowhouse_private.registration_mode(), 'auto open', 'in development registration is open');
select outcome, body->>'access_token' as token from pg_temp.register('tap-nova', 'nora@tap.example') \gset nora_
select is(:'nora_outcome'::text, '201', 'whoever registers is logged in');
select is(array_agg(subject), '{Confirm your e-mail address}', 'and asked by mail to confirm the address') from pg_temp.mails_to('nora@tap.example');
select ok(not pg_temp.is_verified('nora@tap.example'), 'which nobody has done yet');
select is(body->>'email_verified_at', null, 'the user sees that') from pg_temp.answer('GET', '/me', :'nora_token');
select matches(content, '\nhttp://localhost:8080/verify-email\?token=[A-Za-z0-9_-]{43}\n', 'the mail leads to a page of the frontend') from pg_temp.mails_to('nora@tap.example');
select is(outcome, '204', 'the mail may be sent again') from pg_temp.answer('POST', '/me/email/verification', :'nora_token');
select is(count(*), 1::bigint, 'but not within a minute') from pg_temp.mails_to('nora@tap.example');
select pg_temp.age_mails('1 min') \gset
select is(outcome, '204', 'then') from pg_temp.answer('POST', '/me/email/verification', :'nora_token');
select is(count(*), 2::bigint, 'it is') from pg_temp.mails_to('nora@tap.example');
select pg_temp.age_mails('1 min') from pg_temp.answer('POST', '/me/email/verification', :'nora_token') \gset
select pg_temp.age_mails('1 min') from pg_temp.answer('POST', '/me/email/verification', :'nora_token') \gset
select pg_temp.age_mails('1 min') from pg_temp.answer('POST', '/me/email/verification', :'nora_token') \gset
select pg_temp.age_mails('1 min') from pg_temp.answer('POST', '/me/email/verification', :'nora_token') \gset
select is(count(*), 5::bigint, 'and not more than five times an hour') from pg_temp.mails_to('nora@tap.example');
select outcome, body->>'access_token' as token, body->'session'->>'tenant' as tenant from pg_temp.verify(pg_temp.token_to('nora@tap.example')) \gset in_
select is(concat(:'in_outcome', ' ', :'in_tenant'), '200 tap-nova', 'the token of the mail logs in');
select ok(pg_temp.is_verified('nora@tap.example'), 'and the address is confirmed');
select isnt_empty('select from rowhouse.audit_log l join rowhouse_private.users u on u.id = l.actor_id where u.email = ''nora@tap.example'' and l.event = ''email.verified''', 'which is on the trail');
select is(outcome, '401 ticket_invalid', 'the token is good once') from pg_temp.verify(pg_temp.token_to('nora@tap.example'));
select is_empty('select from rowhouse_private.tickets t join rowhouse_private.users u on u.id = t.user_id where u.email = ''nora@tap.example''', 'and with it go those of the earlier mails');
select is(outcome, '204', 'a confirmed address') from pg_temp.answer('POST', '/me/email/verification', :'in_token');
select is(count(*), 5::bigint, 'is asked no more') from pg_temp.mails_to('nora@tap.example');
select is(outcome, '401 ticket_invalid', 'a token that never was is none') from pg_temp.verify(rowhouse.random_token());
select is(outcome, '401 ticket_invalid', 'nor is one for another purpose')
  from pg_temp.verify(rowhouse_private.issue_ticket('reset_password', '30 min', :'ana'));
select is(outcome, '401 ticket_invalid', 'nor one that is too old') from pg_temp.verify(rowhouse_private.issue_ticket('verify_email', '-1 s', :'ana'));

-- The language.
select is(outcome, '201', 'a language may be given') from pg_temp.register('tap-lingua', 'lia@tap.example', '{"locale": "pt-BR"}', E'accept-language: en\r\n');
select is(subject, 'Confirme seu endereço de e-mail', 'mails are in it') from pg_temp.mails_to('lia@tap.example');
select is(outcome, '422 invalid_request', 'one of two') from pg_temp.register('tap-langue', 'luc@tap.example', '{"locale": "fr"}');
select outcome from pg_temp.register('tap-pt1', 'pt1@tap.example', '{}', E'accept-language: pt-BR,pt;q=0.9,en;q=0.8\r\n') \gset
select outcome from pg_temp.register('tap-pt2', 'pt2@tap.example', '{}', E'accept-language: PT\r\n') \gset
select outcome from pg_temp.register('tap-pt3', 'pt3@tap.example', '{}', E'accept-language: en,pt;q=0.5\r\n') \gset
select outcome from pg_temp.register('tap-pt4', 'pt4@tap.example', '{}', E'accept-language: ptx\r\n') \gset
select results_eq('select email::text, locale::text from rowhouse_private.users where email ~ ''^pt.@tap'' order by 1',
    $$values ('pt1@tap.example', 'pt-BR'), ('pt2@tap.example', 'pt-BR'), ('pt3@tap.example', null), ('pt4@tap.example', null)$$, 'it is what the client prefers');
select is(body->>'locale', 'pt-BR', 'a user changes it') from pg_temp.answer('PATCH', '/me', :'in_token', '{"locale": "pt-BR"}');
select is(body->>'locale', 'pt-BR', 'and leaves it') from pg_temp.answer('PATCH', '/me', :'in_token', '{"name": "Nora N."}');
select is(body->>'locale', null, 'and takes it back') from pg_temp.answer('PATCH', '/me', :'in_token', '{"locale": null}');
select is(outcome, '422 invalid_request', 'but it is one that mails have') from pg_temp.answer('PATCH', '/me', :'in_token', '{"locale": "pt"}');

-- Closed, and as in production.
alter system set rowhouse.registration = 'closed';
select pg_reload_conf() \gset
select pg_sleep(0.5) \gset
select is(outcome, '403 registration_closed', 'closed is closed') from pg_temp.register('tap-closed', 'closed@tap.example');
alter system reset rowhouse.registration;
alter system set rowhouse.environment = 'production';
select pg_reload_conf() \gset
select pg_sleep(0.5) \gset
select is(rowhouse_private.registration_mode(), 'verified', 'in production registration is by mail');
alter system reset rowhouse.environment;
alter system set rowhouse.registration = 'verified';
select pg_reload_conf() \gset
select pg_sleep(0.5) \gset
select is(current_setting('rowhouse.environment') || ' ' || rowhouse_private.registration_mode(), 'development verified', 'and wherever it is said');

-- By mail. Nobody learns whether an address is taken.
select outcome, concat(raw) as raw, headers from pg_temp.register('tap-fresh', 'fresh@tap.example') \gset new_
select outcome, concat(raw) as raw, headers from pg_temp.register('tap-taken', 'Alba@tap.example') \gset taken_
select is(:'new_outcome'::text, '202', 'a registration is accepted');
select is(:'new_raw'::text, ''::text, 'and nobody is logged in');
select unalike(:'new_headers'::text, '%Set-Cookie%', 'not even by a cookie');
select is(concat(:'taken_outcome', :'taken_raw', :'taken_headers'), concat(:'new_outcome', :'new_raw', :'new_headers'), 'a taken address is answered the same, to the letter');
select is(array_agg(subject), '{Confirm your e-mail address}', 'a new one is asked to confirm') from pg_temp.mails_to('fresh@tap.example');
select is(array_agg(subject), '{You already have an account}', 'the owner of a taken one is told') from pg_temp.mails_to('alba@tap.example');
select is_empty('select from app.accounts a join rowhouse_private.tenants t on t.id = a.tenant_id where t.slug = ''tap-taken''', 'no account was made for it');
select is_empty('select from rowhouse_private.users where email ~ ''invalid$''', 'nor a user');
select is(outcome, '409 slug_taken', 'the slug is taken afterwards') from pg_temp.register('tap-fresh', 'other@tap.example');
select is(outcome, '409 slug_taken', 'in either case') from pg_temp.register('tap-taken', 'other@tap.example');
select outcome, concat(raw) as raw, headers from pg_temp.register('tap-again', 'fresh@tap.example') \gset again_
select is(concat(:'again_outcome', :'again_raw', :'again_headers'), concat(:'new_outcome', :'new_raw', :'new_headers'), 'and so is an address that waits to be confirmed');
select is(outcome, '409 slug_taken', 'the slug is taken then too') from pg_temp.register('tap-again', 'another@tap.example');
select is(count(*), 1::bigint, 'its mail is not sent twice in a minute') from pg_temp.mails_to('fresh@tap.example');
select pg_temp.age_mails('1 min') from pg_temp.register('tap-again2', 'fresh@tap.example') \gset
select outcome from pg_temp.register('tap-again3', 'fresh@tap.example') \gset
select is(count(*), 2::bigint, 'afterwards it is') from pg_temp.mails_to('fresh@tap.example');
select is(array_agg(t.slug::text), '{tap-fresh}', 'and nothing else has changed') from app.memberships m join rowhouse_private.tenants t on t.id = m.tenant_id where m.email = 'fresh@tap.example';
select outcome from pg_temp.register('tap-alba1', 'alba@tap.example') \gset
select outcome from pg_temp.register('tap-alba2', 'alba@tap.example') \gset
select outcome from pg_temp.register('tap-alba3', 'alba@tap.example') \gset
select is(count(*), 3::bigint, 'an owner is told three times an hour at most') from pg_temp.mails_to('alba@tap.example');
select is(outcome, '422 weak_password', 'a weak password is refused before anybody is looked for')
  from pg_temp.answer('POST', '/auth/register', null, '{"account": {"name": "A", "slug": "tap-weak"}, "user": {"name": "A", "email": "alba@tap.example", "password": "short"}}');
create temporary table times (kind text, milliseconds numeric);
-- Each in a transaction of its own, in turn.
select format('with t as materialized (select clock_timestamp() as begun), r as materialized (select outcome from pg_temp.register(%L, %L))
               insert into times select %L, extract(epoch from clock_timestamp() - t.begun) * 1000 from t, r where r.outcome = ''202''',
              'tap-time-' || k.kind || n, case k.kind when 'taken' then 'alba@tap.example' else 'time' || n || '@tap.example' end, k.kind)
  from generate_series(1, 15) n, (values ('new'), ('taken')) k (kind) order by n, k.kind \gexec
select is(count(*), 30::bigint, 'thirty registrations') from times;
select cmp_ok(abs(new.median / taken.median - 1)::numeric, '<', 0.35, 'a taken address takes as long as a new one: ' || round(taken.median::numeric, 1) || ' and ' || round(new.median::numeric, 1) || ' ms')
  from (select percentile_cont(0.5) within group (order by milliseconds) from times where kind = 'new') new (median),
       (select percentile_cont(0.5) within group (order by milliseconds) from times where kind = 'taken') taken (median);

-- Who has not confirmed the address does not log in.
select pg_temp.age_mails('1 min') \gset
select is(pg_temp.log_in('fresh@tap.example', 'a wrong password'), '401 invalid_credentials', 'a wrong password says nothing of it');
select is(count(*), 2::bigint, 'and sends nothing') from pg_temp.mails_to('fresh@tap.example');
select is(pg_temp.log_in('fresh@tap.example'), '403 email_unverified', 'the right password does');
select is(count(*), 3::bigint, 'and sends the mail again') from pg_temp.mails_to('fresh@tap.example');
select is(pg_temp.log_in('fresh@tap.example'), '403 email_unverified', 'the second time within a minute') union all
select is(count(*), 3::bigint, 'not') from pg_temp.mails_to('fresh@tap.example');
select is_empty('select from rowhouse_private.sessions s join rowhouse_private.users u on u.id = s.user_id where u.email = ''fresh@tap.example''', 'no session has begun');
select outcome, body->>'access_token' as token from pg_temp.verify(pg_temp.token_to('fresh@tap.example')) \gset fresh_
select is(outcome, '200', 'the token of the mail logs in') from pg_temp.answer('GET', '/me', :'fresh_token');
select is(pg_temp.log_in('fresh@tap.example'), '200', 'and from then on the password does');
select is(pg_temp.log_in('alba@tap.example', 'the password of alba'), '200', 'as it does for whoever was there before');

-- The mail to the owner of a taken address holds a way to choose another password.
select is(outcome, '204', 'who has forgotten that there is an account comes back by the mail')
  from pg_temp.answer('POST', '/auth/password/reset', null, jsonb_build_object('token', pg_temp.token_to('alba@tap.example'), 'password', 'remembered again')::text);
select is(pg_temp.log_in('alba@tap.example', 'remembered again'), '200', 'with another password');

alter system reset rowhouse.registration;
select pg_reload_conf() \gset
select pg_temp.clean_up() \gset
select * from finish();
