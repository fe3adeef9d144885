-- Jobs: work that outlives its request, done by the worker after the request has committed.

create table rowhouse_private.jobs (
    id uuid primary key default rowhouse.uuid_v7(),
    kind text not null constraint jobs_kind_shape check (kind ~ '^[a-z][a-z0-9_]{0,62}$'),
    payload bytea not null,
    tenant_id uuid,
    run_at timestamptz not null,
    attempts integer not null default 0,
    leased_until timestamptz,
    fence bigint not null default 0,
    last_error text,
    created_at timestamptz not null default clock_timestamp(),
    failed_at timestamptz);
create index on rowhouse_private.jobs (run_at) where failed_at is null;
comment on table rowhouse_private.jobs is
    'work to be done; payload is sealed, fence tells of each claim apart, failed_at says that no attempt is left; a finished job is deleted';
select rowhouse.declare_global('rowhouse_private.jobs', 'the worker takes them past all tenants, and some have none');

-- definitions

grant usage on schema rowhouse_private to rowhouse_worker;
grant select, insert, update, delete on rowhouse_private.jobs to rowhouse_system;

set local role rowhouse_system;

create or replace function rowhouse_private.enqueue(
    kind text, payload jsonb, tenant_id uuid default null, run_at timestamptz default clock_timestamp()
) returns uuid
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    job_id uuid;
begin
    insert into rowhouse_private.jobs as j (kind, payload, tenant_id, run_at)
    values (enqueue.kind, rowhouse.seal_secret(enqueue.payload::text, 'job ' || enqueue.kind),
            enqueue.tenant_id, enqueue.run_at)
    returning j.id into job_id;
    notify rowhouse_jobs;
    return job_id;
end
$$;
comment on function rowhouse_private.enqueue(text, jsonb, uuid, timestamptz) is
'Adds a job to the caller''s transaction: it exists, and wakes the worker, if that commits. Raises RH503 without a key.';

create or replace function rowhouse_private.attempts_of_a_job() returns integer
    language sql immutable parallel safe
return 10;
comment on function rowhouse_private.attempts_of_a_job() is
'How often a job is tried before it is left to people.';

create or replace function rowhouse_private.pause_after(attempts integer) returns interval
    language sql volatile parallel restricted
return (array['5 s', '30 s', '2 min', '10 min', '1 h', '2 h', '4 h', '8 h']::interval[])[least(attempts, 8)]
       -- Apart from each other, so that what failed together does not come back together.
       * (0.8 + 0.4 * random());
comment on function rowhouse_private.pause_after(integer) is
'How long a job rests after that many attempts: from seconds to hours, give or take a fifth.';

create or replace function rowhouse_private.give_up_job(id uuid, error text) returns void
    language sql volatile parallel unsafe
begin atomic
    update rowhouse_private.jobs j
       set failed_at = clock_timestamp(),
           leased_until = null,
           last_error = left(give_up_job.error, 500)
     where j.id = give_up_job.id;
end;
comment on function rowhouse_private.give_up_job(uuid, text) is
'Leaves a job to people: no worker claims it any more.';

create or replace function rowhouse_private.claim_jobs(kinds text[], lease interval, max_jobs integer)
    returns table (id uuid, fence bigint, kind text, attempts integer, payload jsonb)
    language plpgsql volatile security definer parallel unsafe rows 1
    set search_path = pg_catalog, pg_temp
as $$
declare
    present constant timestamptz := clock_timestamp();
    job rowhouse_private.jobs;
begin
    for job in
        select j.*
          from rowhouse_private.jobs j
         where j.failed_at is null
           and j.run_at <= present
           and (j.leased_until is null or j.leased_until <= present)
           and j.kind = any (kinds)
         order by j.run_at
         limit max_jobs
           for update skip locked
    loop
        -- A worker that ends in the middle says nothing of it: such attempts count too.
        if job.attempts >= rowhouse_private.attempts_of_a_job() then
            perform rowhouse_private.give_up_job(job.id, coalesce(job.last_error, 'no worker came back from it'));
            continue;
        end if;
        begin
            payload := rowhouse.open_secret(job.payload, 'job ' || job.kind);
        exception when internal_error then
            -- One that nobody can read must not stand in the way of the others.
            perform rowhouse_private.give_up_job(job.id, 'the payload cannot be opened');
            continue;
        end;
        update rowhouse_private.jobs j
           set leased_until = clock_timestamp() + lease,
               fence = j.fence + 1,
               attempts = j.attempts + 1
         where j.id = job.id
        returning j.id, j.fence, j.kind, j.attempts into id, fence, kind, attempts;
        return next;
    end loop;
end
$$;
comment on function rowhouse_private.claim_jobs(text[], interval, integer) is
'For the worker: takes jobs that are due, the longest waiting first, and opens them. Until the lease ends nobody else gets them. Raises RH503 without a key.';

create or replace function rowhouse_private.finish_job(id uuid, fence bigint) returns boolean
    language sql volatile security definer parallel unsafe
begin atomic
    with finished as (
        delete from rowhouse_private.jobs j
         where j.id = finish_job.id
           and j.fence = finish_job.fence
           and j.leased_until is not null
        returning j.id)
    select exists (select from finished);
end;
comment on function rowhouse_private.finish_job(uuid, bigint) is
'For the worker: the job is done and goes away. False when another claim has it by now.';

create or replace function rowhouse_private.fail_job(id uuid, fence bigint, error text) returns boolean
    language sql volatile security definer parallel unsafe
begin atomic
    with failed as (
        update rowhouse_private.jobs j
           set leased_until = null,
               run_at = clock_timestamp() + rowhouse_private.pause_after(j.attempts),
               last_error = left(fail_job.error, 500),
               failed_at = case when j.attempts >= rowhouse_private.attempts_of_a_job() then clock_timestamp() end
         where j.id = fail_job.id
           and j.fence = fail_job.fence
           and j.leased_until is not null
        returning j.id)
    select exists (select from failed);
end;
comment on function rowhouse_private.fail_job(uuid, bigint, text) is
'For the worker: the attempt failed; the job comes back later, or is given up after the last. False when another claim has it by now.';

grant execute on function rowhouse_private.claim_jobs(text[], interval, integer),
    rowhouse_private.finish_job(uuid, bigint), rowhouse_private.fail_job(uuid, bigint, text)
    to rowhouse_worker;

set local role rowhouse_owner;
