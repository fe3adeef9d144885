-- Jobs: they exist if the request commits, are one worker's at a time, and come back until they are done.
\ir helpers.psql
select no_plan();
\set worker 'psql -XAtq -v VERBOSITY=sqlstate -d "${ROWHOUSE_TEST_WORKER:-user=rowhouse_worker}" 2>&1'
create function pg_temp.job(kind text, payload jsonb default '{"secret": "tap secret"}') returns uuid language sql as $$
    select rowhouse_private.enqueue(kind, payload)
$$;
create function pg_temp.claim(most integer default 1) returns setof record language sql as $$
    select c from rowhouse_private.claim_jobs('{tap}', interval '1 minute', most) c
$$;
-- The lease of a worker that is gone is over.
create function pg_temp.let_leases_end() returns void language sql as $$
    update rowhouse_private.jobs set leased_until = clock_timestamp() - interval '1 ms' where leased_until is not null
$$;
create function pg_temp.make_due() returns void language sql as $$
    update rowhouse_private.jobs set run_at = clock_timestamp() - interval '1 ms'
$$;
create temporary view job as select * from rowhouse_private.jobs where kind like 'tap%';

-- What commits exists, and what does not, does not.
begin;
select pg_temp.job('tap') \gset
rollback;
select is_empty('table job', 'a job goes with the transaction that made it');
listen rowhouse_jobs;
\set heard `psql -XAtqc "listen rowhouse_jobs" -c "select rowhouse_private.enqueue('tap', '{}')" -c "select 1"`
select matches(:'heard'::text, 'Asynchronous notification "rowhouse_jobs"[^"]*received', 'who listens hears of it');
select doesnt_match(:'heard'::text, 'payload', 'and of nothing in it');
unlisten *;
delete from rowhouse_private.jobs where kind = 'tap';

begin;
select pg_temp.job('tap') as job \gset
select is_empty($$select from job j where position('tap secret'::bytea in j.payload) > 0 or encode(j.payload, 'escape') like '%secret%'$$, 'what it holds is sealed in the table');
select matches(:'job'::text, '^.{14}7', 'its id tells its time');
select throws_ok($$select rowhouse_private.enqueue('Tap; x', '{}')$$, '23514', null, 'a kind is a word');
select throws_ok($$select rowhouse_private.enqueue('tap', null)$$, '23502', null, 'there is no job without a payload');

-- Claims.
select is_empty($$select rowhouse_private.claim_jobs('{tap_other}', '1 minute', 9)$$, 'a worker gets the kinds that it knows');
set local role rowhouse_worker;
select id, fence, kind, attempts, payload from rowhouse_private.claim_jobs('{tap}', '1 minute', 9) \gset first_
reset role;
select is(concat_ws(' ', :'first_id', :'first_kind', :'first_attempts'), :'job' || ' tap 1', 'a worker gets the job');
select is(:'first_payload'::jsonb, '{"secret": "tap secret"}', 'opened');
select is_empty('select pg_temp.claim()', 'once: until its lease is over nobody else does');
select pg_temp.let_leases_end() \gset
select id, fence, attempts from rowhouse_private.claim_jobs('{tap}', '1 minute', 9) \gset second_
select is(concat_ws(' ', :'second_id', :'second_attempts'), :'job' || ' 2', 'then somebody else does');
select cmp_ok(:second_fence::bigint, '>', :first_fence::bigint, 'with a higher fence');
set local role rowhouse_worker;
select ok(not rowhouse_private.finish_job(:'job', :first_fence), 'who came too late cannot finish it');
select ok(not rowhouse_private.fail_job(:'job', :first_fence, 'late'), 'nor fail it');
select ok(rowhouse_private.fail_job(:'job', :second_fence, 'no luck'), 'who has it can fail it');
select ok(not rowhouse_private.fail_job(:'job', :second_fence, 'again'), 'once');
select ok(not rowhouse_private.finish_job(:'job', :second_fence), 'and then not finish it');
reset role;
select is(last_error, 'no luck', 'the reason is kept') from job;
select is_empty('select pg_temp.claim()', 'a failed job rests first');
select pg_temp.make_due() \gset
select fence from rowhouse_private.claim_jobs('{tap}', '1 minute', 9) \gset third_
select pg_temp.let_leases_end() \gset
select ok(rowhouse_private.finish_job(:'job', :third_fence), 'a job that nobody else has is finished even after its lease');
select is_empty('table job', 'and is gone');
select ok(not rowhouse_private.finish_job(:'job', :third_fence), 'it is not finished twice');

-- Turns.
select rowhouse_private.enqueue('tap', '3', run_at => clock_timestamp() + interval '1 hour'),
       rowhouse_private.enqueue('tap', '2', run_at => clock_timestamp() - interval '1 hour'),
       rowhouse_private.enqueue('tap', '1', run_at => clock_timestamp() - interval '2 hours') \gset
select is(payload, '1', 'the one that waits the longest comes first') from rowhouse_private.claim_jobs('{tap}', '1 minute', 1);
select bag_eq($$select payload::text from rowhouse_private.claim_jobs('{tap}', '1 minute', 9)$$, '{2}'::text[], 'and none before its time');
delete from rowhouse_private.jobs where kind = 'tap';

-- Back-off and the end of it.
select pg_temp.job('tap') as job \gset
create temporary table pauses (attempt integer, pause double precision);
create function pg_temp.fail(times integer) returns void language plpgsql as $$
declare claimed record;
begin
    for n in 1..times loop
        perform pg_temp.make_due();
        select * into strict claimed from rowhouse_private.claim_jobs('{tap}', '1 minute', 1);
        if not rowhouse_private.fail_job(claimed.id, claimed.fence, repeat('x', 600)) then raise 'not failed'; end if;
        insert into pauses select claimed.attempts, extract(epoch from run_at - clock_timestamp()) from job;
    end loop;
end $$;
select pg_temp.fail(9) \gset
select ok(p.pause between e.seconds * 0.79 and e.seconds * 1.21, format('after attempt %s it rests some %s s: %s', p.attempt, e.seconds, p.pause))
  from pauses p join unnest('{5,30,120,600,3600,7200,14400,28800,28800}'::integer[]) with ordinality e (seconds, attempt) using (attempt);
select is(count(distinct rowhouse_private.pause_after(9)), 20::bigint, 'never exactly so') from generate_series(1, 20);
select is((select failed_at from job), null, 'after nine attempts there is hope');
select pg_temp.fail(1) \gset
select isnt(failed_at, null, 'after ten there is none') from job;
select is(length(last_error), 500, 'the reason is kept, within bounds') from job;
select pg_temp.make_due() \gset
select is_empty('select pg_temp.claim()', 'nobody gets it any more');
delete from rowhouse_private.jobs where kind = 'tap';

-- Jobs that end their workers, and such that cannot be read.
select pg_temp.job('tap') as job \gset
update rowhouse_private.jobs set attempts = 10, leased_until = clock_timestamp() - interval '1 ms', fence = 10 where id = :'job';
select is_empty('select pg_temp.claim()', 'a job from which ten workers did not come back is given up');
select matches(last_error, 'no worker') from job where failed_at is not null;
select ok(not rowhouse_private.finish_job(:'job', 10), 'for good');
select pg_temp.job('tap') as broken \gset
select pg_temp.job('tap') as whole \gset
update rowhouse_private.jobs set payload = set_byte(payload, 60, 255 - get_byte(payload, 60)) where id = :'broken';
select is(c.id, :'whole'::uuid, 'a job that cannot be opened does not keep the others')
  from rowhouse_private.claim_jobs('{tap}', '1 minute', 9) c;
select matches(last_error, 'cannot be opened') from job where id = :'broken' and failed_at is not null;
update rowhouse_private.jobs set leased_until = null, failed_at = clock_timestamp() where id = :'whole';
select is_empty('select pg_temp.claim(9)', 'what was given up for another reason than its attempts is left alone too');
update rowhouse_private.jobs set kind = 'tap_other', failed_at = null where id = :'whole';
select is_empty($$select rowhouse_private.claim_jobs('{tap_other}', '1 minute', 9)$$, 'a payload under another kind is not opened');
rollback;

-- Two at once.
select count(pg_temp.job('tap', to_jsonb(n))) from generate_series(1, 2) n \gset
begin;
select id from rowhouse_private.claim_jobs('{tap}', '1 minute', 1) \gset mine_
\set theirs `:worker -c "select id from rowhouse_private.claim_jobs('{tap}', '1 minute', 9)"`
rollback;
select isnt(:'theirs'::text, :'mine_id'::text, 'what one is claiming the other passes over');
select is(length(:'theirs'), 36, 'without waiting');

-- The worker's login.
create temporary table attempts (number serial, what text, statement text);
insert into attempts (what, statement)
select format(v.what, c.oid::regclass), format(v.statement, c.oid::regclass, a.attname)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum = 1
 cross join (values ('read %s', 'select from %s'), ('write to %s', 'insert into %s default values'), ('change %s', 'update %1$s set %2$I = %2$I'),
                    ('cut %s', 'delete from %s'), ('empty %s', 'truncate %s')) v (what, statement)
 where n.nspname in (select rowhouse.watched_schemas()) and c.relkind in ('r', 'p', 'v');
insert into attempts (what, statement)
select 'become ' || r.rolname, format('set role %I', r.rolname) from pg_roles r where r.rolname like 'rowhouse\_%' and r.rolname <> 'rowhouse_worker';
insert into attempts (what, statement) values
    ('make a job', 'select rowhouse_private.enqueue(''tap'', ''{}'')'), ('open what is sealed', 'select rowhouse.open_secret('''', ''job tap'')'),
    ('send a mail', 'select rowhouse_private.send_mail(''a@b.example'', ''verify_email'', ''en'', ''{}'')'), ('make a table', 'create table rowhouse_private.t ()'),
    ('make a temporary table', 'create temporary table t ()'), ('run PL/pgSQL', 'do $$begin end$$'),
    ('serve a request', 'select rowhouse.handle(''GET'', ''/'', '''', '''', ''192.0.2.1'')');
\set script `mktemp`
\set answers `mktemp`
\pset format unaligned
\pset tuples_only on
select format(E'\\set LAST_ERROR_SQLSTATE 00000\n%s;\n\\echo %s :LAST_ERROR_SQLSTATE', statement, number) from attempts order by number \g :script
\setenv script :script
\setenv answers :answers
\! psql -XAtq -v VERBOSITY=sqlstate -d "${ROWHOUSE_TEST_WORKER:-user=rowhouse_worker}" -f "$script" 2>&1 | grep -E '^[0-9]+ [0-9A-Z]{5}$' >"$answers"
create temporary table answers (number integer, state text);
\copy answers from program 'cat "$answers"; rm -f "$script" "$answers"' (delimiter ' ')
select cmp_ok(count(*), '>', 80::bigint, 'a stolen login of the worker tries much') from attempts;
select is_empty('select a.what, s.state from attempts a left join answers s using (number) where s.state is distinct from ''42501''', 'and may do nothing of it');
select bag_eq($$
    select p.oid::regproc::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname in (select rowhouse.watched_schemas()) and has_function_privilege('rowhouse_worker', p.oid, 'execute')
$$, '{rowhouse_private.claim_jobs,rowhouse_private.finish_job,rowhouse_private.fail_job}'::text[], 'the worker executes three functions of ours, and no other');
delete from rowhouse_private.jobs where kind like 'tap%';
select * from finish();
