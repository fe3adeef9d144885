-- Forgotten passwords: the mail, the token in it, and what a new password ends.
\ir helpers.psql
select no_plan();
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select person as ben from pg_temp.make_tenant('boris') \gset
create function pg_temp.forget(email text, client text default '192.0.2.1') returns table (outcome text, raw text, headers text) language sql as $$
    select outcome, raw, headers from pg_temp.answer('POST', '/auth/password/forgot', null, jsonb_build_object('email', email)::text,
        E'x-request-id: tap\r\nx-trace-id: 00000000000000000000000000000001\r\n', client)
$$;
create function pg_temp.reset(token text, password text default 'a new password', client text default '192.0.2.1') returns text language sql as $$
    select outcome from pg_temp.answer('POST', '/auth/password/reset', null, jsonb_build_object('token', token, 'password', password)::text, '', client)
$$;
create function pg_temp.log_in(email text, password text) returns text language sql as $$
    select outcome from pg_temp.answer('POST', '/auth/login', null, jsonb_build_object('email', email, 'password', password)::text)
$$;
create function pg_temp.outcome(token text) returns text language sql as $$
    select outcome from pg_temp.answer('GET', '/me', token)
$$;
create function pg_temp.events(person uuid, name text) returns bigint language sql as $$
    select count(*) from rowhouse.audit_log l where l.actor_id = person and l.event = name
$$;

-- Asking.
select outcome, concat(raw) as raw, headers from pg_temp.forget('Alba@TAP.example') \gset known_
select outcome, concat(raw) as raw, headers from pg_temp.forget('nobody@tap.example') \gset unknown_
select is(:'known_outcome'::text, '202', 'who has forgotten the password says so');
select is(:'known_raw'::text, ''::text, 'and gets no more than that');
select is(concat(:'unknown_outcome', :'unknown_raw', :'unknown_headers'), concat(:'known_outcome', :'known_raw', :'known_headers'),
          'an unknown address is answered the same, to the letter');
select is(array_agg(subject), '{Choose a new password}', 'a user gets a mail') from pg_temp.mails_to('alba@tap.example');
select matches(content, '^Hello Alba,.*\nhttp://localhost:8080/reset-password\?token=[A-Za-z0-9_-]{43}\n', 'that leads to a page of the frontend') from pg_temp.mails_to('alba@tap.example');
select is_empty('select from pg_temp.mails_to(''nobody@tap.example'')', 'nobody gets none');
select is(count(*), 1::bigint, 'and there is no ticket but one') from rowhouse_private.tickets where purpose = 'reset_password' and (user_id = :'ana' or user_id is null);
select is(pg_temp.events(:'ana', 'password.reset_requested'), 1::bigint, 'it is on the user''s trail');
select is(sum(times), 1::bigint, 'an unknown one is counted by its network') from rowhouse.audit_strangers where event = 'password.reset_requested';
select is(outcome, '422 invalid_request', 'what is no address is refused') from pg_temp.forget('alba');
select outcome from pg_temp.forget('alba@tap.example') \gset
select outcome from pg_temp.forget('alba@tap.example') \gset
select is(outcome, '202', 'the fourth time in an hour is answered the same') from pg_temp.forget('alba@tap.example');
select is(count(*), 3::bigint, 'but sends nothing') from pg_temp.mails_to('alba@tap.example');
select is(pg_temp.events(:'ana', 'password.reset_requested'), 3::bigint, 'and leaves no row on the trail');
update rowhouse_private.mail_counts set at = at - interval '1 hour';
select outcome from pg_temp.forget('alba@tap.example') \gset
select is(count(*), 4::bigint, 'an hour later it does') from pg_temp.mails_to('alba@tap.example');
select is(count(*), 1::bigint, 'what is counted no more is forgotten') from rowhouse_private.mail_counts;
update rowhouse_private.users set locale = 'pt-BR' where id = :'ben';
select outcome from pg_temp.forget('boris@tap.example') \gset
select is(subject, 'Escolha uma nova senha', 'the mail is in the user''s language') from pg_temp.mails_to('boris@tap.example');
-- Each in a transaction of its own, in turn; the known one always gets its mail.
create temporary table times (kind text, milliseconds numeric);
select 'delete from rowhouse_private.mail_counts',
       format('with t as materialized (select clock_timestamp() as begun), r as materialized (select outcome from pg_temp.forget(%L))
               insert into times select %L, extract(epoch from clock_timestamp() - t.begun) * 1000 from t, r where r.outcome = ''202''',
              case k.kind when 'known' then 'alba@tap.example' else 'nobody' || n || '@tap.example' end, k.kind)
  from generate_series(1, 41) n, (values ('known'), ('unknown')) k (kind) order by n, k.kind \gexec
select is(pg_temp.events(:'ana', 'password.reset_requested'), 45::bigint, 'a mail each time');
select is(count(*), 82::bigint, 'eighty-two questions') from times;
select cmp_ok(abs(unknown.median / known.median - 1)::numeric, '<', 0.35, 'an unknown address takes as long as a known one: ' || round(unknown.median::numeric, 2) || ' and ' || round(known.median::numeric, 2) || ' ms')
  from (select percentile_cont(0.5) within group (order by milliseconds) from times where kind = 'known') known (median),
       (select percentile_cont(0.5) within group (order by milliseconds) from times where kind = 'unknown') unknown (median);

-- A token that is good for nothing.
select is(pg_temp.reset(rowhouse.random_token()), '401 ticket_invalid', 'a token that never was is none');
select is(pg_temp.reset(''), '401 ticket_invalid', 'nor is an empty one');
select is(pg_temp.reset(rowhouse_private.issue_ticket('verify_email', '30 min', :'ana')), '401 ticket_invalid', 'nor one for another purpose');
select pg_temp.token_to('boris@tap.example') as token \gset boris_
update rowhouse_private.tickets set expires_at = clock_timestamp() - interval '1 ms' where user_id = :'ben';
select is(pg_temp.reset(:'boris_token'), '401 ticket_invalid', 'nor one that is too old');
select is(pg_temp.log_in('boris@tap.example', 'the password of boris'), '200', 'and the password stays');
select ok(t.expires_at - t.created_at between interval '29 min 59 s' and interval '30 min', 'a token lives 30 minutes')
  from rowhouse_private.tickets t where t.user_id = :'ana' and t.purpose = 'reset_password' limit 1;

-- A new password.
select * from pg_temp.login('alba') \gset one_
select * from pg_temp.login('alba') \gset two_
select * from pg_temp.login('boris') \gset ben_
select pg_temp.token_to('alba@tap.example') as token \gset
update rowhouse_private.users set email_verified_at = null where id = :'ana';
select is(pg_temp.reset(:'token', 'short'), '422 weak_password', 'a weak password is refused');
select is(pg_temp.reset(:'token', 'Password1'), '422 weak_password', 'a common one too');
insert into rowhouse_private.login_failures (subject)
select s.subject from generate_series(1, 5), rowhouse_private.failure_subjects('alba@tap.example') s where s.subject like 'account%';
select is(pg_temp.log_in('alba@tap.example', 'the password of alba'), '429 too_many_attempts', 'who has failed too often is locked out');
select is(pg_temp.reset(:'token'), '204', 'but comes in by the token, which the weak password has not spent');
select is(pg_temp.log_in('alba@tap.example', 'a new password'), '200', 'the new password is good at once');
select is(pg_temp.log_in('alba@tap.example', 'the password of alba'), '401 invalid_credentials', 'the old one is not');
select is(pg_temp.reset(:'token', 'another new password'), '401 ticket_invalid', 'a token is good once');
select is(count(*), 0::bigint, 'the earlier ones are spent with it') from rowhouse_private.tickets where user_id = :'ana';
select is(pg_temp.outcome(:'one_token'), '401 token_revoked', 'every session has ended');
select is(pg_temp.outcome(:'two_token'), '401 token_revoked', 'in all places');
select is(outcome, '401 token_revoked', 'and cannot be refreshed') from pg_temp.answer('POST', '/auth/refresh', null,
    jsonb_build_object('refresh_token', :'one_refresh', 'device_id', :'one_device')::text);
select is(pg_temp.outcome(:'ben_token'), '200', 'other users'' go on');
select is(subject, 'Your password was changed', 'the user is told by mail') from pg_temp.mails_to('alba@tap.example') limit 1;
select is(pg_temp.events(:'ana', 'password.reset'), 1::bigint, 'it is on the trail');
select isnt(email_verified_at, null, 'whoever has the mail has the address') from rowhouse_private.users where id = :'ana';

-- Guessing counts as failing to log in.
delete from rowhouse_private.login_failures;
select format('insert into times select ''guess'', 0 where pg_temp.reset(%L, ''a new password'', ''198.51.100.7'') = ''401 ticket_invalid''', 'guess ' || n) from generate_series(1, 20) n \gexec
select is(pg_temp.reset('guess 21', 'a new password', '198.51.100.7'), '429 too_many_attempts', 'twenty guesses from a network are enough');
select matches(headers, 'Retry-After: [1-9][0-9]*', 'it is told when to come back') from pg_temp.answer('POST', '/auth/password/reset', null,
    '{"token": "guess", "password": "a new password"}', '', '198.51.100.7');
select is(outcome, '429 too_many_attempts', 'with whatever token') from pg_temp.answer('POST', '/auth/email/verify', null, '{"token": "guess"}', '', '198.51.100.7');
select is(outcome, '429 too_many_attempts', 'and password') from pg_temp.answer('POST', '/auth/login', null,
    '{"email": "boris@tap.example", "password": "the password of boris"}', '', '198.51.100.7');
select is(pg_temp.reset('guess'), '401 ticket_invalid', 'other networks go on');
select is(sum(times) >= 20, true, 'the guesses are counted') from rowhouse.audit_strangers where event = 'ticket.refused';
delete from rowhouse.audit_strangers where source << '198.51.100.0/24';

-- What else tells the user.
delete from rowhouse_private.jobs where kind = 'mail';
select rowhouse_private.issue_ticket('reset_password', '30 min', :'ben') as stolen \gset
select is(outcome, '204', 'a changed password') from pg_temp.answer('POST', '/auth/password/change', :'ben_token',
    '{"old_password": "the password of boris", "new_password": "the next password"}');
select is(array_agg(subject), '{Sua senha foi alterada}', 'is told by mail') from pg_temp.mails_to('boris@tap.example');
select is(pg_temp.reset(:'stolen'), '401 ticket_invalid', 'and ends the life of mailed tokens');
select outcome, body->>'refresh_token' as refresh from pg_temp.answer('POST', '/auth/login', null,
    '{"email": "boris@tap.example", "password": "the next password", "device_name": "Boris'' phone"}') \gset spent_
select outcome from pg_temp.answer('POST', '/auth/refresh', null, jsonb_build_object('refresh_token', :'spent_refresh')::text) \gset
select is(count(*), 1::bigint, 'a refresh sends no mail') from pg_temp.mails_to('boris@tap.example');
select is(outcome, '401 token_revoked', 'a spent refresh token ends the session')
  from pg_temp.answer('POST', '/auth/refresh', null, jsonb_build_object('refresh_token', :'spent_refresh')::text);
select is(subject, 'Encerramos uma das suas sessões', 'and a mail tells') from pg_temp.mails_to('boris@tap.example') limit 1;
select matches(content, 'sessão em Boris'' phone', 'which') from pg_temp.mails_to('boris@tap.example') limit 1;
select is(outcome, '401 token_revoked', 'the next time') from pg_temp.answer('POST', '/auth/refresh', null, jsonb_build_object('refresh_token', :'spent_refresh')::text);
select is(count(*), 2::bigint, 'no more is sent') from pg_temp.mails_to('boris@tap.example');

select pg_temp.clean_up() \gset
select * from finish();
