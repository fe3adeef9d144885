-- A new password, and the sessions that end: by it, by a wish, by a login too many.
\ir helpers.psql
select plan(42);
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
create function pg_temp.outcome(token text, method text default 'GET', path text default '/me') returns text language sql as $$
    select outcome from pg_temp.answer(method, path, token)
$$;
create function pg_temp.change(token text, old text, new text) returns text language sql as $$
    select outcome from pg_temp.answer('POST', '/auth/password/change', token,
        jsonb_build_object('old_password', old, 'new_password', new)::text)
$$;
create function pg_temp.log_in_with(password text) returns text language sql as $$
    select outcome from pg_temp.answer('POST', '/auth/login', null,
        jsonb_build_object('email', 'alba@tap.example', 'password', password)::text)
$$;
create function pg_temp.live(person uuid) returns bigint language sql as $$
    select count(*) from rowhouse_private.live_sessions(person)
$$;

-- The other sessions, at a wish.
select * from pg_temp.login('alba') \gset one_
select * from pg_temp.login('alba') \gset two_
select * from pg_temp.login('boris') \gset ben_
select is(pg_temp.outcome(:'two_token', 'DELETE', '/me/sessions'), '204', 'a user ends the other sessions');
select is(pg_temp.outcome(:'one_token'), '401 token_revoked', 'whose tokens fail at once');
select is(outcome, '401 token_revoked', 'the refresh token too') from pg_temp.answer('POST', '/auth/refresh', null,
    jsonb_build_object('refresh_token', :'one_refresh', 'device_id', :'one_device')::text);
select is(pg_temp.outcome(:'two_token'), '200', 'this one goes on');
select is(pg_temp.outcome(:'ben_token'), '200', 'and so do other users''');
select isnt_empty(format('select from rowhouse.audit_log where tenant_id = %L and event = ''sessions.revoked'' and actor_id = %L', :'a', :'ana'),
          'it is on the trail');
select is(pg_temp.outcome(null, 'DELETE', '/me/sessions'), '401 credential_required', 'nobody''s sessions are not ended');

-- A new password.
select * from pg_temp.login('alba') \gset one_
select is(pg_temp.change(:'one_token', 'the password of boris', 'another long password'), '403 wrong_password', 'the present password is asked for');
select is(pg_temp.change(:'one_token', 'the password of alba', 'short'), '422 weak_password', 'the new one has eight characters at least');
select is(pg_temp.change(:'one_token', 'the password of alba', repeat('x', 129)), '422 weak_password', 'and 128 at most');
select is(pg_temp.change(:'one_token', 'the password of alba', 'Password1'), '422 weak_password', 'what everybody takes is refused, in whatever case');
select isnt_empty('select from rowhouse_private.common_passwords offset 11000', 'by a list of eleven thousand');
select is_empty('select from rowhouse.production_findings() f where f ~ ''common passwords''', 'which is there, or production would be told');
select is(pg_temp.change(null, 'the password of alba', 'another long password'), '401 credential_required', 'the password alone is no credential here');
select is(pg_temp.outcome(:'two_token'), '200', 'as yet no session has ended');
select is(pg_temp.log_in_with('the password of alba'), '200', 'and the password is the same');
select is(pg_temp.change(:'one_token', 'the password of alba', 'another long password'), '204', 'it is changed');
select is(pg_temp.log_in_with('the password of alba'), '401 invalid_credentials', 'the old one is none any more');
select is(pg_temp.log_in_with('another long password'), '200', 'the new one is');
select is(pg_temp.outcome(:'two_token'), '401 token_revoked', 'other sessions have ended');
select is(pg_temp.outcome(:'one_token'), '200', 'the one that asked goes on');
select bag_eq(format('select event, count(*) from rowhouse.audit_log where tenant_id = %L and event like ''password.%%'' group by 1', :'a'),
          $$values ('password.changed', 1::bigint), ('password.change_failed', 1)$$, 'both are on the trail');

-- Guesses count as failed logins do.
select format('select is(pg_temp.change(%L, ''a guess'', ''another long password''), ''403 wrong_password'', ''guess %s'')', :'one_token', n)
  from generate_series(1, current_setting('rowhouse.login_failures_per_account')::integer) n \gexec
select is(pg_temp.change(:'one_token', 'another long password', 'a third long password'), '429 too_many_attempts', 'a stolen session cannot guess on');
select is(pg_temp.log_in_with('another long password'), '429 too_many_attempts', 'nor can a login');
delete from rowhouse_private.login_failures;

-- Ten sessions of a user.
update rowhouse_private.users set password_hash = rowhouse.hash_password('the password of alba') where id = :'ana';
select * from pg_temp.login('alba') \gset first_
select format('select is(pg_temp.log_in_with(''the password of alba''), ''200'', ''login %s beside it'')', n)
  from generate_series(1, current_setting('rowhouse.sessions_per_user')::integer - 1) n \gexec
select is(pg_temp.outcome(:'first_token') || ' ' || pg_temp.live(:'ana'), '200 10', 'a user has ten sessions');
select * from pg_temp.login('alba') \gset last_
select is(pg_temp.outcome(:'first_token'), '401 token_revoked', 'one more login ends the oldest');
select is(pg_temp.outcome(:'last_token') || ' ' || pg_temp.live(:'ana'), '200 10', 'and is the tenth');
select isnt_empty(format('select from rowhouse.audit_log where details = jsonb_build_object(''session_id'', %L, ''reason'', ''too_many'') and event = ''session.revoked''', :'first_session'),
          'which is on the trail');
select pg_temp.clean_up() \gset
select * from finish();
