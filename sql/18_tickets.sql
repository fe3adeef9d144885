-- Tickets: secrets that are sent to somebody to come back with, once and not for long.

create table rowhouse_private.tickets (
    token_hash bytea primary key,
    purpose text not null,
    user_id uuid references rowhouse_private.users (id) on delete cascade,
    tenant_id uuid references rowhouse_private.tenants (id) on delete cascade,
    subject_id uuid,
    expires_at timestamptz not null,
    created_at timestamptz not null default clock_timestamp());
create index on rowhouse_private.tickets (user_id, purpose);
create index on rowhouse_private.tickets (tenant_id);
comment on table rowhouse_private.tickets is
    'what was sent to somebody to come back with, by the hash of its token; a spent one is deleted';
select rowhouse.declare_global('rowhouse_private.tickets', 'presented before a tenant is known');

-- definitions

grant select, insert, update, delete on rowhouse_private.tickets to rowhouse_system;

select rowhouse.error('ticket_invalid', 401, 'The token is not valid');

set local role rowhouse_system;

create or replace function rowhouse_private.issue_ticket(
    purpose text, life interval, user_id uuid default null, tenant_id uuid default null, subject_id uuid default null
) returns text
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    token constant text := rowhouse.random_token(32);
begin
    delete from rowhouse_private.tickets t
     where t.expires_at < clock_timestamp()
       and t.user_id = issue_ticket.user_id;
    insert into rowhouse_private.tickets (token_hash, purpose, user_id, tenant_id, subject_id, expires_at)
    values (rowhouse.hash_token(token), issue_ticket.purpose, issue_ticket.user_id, issue_ticket.tenant_id,
            issue_ticket.subject_id, clock_timestamp() + life);
    return token;
end
$$;
comment on function rowhouse_private.issue_ticket(text, interval, uuid, uuid, uuid) is
'A secret for one purpose, such as reset_password, that lives so long and is about that user, tenant and row. Only its hash is kept.';

create or replace function rowhouse_private.find_ticket(token text, purpose text) returns rowhouse_private.tickets
    language sql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select t.*
      from rowhouse_private.tickets t
     where t.token_hash = rowhouse.hash_token(token)
       and t.purpose = find_ticket.purpose
       and t.expires_at > clock_timestamp()
       for update
$$;
comment on function rowhouse_private.find_ticket(text, text) is
'The ticket of a token, locked until the transaction ends so that it is spent once; NULL when it is unknown, for another purpose, spent or too old. Spend it by deleting it.';

set local role rowhouse_owner;
