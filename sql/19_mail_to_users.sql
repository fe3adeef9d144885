-- Mails to users, the links in them, and how many of them anybody can bring about.

create table rowhouse_private.mail_counts (
    subject text not null,
    id uuid not null default rowhouse.uuid_v7(),
    at timestamptz not null default clock_timestamp(),
    primary key (subject, id));
create index on rowhouse_private.mail_counts (at);
comment on table rowhouse_private.mail_counts is
    'mails of the last hour that strangers can ask for, by template and a hash of the address, whether a user has it or not';
select rowhouse.declare_global('rowhouse_private.mail_counts', 'counted before a user is known');

-- definitions

select rowhouse.error('email_unverified', 403, 'The e-mail address is not confirmed');

grant select, insert, update, delete on rowhouse_private.mail_counts to rowhouse_system;

set local role rowhouse_system;

create or replace function rowhouse_private.may_mail(
    template text, email text, allowed integer, pause interval default '0'
) returns boolean
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    counted constant text := template || ' ' || encode(rowhouse.hash_token(lower(email)), 'hex');
begin
    perform pg_advisory_xact_lock(hashtextextended('rowhouse mail ' || counted, 0));
    -- More than one comes in, so that the table does not grow.
    delete from rowhouse_private.mail_counts c
     where (c.subject, c.id) in (select o.subject, o.id
                                   from rowhouse_private.mail_counts o
                                  where o.at <= clock_timestamp() - interval '1 hour'
                                  order by o.at
                                  limit 10
                                    for update skip locked);
    insert into rowhouse_private.mail_counts (subject)
    select counted
      from rowhouse_private.mail_counts c
     where c.subject = counted
       and c.at > clock_timestamp() - interval '1 hour'
    having count(*) < allowed
       and coalesce(max(c.at) <= clock_timestamp() - pause, true);
    return found;
end
$$;
comment on function rowhouse_private.may_mail(text, text, integer, interval) is
'Whether a mail that anybody can ask for may go to an address, and counts it: so many in an hour, with a pause between two.';

create or replace function rowhouse_private.mail_user(user_id uuid, template text, parameters jsonb default '{}')
    returns void
    language sql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select rowhouse_private.send_mail(u.email, template, u.locale, jsonb_build_object('name', u.name) || parameters)
      from rowhouse_private.users u
     where u.id = mail_user.user_id
$$;
comment on function rowhouse_private.mail_user(uuid, text, jsonb) is
'Sends a mail to a user, by name and in their language.';

create or replace function rowhouse_private.lock_address(email text) returns void
    language sql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select pg_advisory_xact_lock(hashtextextended('rowhouse address ' || lower(email), 0))
$$;
comment on function rowhouse_private.lock_address(text) is
'One at a time: whoever finds that an address is nobody''s makes its user before another looks.';

create or replace function rowhouse_private.preferred_locale() returns app.locale
    language sql stable parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
    select case when rowhouse.request_header('accept-language') ~* '^\s*pt\M' then 'pt-BR' end::app.locale
$$;
comment on function rowhouse_private.preferred_locale() is
'The language that the client prefers, where it is Portuguese.';

create or replace function rowhouse_private.registration_mode() returns text
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select case when s.chosen <> 'auto' then s.chosen
                when current_setting('rowhouse.environment') = 'production' then 'verified'
                else 'open' end
      from (select current_setting('rowhouse.registration')) s (chosen)
$$;
comment on function rowhouse_private.registration_mode() is
'What rowhouse.registration comes to: open, verified or closed.';

create or replace function rowhouse_private.must_verify(user_id uuid) returns boolean
    language sql stable parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
    select u.email_verified_at is null and rowhouse_private.registration_mode() = 'verified'
      from rowhouse_private.users u
     where u.id = must_verify.user_id
$$;
comment on function rowhouse_private.must_verify(uuid) is
'Whether a user has to confirm the address before logging in.';

create or replace function rowhouse_private.mail_verification(user_id uuid) returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    if rowhouse_private.may_mail('verify_email', u.email, 5, '1 min')
       from rowhouse_private.users u where u.id = mail_verification.user_id then
        perform rowhouse_private.mail_user(mail_verification.user_id, 'verify_email', jsonb_build_object(
                    'link', rowhouse_private.link('/verify-email?token=' || rowhouse_private.issue_ticket(
                                'verify_email', '24 hours', mail_verification.user_id))));
    end if;
end
$$;
comment on function rowhouse_private.mail_verification(uuid) is
'Mails a link that confirms the user''s address, good for a day; once a minute and five times an hour at most.';

create or replace function rowhouse_private.present_ticket(token text, purpose text) returns rowhouse_private.tickets
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    network constant text := 'network ' || rowhouse.client_network();
    presented rowhouse_private.tickets;
begin
    if rowhouse_private.is_refused_for(rowhouse_private.seconds_until_allowed(
           network, current_setting('rowhouse.login_failures_per_address')::integer)) then
        return null;
    end if;
    presented := rowhouse_private.find_ticket(present_ticket.token, present_ticket.purpose);
    if presented.token_hash is null then
        if network is not null then
            perform rowhouse_private.count_failure_of(network);
        end if;
        perform rowhouse.audit_stranger('ticket.refused');
        perform rowhouse.reject('ticket_invalid', 'Ask for a new one.');
    end if;
    return presented;
end
$$;
comment on function rowhouse_private.present_ticket(text, text) is
'For endpoints: find_ticket(), but what is not found is rejected and counts as a failed login of the network. NULL then: return at once.';

set local role rowhouse_owner;
