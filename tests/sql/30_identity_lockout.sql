-- Guessing passwords: failures are counted by account and by network.
\ir helpers.psql
select plan(55);
select tenant as a, person as ana from pg_temp.make_tenant('alba') \gset
select tenant as b from pg_temp.make_tenant('boris') \gset
create function pg_temp.try_login(name text, password text, client text default '192.0.2.1', out outcome text, out headers text, out body jsonb)
    returns record language sql as $$
    select outcome, headers, body from pg_temp.answer('POST', '/auth/login', null,
        jsonb_build_object('email', name || '@tap.example', 'password', coalesce(password, 'the password of ' || name))::text, client => client)
$$;
select current_setting('rowhouse.login_failures_per_account') as per_account,
       current_setting('rowhouse.login_failures_per_address') as per_address,
       extract(epoch from current_setting('rowhouse.login_failure_window')::interval)::integer as life \gset
select is(array[:per_account, :per_address, :life], '{5,20,900}',
          'the standard is 5 failures of an account and 20 of a network in 15 minutes');

-- An account, from changing addresses.
select format('select is(outcome, ''401 invalid_credentials'', ''failure %s of an account'') from pg_temp.try_login(''alba'', ''wrong'', ''192.0.2.%1$s'')', n)
  from generate_series(1, :per_account - 1) n \gexec
select is(outcome, '200', 'the right password is still taken') from pg_temp.try_login('alba', null);
select format('select is(outcome, ''401 invalid_credentials'', ''failures before it are forgotten: %s'') from pg_temp.try_login(''alba'', ''wrong'', ''192.0.2.1%1$s'')', n)
  from generate_series(1, :per_account) n \gexec
select outcome, pg_temp.header(headers, 'Retry-After') as wait, body
  from pg_temp.try_login('alba', 'wrong', '192.0.2.20') \gset locked_
select is(:'locked_outcome'::text, '429 too_many_attempts', 'then the account is locked, from anywhere');
select cmp_ok(:'locked_wait'::integer, '<=', :life, 'the answer says for how long');
select cmp_ok(:'locked_wait'::integer, '>', :life - 30, 'until the oldest failure that counts is over');
select is(outcome, '429 too_many_attempts', 'the right password does not open it')
  from pg_temp.try_login('alba', null, '192.0.2.21');
select is(outcome, '429 too_many_attempts', 'in whatever case the address is written')
  from pg_temp.answer('POST', '/auth/login', null, '{"email": "ALBA@tap.EXAMPLE", "password": "x"}', client => '192.0.2.21');
select is(outcome, '200', 'other accounts are open') from pg_temp.try_login('boris', null, '192.0.2.20');
select is(count(*), :per_account::bigint, 'while it is locked nothing is counted')
  from rowhouse_private.login_failures where subject = 'account ' || encode(rowhouse.hash_token('alba@tap.example'), 'hex');
update rowhouse_private.login_failures set at = at - interval '15 minutes' where subject like 'account %';
select is(outcome, '200', 'when the failures are old, it opens') from pg_temp.try_login('alba', null, '192.0.2.22');

-- Nobody's account is locked just as well, or a lock would tell who is known.
select format('select is(outcome, ''401 invalid_credentials'', ''failure %s of nobody'') from pg_temp.try_login(''nobody'', ''wrong'', ''192.0.2.3%1$s'')', n)
  from generate_series(1, :per_account) n \gexec
select outcome, body - 'request_id' as body from pg_temp.try_login('nobody', 'wrong', '192.0.2.39') \gset nobody_
select is(:'nobody_outcome'::text, '429 too_many_attempts', 'an unknown account is locked alike');
select is(:'nobody_body'::jsonb, :'locked_body'::jsonb - 'request_id', 'with the same words');

-- A network, at changing accounts: an IPv4 address, and an IPv6 /64.
delete from rowhouse_private.login_failures;
select format('select is(outcome, ''401 invalid_credentials'', ''failure %s of an address'') from pg_temp.try_login(''nobody%1$s'', ''wrong'', ''192.0.2.50'')', n)
  from generate_series(1, :per_address) n \gexec
select is(outcome, '429 too_many_attempts', 'then the address is locked, for right passwords too')
  from pg_temp.try_login('boris', null, '192.0.2.50');
select matches(pg_temp.header(headers, 'Retry-After'), '^[0-9]+$', 'and told to wait')
  from pg_temp.try_login('boris', null, '192.0.2.50');
select is(outcome, '200', 'its neighbour is not') from pg_temp.try_login('boris', null, '192.0.2.51');
select is(outcome, '429 too_many_attempts', 'a success elsewhere does not open it')
  from pg_temp.try_login('boris', null, '192.0.2.50');
insert into rowhouse_private.login_failures (subject) select 'network 2001:db8:0:1::/64' from generate_series(1, :per_address);
select is(outcome, '429 too_many_attempts', 'any address of a locked /64 is locked')
  from pg_temp.try_login('boris', null, '2001:db8:0:1:aaaa::1');
select is(outcome, '200', 'the next /64 is not') from pg_temp.try_login('boris', null, '2001:db8:0:2::1');
select is(outcome, '200', 'without an address no network is counted') from pg_temp.try_login('boris', null, '');
select is_empty($$select from rowhouse_private.login_failures where subject like '%@%'$$, 'no table of failures names an e-mail address');
select is(times, :per_address, 'strangers are one row for each network and minute, with a count')
  from (select sum(times)::integer as times from rowhouse.audit_strangers where source = '192.0.2.50' and event = 'login.failed') s;
select pg_temp.clean_up() \gset
select * from finish();
