-- Contacts: the people a tenant talks to.

create table app.contacts (
    tenant_id uuid not null references app.accounts (tenant_id),
    id uuid not null default rowhouse.uuid_v7(),
    name app.short_text not null,
    phone app.phone,
    email app.email,
    notes app.long_text,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id));
create index on app.contacts (tenant_id, phone);
create index on app.contacts (tenant_id, email);
comment on table app.contacts is
    'the people a tenant talks to';

create type api.contact as (
    id uuid, name text, phone text, email text, notes text,
    created_at timestamptz, updated_at timestamptz);
comment on type api.contact is 'somebody the tenant talks to';

-- definitions

select rowhouse_private.permit('contacts:read', 'viewer', 'See the contacts');
select rowhouse_private.permit('contacts:write', 'agent', 'Add, change and delete contacts');

create or replace function api.list_contacts(
    phone app.phone default null, email app.email default null,
    _limit integer default 51, _after_id uuid default null
) returns setof api.contact
    language sql stable parallel safe
begin atomic
    select c.id, c.name, c.phone, c.email, c.notes, c.created_at, c.updated_at
      from app.contacts c
     where (list_contacts.phone is null or c.phone = list_contacts.phone)
       and (list_contacts.email is null or c.email = lower(list_contacts.email))
       and c.id < coalesce(_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by c.id desc
     limit _limit;
end;
comment on function api.list_contacts(app.phone, app.email, integer, uuid) is
'The contacts, the newest first; of a phone number or an e-mail address alone when given.';
select rowhouse.route('GET', '/contacts', 'api.list_contacts',
                      permission => 'contacts:read', keyset => '{id}');

create or replace function api.get_contact(id uuid) returns setof api.contact
    language sql stable parallel safe rows 1
begin atomic
    select c.id, c.name, c.phone, c.email, c.notes, c.created_at, c.updated_at
      from app.contacts c
     where c.id = get_contact.id;
end;
comment on function api.get_contact(uuid) is
'A contact.';
select rowhouse.route('GET', '/contacts/:id', 'api.get_contact', permission => 'contacts:read');

create or replace function api.create_contact(
    name app.short_text, phone app.phone default null, email app.email default null,
    notes app.long_text default null
) returns setof api.contact
    language sql volatile parallel unsafe rows 1
begin atomic
    insert into app.contacts as c (name, phone, email, notes)
    values (create_contact.name, create_contact.phone, lower(create_contact.email),
            create_contact.notes)
    returning c.id, c.name, c.phone, c.email, c.notes, c.created_at, c.updated_at;
end;
comment on function api.create_contact(app.short_text, app.phone, app.email, app.long_text) is
'Adds a contact.';
select rowhouse.route('POST', '/contacts', 'api.create_contact',
                      permission => 'contacts:write', status => 201);

create or replace function api.update_contact(
    id uuid, name app.short_text default null, phone app.phone default null,
    email app.email default null, notes app.long_text default null, _given text[] default '{}'
) returns setof api.contact
    language sql volatile parallel unsafe rows 1
begin atomic
    update app.contacts c
       set name = case when 'name' = any (_given) then update_contact.name else c.name end,
           phone = case when 'phone' = any (_given) then update_contact.phone else c.phone end,
           email = case when 'email' = any (_given) then lower(update_contact.email) else c.email end,
           notes = case when 'notes' = any (_given) then update_contact.notes else c.notes end
     where c.id = update_contact.id
    returning c.id, c.name, c.phone, c.email, c.notes, c.created_at, c.updated_at;
end;
comment on function api.update_contact(uuid, app.short_text, app.phone, app.email, app.long_text, text[]) is
'Changes the fields of a contact that are given; null empties one.';
select rowhouse.route('PATCH', '/contacts/:id', 'api.update_contact', permission => 'contacts:write');

create or replace function api.delete_contact(id uuid) returns setof uuid
    language sql volatile parallel unsafe rows 1
begin atomic
    delete from app.contacts c
     where c.id = delete_contact.id
    returning c.id;
end;
comment on function api.delete_contact(uuid) is
'Deletes a contact.';
select rowhouse.route('DELETE', '/contacts/:id', 'api.delete_contact',
                      permission => 'contacts:write', status => 204);
