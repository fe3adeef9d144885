-- Invitations: who is asked by mail to join an account, and as what.

create table app.invitations (
    tenant_id uuid not null references app.accounts (tenant_id),
    id uuid not null default rowhouse.uuid_v7(),
    email app.email not null,
    role app.slug not null,
    invited_by uuid default rowhouse.user_id() references rowhouse_private.users (id) on delete set null (invited_by),
    expires_at timestamptz not null default clock_timestamp() + interval '7 days',
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    constraint invitations_email_key unique (tenant_id, email),
    constraint invitations_role_fkey foreign key (tenant_id, role)
        references app.roles (tenant_id, name) on delete cascade);
create index on app.invitations (tenant_id, role);
create index on app.invitations (invited_by);
comment on table app.invitations is
    'who is asked to join; the e-mail is in lower case, the token of the mail a ticket; accepted ones are deleted';

create type api.invitation as (
    id uuid, email text, role text, invited_by uuid, expires_at timestamptz, created_at timestamptz,
    updated_at timestamptz);
comment on type api.invitation is 'somebody who is asked to join the account, and as what';

-- definitions

select rowhouse.error('invitation_exists', 409, 'The address is invited already', constraint_name => 'invitations_email_key');

set local role rowhouse_system;

create or replace function rowhouse_private.tg_invitations__check() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    new.email := lower(new.email);
    perform rowhouse_private.check_role_grantable(new.tenant_id, new.role, 'role');
    if exists (select from app.memberships m where m.tenant_id = new.tenant_id and m.email = new.email) then
        perform rowhouse.refuse('member_exists', 'GET /members lists them.');
    end if;
    return new;
end
$$;
comment on function rowhouse_private.tg_invitations__check() is
'Nobody invites to a role that holds more than they do, nor a member.';
grant execute on function rowhouse_private.tg_invitations__check() to rowhouse_owner;

create or replace function rowhouse_private.tg_invitations__mail() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    token constant text := rowhouse_private.issue_ticket(
        'invitation', new.expires_at - clock_timestamp(), null, new.tenant_id, new.id);
    inviter rowhouse_private.users;
begin
    select * into inviter from rowhouse_private.users u where u.id = new.invited_by;
    perform rowhouse_private.send_mail(
        new.email, 'invitation',
        coalesce((select u.locale from rowhouse_private.users u where u.email = new.email), inviter.locale),
        jsonb_build_object('account', a.name, 'inviter', coalesce(inviter.name, a.name),
                           'link', rowhouse_private.link('/accept-invitation?token=' || token)),
        new.tenant_id)
       from app.accounts a
      where a.tenant_id = new.tenant_id;
    return null;
end
$$;
comment on function rowhouse_private.tg_invitations__mail() is
'Mails an invitation, with a token that is good as long as it is. One by an API key is the account''s.';
grant execute on function rowhouse_private.tg_invitations__mail() to rowhouse_owner;

create or replace function rowhouse_private.tg_invitations__spend() returns trigger
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from rowhouse_private.tickets t
     where t.tenant_id = old.tenant_id
       and t.purpose = 'invitation'
       and t.subject_id = old.id;
    return null;
end
$$;
comment on function rowhouse_private.tg_invitations__spend() is
'The token of an invitation goes with it.';
grant execute on function rowhouse_private.tg_invitations__spend() to rowhouse_owner;

set local role rowhouse_owner;

create or replace trigger _200_check before insert on app.invitations
    for each row execute function rowhouse_private.tg_invitations__check();
create or replace trigger _300_mail after insert on app.invitations
    for each row execute function rowhouse_private.tg_invitations__mail();
create or replace trigger _300_spend after delete on app.invitations
    for each row execute function rowhouse_private.tg_invitations__spend();
