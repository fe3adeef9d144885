-- Instances: a tenant's connections to WhatsApp.

create table app.instances (
    tenant_id uuid not null references app.accounts (tenant_id),
    id uuid not null default rowhouse.uuid_v7(),
    name app.short_text not null,
    phone app.phone,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    constraint instances_name_key unique (tenant_id, name));
comment on table app.instances is
    'a connection to WhatsApp, by the number it speaks for';

create type api.instance as (
    id uuid, name text, phone text, created_at timestamptz, updated_at timestamptz);
comment on type api.instance is 'a WhatsApp connection';

-- definitions

select rowhouse.error('instance_exists', 409, 'The instance exists already', constraint_name => 'instances_name_key');

select rowhouse_private.permit('instances:read', 'viewer', 'See the WhatsApp connections');
select rowhouse_private.permit('instances:write', 'admin', 'Add, change and delete WhatsApp connections');

create or replace function api.list_instances(_limit integer default 51, _after_id uuid default null)
    returns setof api.instance
    language sql stable parallel safe
begin atomic
    select i.id, i.name, i.phone, i.created_at, i.updated_at
      from app.instances i
     where i.id < coalesce(_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by i.id desc
     limit _limit;
end;
comment on function api.list_instances(integer, uuid) is
'The WhatsApp connections, the newest first.';
select rowhouse.route('GET', '/instances', 'api.list_instances', permission => 'instances:read', keyset => '{id}');

create or replace function api.get_instance(id uuid) returns setof api.instance
    language sql stable parallel safe rows 1
begin atomic
    select i.id, i.name, i.phone, i.created_at, i.updated_at
      from app.instances i
     where i.id = get_instance.id;
end;
comment on function api.get_instance(uuid) is
'A WhatsApp connection; the token of an instance sees its own.';
select rowhouse.route('GET', '/instances/:id', 'api.get_instance', access => 'instance', permission => 'instances:read');

create or replace function api.create_instance(name app.short_text, phone app.phone default null)
    returns setof api.instance
    language sql volatile parallel unsafe rows 1
begin atomic
    insert into app.instances as i (name, phone)
    values (create_instance.name, create_instance.phone)
    returning i.id, i.name, i.phone, i.created_at, i.updated_at;
end;
comment on function api.create_instance(app.short_text, app.phone) is
'Adds a WhatsApp connection.';
select rowhouse.route('POST', '/instances', 'api.create_instance', permission => 'instances:write', status => 201);

create or replace function api.update_instance(
    id uuid, name app.short_text default null, phone app.phone default null, _given text[] default '{}'
) returns setof api.instance
    language sql volatile parallel unsafe rows 1
begin atomic
    update app.instances i
       set name = case when 'name' = any (_given) then update_instance.name else i.name end,
           phone = case when 'phone' = any (_given) then update_instance.phone else i.phone end
     where i.id = update_instance.id
    returning i.id, i.name, i.phone, i.created_at, i.updated_at;
end;
comment on function api.update_instance(uuid, app.short_text, app.phone, text[]) is
'Changes the fields of a WhatsApp connection that are given.';
select rowhouse.route('PATCH', '/instances/:id', 'api.update_instance', permission => 'instances:write');

create or replace function api.delete_instance(id uuid) returns setof uuid
    language sql volatile parallel unsafe rows 1
begin atomic
    delete from app.instances i
     where i.id = delete_instance.id
    returning i.id;
end;
comment on function api.delete_instance(uuid) is
'Deletes a WhatsApp connection, and the keys and tokens that are for it alone.';
select rowhouse.route('DELETE', '/instances/:id', 'api.delete_instance', permission => 'instances:write', status => 204);
