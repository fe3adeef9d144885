-- The API's description of itself, published for everybody to read.

create table api.documents (
    name text primary key,
    content text not null);
comment on table api.documents is
    'what anybody may read as it is: the OpenAPI document, built by migrations and not when it is asked for';
select rowhouse.declare_global('api.documents', 'tells of the API, not of a tenant');

-- definitions

grant select on api.documents to rowhouse_public;

create or replace function api.get_openapi() returns json
    language sql stable parallel safe
begin atomic
    select d.content::json from api.documents d where d.name = 'openapi';
end;
comment on function api.get_openapi() is
'This document: the OpenAPI 3.1 description of every endpoint.';
select rowhouse.route('GET', '/openapi.json', 'api.get_openapi', access => 'public');

create or replace function rowhouse_private.publish_openapi() returns void
    language sql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    insert into api.documents as d (name, content)
    values ('openapi', rowhouse.openapi()::text)
    on conflict (name) do update set content = excluded.content
$$;
comment on function rowhouse_private.publish_openapi() is
'Builds the OpenAPI document anew. Migrations do so; superusers call it after changing endpoints by hand.';

create or replace function rowhouse_private.tg_migrations__publish_openapi() returns trigger
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.publish_openapi();
    return null;
end
$$;
comment on function rowhouse_private.tg_migrations__publish_openapi() is
'Publishes the endpoints as a migration has defined them.';

-- A migration that defines anything defines everything anew, in the order of the numbers, and
-- records each file: this one and those after it make the document whole.
create or replace trigger _100_publish_openapi
    after insert or update on rowhouse.migrations
    for each row when (new.kind = 'definitions' and new.name collate "C" >= 'sql/90_meta.sql')
    execute function rowhouse_private.tg_migrations__publish_openapi();

create or replace function rowhouse_private.tg_migrations__system_roles() returns trigger
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform rowhouse_private.refresh_system_roles();
    return null;
end
$$;
comment on function rowhouse_private.tg_migrations__system_roles() is
'Gives system roles the permissions as a migration has defined them.';

create or replace trigger _200_system_roles
    after insert or update on rowhouse.migrations
    for each row when (new.kind = 'definitions' and new.name collate "C" >= 'sql/90_meta.sql')
    execute function rowhouse_private.tg_migrations__system_roles();
