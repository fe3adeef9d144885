-- Invitations as the API shows them.

-- definitions

create or replace function api.list_invitations(_limit integer default 51, _after_id uuid default null)
    returns setof api.invitation
    language sql stable parallel safe
begin atomic
    select i.id, i.email, i.role, i.invited_by, i.expires_at, i.created_at, i.updated_at
      from app.invitations i
     where i.id < coalesce(_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by i.id desc
     limit _limit;
end;
comment on function api.list_invitations(integer, uuid) is
'The invitations that nobody has accepted, the newest first; those that are too old too.';
select rowhouse.route('GET', '/invitations', 'api.list_invitations', permission => 'members:read', keyset => '{id}');

create or replace function api.get_invitation(id uuid) returns setof api.invitation
    language sql stable parallel safe rows 1
begin atomic
    select i.id, i.email, i.role, i.invited_by, i.expires_at, i.created_at, i.updated_at
      from app.invitations i
     where i.id = get_invitation.id;
end;
comment on function api.get_invitation(uuid) is
'An invitation.';
select rowhouse.route('GET', '/invitations/:id', 'api.get_invitation', permission => 'members:read');

create or replace function api.create_invitation(email app.email, role app.slug) returns setof api.invitation
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    made uuid;
begin
    delete from app.invitations i
     where i.email = lower(create_invitation.email)
       and i.expires_at <= clock_timestamp();
    insert into app.invitations as i (email, role)
    values (create_invitation.email, create_invitation.role)
    returning i.id into made;
    perform rowhouse.audit('invitation.created', jsonb_build_object('role', create_invitation.role), 'invitations/' || made);
    return query select * from api.get_invitation(made);
end
$$;
comment on function api.create_invitation(app.email, app.slug) is
'Invites somebody by mail to join as a role that holds no more than the caller does; the token in the mail is good once and for 7 days.';
select rowhouse.route('POST', '/invitations', 'api.create_invitation', permission => 'members:write', status => 201);

create or replace function api.add_member(email app.email, role app.slug) returns setof api.invitation
    language sql volatile parallel unsafe rows 1
begin atomic
    select * from api.create_invitation(add_member.email, add_member.role);
end;
comment on function api.add_member(app.email, app.slug) is
'The same as POST /invitations: somebody becomes a member by accepting.';
select rowhouse.route('POST', '/members', 'api.add_member', permission => 'members:write', status => 202);

create or replace function api.delete_invitation(id uuid) returns setof uuid
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query delete from app.invitations i where i.id = delete_invitation.id returning i.id;
    if found then
        perform rowhouse.audit('invitation.deleted', resource => 'invitations/' || delete_invitation.id);
    end if;
end
$$;
comment on function api.delete_invitation(uuid) is
'Takes an invitation back: the token in its mail is good no more.';
select rowhouse.route('DELETE', '/invitations/:id', 'api.delete_invitation', permission => 'members:write', status => 204);

set local role rowhouse_system;

create or replace function rowhouse_private.admit_user(
    known uuid, email text, name app.short_text, password text
) returns uuid
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    admitted uuid;
begin
    if name is null or password is null then
        perform rowhouse.refuse('missing_value', 'Somebody new gives a name and a password.',
                                concat_ws(',', case when name is null then 'name' end,
                                          case when password is null then 'password' end));
    end if;
    perform rowhouse_private.check_password(password, 'password');
    if known is not null then
        update rowhouse_private.users u set name = admit_user.name where u.id = known;
        perform rowhouse_private.replace_password(known, password);
        return known;
    end if;
    insert into rowhouse_private.users (name, email, password_hash, email_verified_at, locale)
    values (admit_user.name, admit_user.email, rowhouse.hash_password(password), clock_timestamp(),
            rowhouse_private.preferred_locale())
    returning id into admitted;
    return admitted;
end
$$;
comment on function rowhouse_private.admit_user(uuid, text, app.short_text, text) is
'Makes the user of an address that was just shown to be theirs. Where somebody registered it without showing that, the user becomes theirs: another password, and no session stays.';

create or replace function api.accept_invitation(
    token text, name app.short_text default null, password text default null
) returns setof api.membership
    language plpgsql volatile security definer parallel unsafe rows 1
    set search_path = pg_catalog, pg_temp
as $$
declare
    ticket constant rowhouse_private.tickets := rowhouse_private.present_ticket(token, 'invitation');
    accepted app.invitations;
    known rowhouse_private.users;
begin
    if ticket.subject_id is null then
        return;
    end if;
    delete from app.invitations i
     where i.tenant_id = ticket.tenant_id
       and i.id = ticket.subject_id
    returning * into accepted;
    if not found then
        perform rowhouse.reject('ticket_invalid', 'The invitation was taken back.');
        return;
    end if;
    perform rowhouse_private.lock_address(accepted.email);
    select * into known from rowhouse_private.users u where u.email = accepted.email;
    if known.email_verified_at is null then
        known.id := rowhouse_private.admit_user(known.id, accepted.email, name, password);
    end if;
    insert into app.memberships (tenant_id, user_id, role)
    values (accepted.tenant_id, known.id, accepted.role);
    perform rowhouse.audit_for(accepted.tenant_id, known.id, 'invitation.accepted', '{}', 'invitations/' || accepted.id);
    perform rowhouse.audit_for(accepted.tenant_id, known.id, 'member.joined', jsonb_build_object('role', accepted.role));
    return query
        select t.id, t.slug::text, a.name::text, accepted.role::text
          from rowhouse_private.tenants t
          join app.accounts a on a.tenant_id = t.id
         where t.id = accepted.tenant_id;
end
$$;
comment on function api.accept_invitation(text, app.short_text, text) is
'Makes whoever got the mail a member. Somebody new, or who never confirmed the address, gives a name and a password; then the client logs in.';
select rowhouse.route('POST', '/invitations/accept', 'api.accept_invitation', access => 'public', lane => 'slow',
                      rate => 'auth');

set local role rowhouse_owner;
