-- Two resources that exist for the tests of isolation alone: ids nested in a body, in arrays, in a
-- query, and references between tenants' tables.
set role rowhouse_owner;

create table app.iso_orders (
    tenant_id uuid not null references app.accounts (tenant_id),
    id uuid not null default rowhouse.uuid_v7(),
    contact_id uuid not null,
    note app.short_text,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    foreign key (tenant_id, contact_id) references app.contacts);
create index on app.iso_orders (tenant_id, contact_id);
comment on table app.iso_orders is 'what a contact has ordered';
create type api.iso_order as (id uuid, contact_id uuid, note text, updated_at timestamptz);
comment on type api.iso_order is 'an order';

create table app.iso_labels (
    tenant_id uuid not null references app.accounts (tenant_id),
    id uuid not null default rowhouse.uuid_v7(),
    name app.short_text not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    constraint iso_labels_name_key unique (tenant_id, name));
comment on table app.iso_labels is 'words for orders';
create type api.iso_label as (id uuid, name text);
comment on type api.iso_label is 'a word for orders';

create table app.iso_labelled (
    tenant_id uuid not null references app.accounts (tenant_id),
    label_id uuid not null,
    order_id uuid not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, label_id, order_id),
    foreign key (tenant_id, label_id) references app.iso_labels on delete cascade,
    foreign key (tenant_id, order_id) references app.iso_orders on delete cascade);
create index on app.iso_labelled (tenant_id, order_id);
comment on table app.iso_labelled is 'which orders have which label';

select rowhouse_private.permit('iso:read', 'agent', 'See the things of this suite');
select rowhouse_private.permit('iso:write', 'agent', 'Change the things of this suite');
grant select, insert, update, delete on app.iso_orders, app.iso_labels to rowhouse_tenant;
grant select, insert on app.iso_labelled to rowhouse_tenant;
do $$
declare
    name text;
begin
    foreach name in array array['orders', 'labels', 'labelled'] loop
        execute format('create policy member_select on app.iso_%s for select to rowhouse_tenant using (rowhouse.has_permission(''iso:read''))', name);
        execute format('create policy member_insert on app.iso_%s for insert to rowhouse_tenant with check (rowhouse.has_permission(''iso:write''))', name);
        continue when name = 'labelled';
        execute format('create policy member_update on app.iso_%s for update to rowhouse_tenant using (rowhouse.has_permission(''iso:write'')) with check (rowhouse.has_permission(''iso:write''))', name);
        execute format('create policy member_delete on app.iso_%s for delete to rowhouse_tenant using (rowhouse.has_permission(''iso:write''))', name);
    end loop;
end
$$;

create function api.iso_create_order(contact__id uuid, note app.short_text default null) returns setof api.iso_order
    language sql volatile parallel unsafe rows 1
begin atomic
    insert into app.iso_orders as o (contact_id, note) values (contact__id, iso_create_order.note)
    returning o.id, o.contact_id, o.note, o.updated_at;
end;
create function api.iso_list_orders(contact_id uuid default null, note app.short_text default null, _limit integer default 51, _after_id uuid default null)
    returns setof api.iso_order language sql stable parallel safe
begin atomic
    select o.id, o.contact_id, o.note, o.updated_at from app.iso_orders o
     where (iso_list_orders.contact_id is null or o.contact_id = iso_list_orders.contact_id)
       and (iso_list_orders.note is null or o.note = iso_list_orders.note)
       and o.id < coalesce(_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by o.id desc limit _limit;
end;
create function api.iso_get_order(id uuid) returns setof api.iso_order language sql stable parallel safe rows 1
begin atomic
    select o.id, o.contact_id, o.note, o.updated_at from app.iso_orders o where o.id = iso_get_order.id;
end;
create function api.iso_update_order(id uuid, contact__id uuid) returns setof api.iso_order
    language sql volatile parallel unsafe rows 1
begin atomic
    update app.iso_orders o set contact_id = contact__id where o.id = iso_update_order.id
    returning o.id, o.contact_id, o.note, o.updated_at;
end;
create function api.iso_delete_order(id uuid) returns setof uuid language sql volatile parallel unsafe rows 1
begin atomic
    delete from app.iso_orders o where o.id = iso_delete_order.id returning o.id;
end;
create function api.iso_create_label(name app.short_text) returns setof api.iso_label
    language sql volatile parallel unsafe rows 1
begin atomic
    insert into app.iso_labels as l (name) values (iso_create_label.name) returning l.id, l.name;
end;
create function api.iso_list_labels(ids uuid[] default null, _limit integer default 51, _after_id uuid default null)
    returns setof api.iso_label language sql stable parallel safe
begin atomic
    select l.id, l.name from app.iso_labels l
     where (ids is null or l.id = any (ids)) and l.id < coalesce(_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by l.id desc limit _limit;
end;
create function api.iso_label_orders(id uuid, order_ids uuid[]) returns setof api.iso_label
    language sql volatile parallel unsafe rows 1
begin atomic
    insert into app.iso_labelled (label_id, order_id) select iso_label_orders.id, o from unnest(order_ids) o on conflict do nothing;
    select l.id, l.name from app.iso_labels l where l.id = iso_label_orders.id;
end;
do $$
declare
    f regprocedure;
begin
    for f in select oid from pg_proc where pronamespace = 'api'::regnamespace and proname like 'iso\_%' loop
        execute format('comment on function %s is ''of the tests of isolation''', f);
    end loop;
end
$$;
select rowhouse.route('POST', '/iso-orders', 'api.iso_create_order', permission => 'iso:write', status => 201);
select rowhouse.route('GET', '/iso-orders', 'api.iso_list_orders', permission => 'iso:read', keyset => '{id}');
select rowhouse.route('GET', '/iso-orders/:id', 'api.iso_get_order', permission => 'iso:read');
select rowhouse.route('PATCH', '/iso-orders/:id', 'api.iso_update_order', permission => 'iso:write');
select rowhouse.route('DELETE', '/iso-orders/:id', 'api.iso_delete_order', permission => 'iso:write', status => 204);
select rowhouse.route('GET', '/iso-labels', 'api.iso_list_labels', permission => 'iso:read', keyset => '{id}');
select rowhouse.route('POST', '/iso-labels', 'api.iso_create_label', permission => 'iso:write', status => 201);
select rowhouse.route('PUT', '/iso-labels/:id/orders', 'api.iso_label_orders', permission => 'iso:write');
reset role;
