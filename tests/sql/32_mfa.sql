-- The second factor of a login: set up, asked for, spent, taken away.
\ir helpers.psql
\ir mfa.psql
select no_plan();
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b, person as ben from pg_temp.make_tenant('boris') \gset

-- Turned off, as it is at first.
select is(current_setting(name), value, 'the standard of ' || name)
  from (values ('rowhouse.mfa_enabled', 'off'), ('rowhouse.mfa_required_for_admin', 'off'),
               ('rowhouse.mfa_issuer_name', 'Rowhouse'), ('rowhouse.step_up_life', '10min')) v (name, value);
select * from pg_temp.log_in('alba') \gset off_
select is(:'off_outcome'::text, '200', 'while it is off a login is as ever');
select is((:'off_body'::jsonb - '{access_token,refresh_token,device_id,session}'::text[]),
          '{"token_type": "Bearer", "expires_in": 900, "mfa_required": false, "mfa_token": null}', 'and says that nothing more is asked');
select format('select is(outcome, ''409 mfa_disabled'', %L) from pg_temp.ask(''POST'', %L, %L, %L)', path, path, :'off_token', sent)
  from (values ('/auth/mfa/enable', null), ('/auth/mfa/confirm', '{"code": "123456"}'), ('/auth/mfa/verify', '{"code": "123456"}'),
               ('/auth/mfa/disable', '{"code": "123456", "password": "x"}'), ('/auth/mfa/backup-codes/regenerate', '{}'),
               ('/auth/login/mfa-verify', '{"mfa_token": "x", "code": "123456"}')) v (path, sent) \gexec
select is(outcome, '200', 'what tells the state answers all the same') from pg_temp.ask('GET', '/auth/mfa/status', :'off_token');

select pg_temp.set('mfa_enabled', 'on') \gexec
select pg_temp.set('mfa_issuer_name', 'Rowhouse & Co') \gexec
select pg_temp.reload() \g /dev/null

-- Setting it up.
select * from pg_temp.log_in('alba') \gset one_
select is(:'one_body'::jsonb->>'mfa_required', 'false', 'who has none is asked for none');
select is(body, '{"enabled": false, "confirmed_at": null, "backup_codes_left": 0, "required": false}', 'the state says so')
  from pg_temp.ask('GET', '/auth/mfa/status', :'one_token');
select is(outcome, '409 mfa_not_enabled', 'nothing is confirmed before there is a secret')
  from pg_temp.ask('POST', '/auth/mfa/confirm', :'one_token', '{"code": "123456"}');
select is(outcome, '409 mfa_not_enabled', 'nor verified') from pg_temp.ask('POST', '/auth/mfa/verify', :'one_token', '{"code": "123456"}');
select outcome, body->>'secret' as secret, body->>'otpauth_uri' as uri, body->>'qr_svg' as svg
  from pg_temp.ask('POST', '/auth/mfa/enable', :'one_token') \gset first_
select is(:'first_outcome'::text, '200', 'a secret is made');
select outcome, body->>'secret' as secret, body->>'otpauth_uri' as uri, body->>'qr_svg' as svg
  from pg_temp.ask('POST', '/auth/mfa/enable', :'one_token') \gset
select isnt(:'secret'::text, :'first_secret'::text, 'another one as long as none is confirmed');
select is(:'uri'::text, rowhouse.totp_uri('Rowhouse & Co', 'alba@tap.example', :'secret'), 'with its URI, under the name of the setting');
select is(:'svg'::text, rowhouse.qr_svg(:'uri'), 'and the picture of it');
select is(position(convert_to(:'secret', 'UTF8') in secret), 0, 'the table holds it sealed') from rowhouse_private.factors where user_id = :'ana';
select is(rowhouse.open_secret(secret, 'totp ' || user_id), :'secret'::text, 'for this user') from rowhouse_private.factors where user_id = :'ana';
select throws_ok(format('select rowhouse.open_secret(secret, %L) from rowhouse_private.factors where user_id = %L', 'totp ' || :'ben', :'ana'),
                 'XX000', null, 'and no other');
select is(body->>'mfa_required', 'false', 'before it is confirmed no login asks for it') from pg_temp.log_in('alba');
select is(outcome, '403 wrong_code', 'the code of the forgotten secret confirms nothing')
  from pg_temp.ask('POST', '/auth/mfa/confirm', :'one_token', jsonb_build_object('code', pg_temp.code(:'first_secret')));
select pg_temp.code(:'secret') as code \gset
select outcome, body->'backup_codes' as codes from pg_temp.ask('POST', '/auth/mfa/confirm', :'one_token', jsonb_build_object('code', :'code')) \gset confirmed_
select is(:'confirmed_outcome'::text, '200', 'a right code confirms it');
select is(count(distinct c), 10::bigint, 'which gives ten backup codes') from jsonb_array_elements_text(:'confirmed_codes') c;
select matches(c, '^([a-z2-7]{4}-){3}[a-z2-7]{4}$', 'each of 80 bits') from jsonb_array_elements_text(:'confirmed_codes') c;
select matches(code_hash, '^[a-z0-9]+\$argon2id\$', 'and kept as Argon2id') from rowhouse_private.backup_codes where user_id = :'ana';
select is(outcome, '409 mfa_already_enabled', 'then no other is made') from pg_temp.ask('POST', '/auth/mfa/enable', :'one_token');
select is(outcome, '409 mfa_already_enabled', 'nor confirmed') from pg_temp.ask('POST', '/auth/mfa/confirm', :'one_token', '{"code": "123456"}');
select is(body - 'confirmed_at', '{"enabled": true, "backup_codes_left": 10, "required": false}', 'the state says so')
  from pg_temp.ask('GET', '/auth/mfa/status', :'one_token');
select is(count(*), 1::bigint, 'its user is told') from pg_temp.mails_to('alba@tap.example') where subject = 'Your second factor is on';

-- Logging in.
select * from pg_temp.log_in('alba') \gset in_
select is(:'in_body'::jsonb - 'mfa_token',
          '{"access_token": null, "token_type": null, "expires_in": 300, "refresh_token": null, "device_id": null, "session": null, "mfa_required": true}',
          'a login now gives nothing but a challenge');
select is(pg_temp.cookie(:'in_headers', 'rh_refresh'), null, 'and no cookie');
select is(outcome, '401 invalid_credentials', 'a wrong password does not even give that')
  from pg_temp.ask('POST', '/auth/login', null, '{"email": "alba@tap.example", "password": "wrong"}');
select is(outcome, '403 wrong_code', 'the code that confirmed is spent')
  from pg_temp.ask('POST', '/auth/login/mfa-verify', null, jsonb_build_object('mfa_token', :'in_challenge', 'code', :'code'));
select pg_temp.next_step() \g /dev/null
select outcome, body, headers, body->>'access_token' as token
  from pg_temp.ask('POST', '/auth/login/mfa-verify', null, jsonb_build_object('mfa_token', :'in_challenge', 'code', pg_temp.code(:'secret'), 'device_name', 'phone')) \gset two_
select is(:'two_outcome'::text, '200', 'a fresh one gives tokens');
select bag_eq(format('select jsonb_object_keys(%L)', :'two_body'), format('select jsonb_object_keys(%L)', :'off_body'), 'the same as any login');
select is(outcome, '200', 'which work') from pg_temp.ask('GET', '/me', :'two_token');
select is(pg_temp.cookie(:'two_headers', 'rh_trust'), null, 'no device is remembered unasked');
select is(outcome, '401 ticket_invalid', 'the challenge is spent')
  from pg_temp.ask('POST', '/auth/login/mfa-verify', null, jsonb_build_object('mfa_token', :'in_challenge', 'code', pg_temp.code(:'secret', 1)));
select is(outcome, '401 ticket_invalid', 'another text is none')
  from pg_temp.ask('POST', '/auth/login/mfa-verify', null, jsonb_build_object('mfa_token', 'x', 'code', pg_temp.code(:'secret', 1)));
select * from pg_temp.log_in('alba') \gset in_
update rowhouse_private.tickets set expires_at = expires_at - interval '4 minutes 55 seconds' where user_id = :'ana' and purpose = 'login_mfa';
select is(count(*), 1::bigint, 'a challenge is good for five minutes') from rowhouse_private.tickets where user_id = :'ana' and purpose = 'login_mfa' and expires_at > clock_timestamp();
update rowhouse_private.tickets set expires_at = expires_at - interval '6 seconds' where user_id = :'ana' and purpose = 'login_mfa';
select is(outcome, '401 ticket_invalid', 'and no longer')
  from pg_temp.ask('POST', '/auth/login/mfa-verify', null, jsonb_build_object('mfa_token', :'in_challenge', 'code', pg_temp.code(:'secret', 1)));
select * from pg_temp.log_in('alba') \gset in_
update rowhouse_private.users set password_hash = rowhouse.hash_password('the password of alba') where id = :'ana';
select is(outcome, '401 ticket_invalid', 'a new password ends it')
  from pg_temp.ask('POST', '/auth/login/mfa-verify', null, jsonb_build_object('mfa_token', :'in_challenge', 'code', pg_temp.code(:'secret', 1)));

-- One step to either side, and never back.
update rowhouse_private.factors set last_step = null;
select format('select is(outcome, %L, ''a code %s steps away'') from pg_temp.ask(''POST'', ''/auth/mfa/verify'', %L, jsonb_build_object(''code'', pg_temp.code(%L, %s)))',
              case when abs(n) = 2 then '403 wrong_code' else '204' end, n, :'one_token', :'secret', n)
  from unnest('{-2,-1,0,1,2}'::integer[]) n \gexec
select format('select is(outcome, ''403 wrong_code'', ''spent: the code %s steps away'') from pg_temp.ask(''POST'', ''/auth/mfa/verify'', %L, jsonb_build_object(''code'', pg_temp.code(%L, %s)))',
              n, :'one_token', :'secret', n)
  from unnest('{-1,0,1}'::integer[]) n \gexec

-- Five failures, and the right code does not help; over sessions and challenges alike.
delete from rowhouse_private.login_failures;
update rowhouse_private.factors set last_step = null;
select * from pg_temp.log_in('alba') \gset in_
select format('select is(outcome, ''403 wrong_code'', ''guess %s'') from pg_temp.ask(''POST'', %L, %L, %L)', n,
              case when n % 2 = 0 then '/auth/mfa/verify' else '/auth/login/mfa-verify' end, case when n % 2 = 0 then :'one_token' end,
              '{"code": "12345"}'::jsonb || case when n % 2 = 0 then '{}' else jsonb_build_object('mfa_token', :'in_challenge') end)
  from generate_series(1, 5) n \gexec
select outcome, pg_temp.header(headers, 'Retry-After') as wait
  from pg_temp.ask('POST', '/auth/login/mfa-verify', null, jsonb_build_object('mfa_token', :'in_challenge', 'code', pg_temp.code(:'secret'))) \gset locked_
select is(:'locked_outcome'::text, '429 too_many_attempts', 'the sixth is refused, though it is right');
select ok(:'locked_wait'::integer between 870 and 900, 'for 15 minutes');
select is(outcome, '429 too_many_attempts', 'in a session too') from pg_temp.ask('POST', '/auth/mfa/verify', :'one_token', jsonb_build_object('code', pg_temp.code(:'secret')));
select is(outcome, '429 too_many_attempts', 'and a backup code is') from pg_temp.ask('POST', '/auth/mfa/verify', :'one_token', jsonb_build_object('code', :'confirmed_codes'::jsonb->>0));
select is(body->>'mfa_required', 'true', 'the password is still taken') from pg_temp.log_in('alba');
update rowhouse_private.login_failures set at = at - interval '15 minutes';
select is(outcome, '200', 'then the challenge that is still good is passed')
  from pg_temp.ask('POST', '/auth/login/mfa-verify', null, jsonb_build_object('mfa_token', :'in_challenge', 'code', pg_temp.code(:'secret')));
select is_empty('select from rowhouse_private.login_failures where subject like ''mfa %''', 'and the failures are forgotten');

-- Backup codes: once, however typed.
select format('select is(outcome, %L, ''backup code typed as %s'') from pg_temp.ask(''POST'', ''/auth/mfa/verify'', %L, %L)',
              expected, typed, :'one_token', jsonb_build_object('code', typed))
  from (values (1, :'confirmed_codes'::jsonb->>0, '204'), (2, :'confirmed_codes'::jsonb->>0, '403 wrong_code'),
               (3, upper(:'confirmed_codes'::jsonb->>1), '204'), (4, replace(:'confirmed_codes'::jsonb->>2, '-', '  '), '204'),
               (5, '  ' || replace(:'confirmed_codes'::jsonb->>3, '-', '') || ' ', '204'), (6, left(:'confirmed_codes'::jsonb->>4, -1), '403 wrong_code'),
               (7, rowhouse.backup_code(), '403 wrong_code')) v (n, typed, expected) order by n \gexec
select is(body->>'backup_codes_left', '6', 'four are spent') from pg_temp.ask('GET', '/auth/mfa/status', :'one_token');
select * from pg_temp.log_in('alba') \gset in_
select is(outcome, '200', 'a login may be passed by one')
  from pg_temp.ask('POST', '/auth/login/mfa-verify', null, jsonb_build_object('mfa_token', :'in_challenge', 'code', :'confirmed_codes'::jsonb->>5));
select is(count(*), 5::bigint, 'its user is told each time') from pg_temp.mails_to('alba@tap.example') where subject = 'A backup code was used';
select ok(bool_or(content ~ 'Codes left: 5'), 'and how many are left') from pg_temp.mails_to('alba@tap.example');
select body->'backup_codes' as codes, outcome from pg_temp.ask('POST', '/auth/mfa/backup-codes/regenerate', :'one_token') \gset new_
select is(jsonb_array_length(:'new_codes'), 10, 'there are ten new ones when asked for');
select is(outcome, '403 wrong_code', 'the old ones are none any more') from pg_temp.ask('POST', '/auth/mfa/verify', :'one_token', jsonb_build_object('code', :'confirmed_codes'::jsonb->>6));
select is(outcome, '204', 'the new ones are') from pg_temp.ask('POST', '/auth/mfa/verify', :'one_token', jsonb_build_object('code', :'new_codes'::jsonb->>0));

-- What asks for a fresh code.
update rowhouse_private.sessions set verified_at = verified_at - interval '10 minutes' where user_id = :'ana';
select is(outcome, '403 step_up_required', 'ten minutes later codes are not made anew for the asking') from pg_temp.ask('POST', '/auth/mfa/backup-codes/regenerate', :'one_token', '{}');
select is(outcome, '403 wrong_password', 'nor by a wrong password') from pg_temp.ask('POST', '/auth/mfa/backup-codes/regenerate', :'one_token', '{"password": "wrong"}');
select is(outcome, '200', 'by the password they are') from pg_temp.ask('POST', '/auth/mfa/backup-codes/regenerate', :'one_token', '{"password": "the password of alba"}');
select pg_temp.next_step() \g /dev/null
select is(outcome, '204', 'and after a fresh code') from pg_temp.ask('POST', '/auth/mfa/verify', :'one_token', jsonb_build_object('code', pg_temp.code(:'secret')));
select is(outcome, '200', 'of this session') from pg_temp.ask('POST', '/auth/mfa/backup-codes/regenerate', :'one_token', '{}');
select is(outcome, '403 step_up_required', 'and no other') from pg_temp.ask('POST', '/auth/mfa/backup-codes/regenerate', :'two_token', '{}');
select * from pg_temp.log_in('boris') \gset ben_
update rowhouse_private.sessions set verified_at = verified_at - interval '10 minutes' where user_id = :'ben';
select is(outcome, '403 step_up_required', 'nor does an old login set up a factor') from pg_temp.ask('POST', '/auth/mfa/enable', :'ben_token');

-- Taking it away.
select pg_temp.next_step() \g /dev/null
select is(outcome, '403 wrong_password', 'the password is asked for')
  from pg_temp.ask('POST', '/auth/mfa/disable', :'one_token', jsonb_build_object('password', 'wrong', 'code', pg_temp.code(:'secret')));
select is(outcome, '403 wrong_code', 'and a code')
  from pg_temp.ask('POST', '/auth/mfa/disable', :'one_token', '{"password": "the password of alba", "code": "000"}');
update rowhouse_private.users set locale = 'pt-BR' where id = :'ana';
select is(outcome, '204', 'both take it away')
  from pg_temp.ask('POST', '/auth/mfa/disable', :'one_token', jsonb_build_object('password', 'the password of alba', 'code', pg_temp.code(:'secret')));
select is(count(*), 1::bigint, 'the user is told, in their language') from pg_temp.mails_to('alba@tap.example') where subject = 'Seu segundo fator foi desativado';
select is(body->>'mfa_required', 'false', 'logins ask for none') from pg_temp.log_in('alba');
select is_empty(format('select from rowhouse_private.backup_codes where user_id = %L', :'ana'), 'its backup codes are gone');
select bag_eq(format($$select distinct event from rowhouse.audit_log where tenant_id = %L and event ~ '^(mfa|login)'$$, :'a'),
              '{mfa.enrolled,mfa.challenge_passed,mfa.challenge_failed,mfa.backup_code_used,mfa.backup_codes_regenerated,mfa.disabled,login.succeeded,login.failed}'::text[],
              'all of it is on the trail');

select pg_temp.unset_all() \gexec
select pg_temp.reload() \g /dev/null
select * from finish();
select pg_temp.clean_up() \g /dev/null
