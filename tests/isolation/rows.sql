-- Values and rows of whatever there is, by types and foreign keys.

-- A value of the type that was not made before, where the type has that many.
create function pg_temp.fresh(type oid) returns text language plpgsql as $$
declare
    digits constant text := lpad((random() * 1e10)::bigint::text, 11, '1');
    word text;
begin
    foreach word in array coalesce((select array_agg(e.enumlabel::text) from pg_enum e where e.enumtypid = type),
                                   '{}'::text[])
        || array['w' || digits, '{}', '1', 'w' || digits || '@example.com', '+55' || digits, 'https://w' || digits || '.example',
                 '2026-01-31', 'true', '192.0.2.1', '#ffffff', 'abcdefgh' || digits, rowhouse.uuid_v7()::text, 'w', 'W', 'en'] loop
        begin
            execute format('select %L::%s', word, type::regtype);
            return word;
        exception when data_exception or check_violation then null;
        end;
    end loop;
    return null;
end
$$;

create function pg_temp.has_column(relation regclass, name text) returns boolean language sql as $$
    select exists (select from pg_attribute a where a.attrelid = relation and a.attname = name and not a.attisdropped)
$$;

-- Tables whose rows have ids that a request could name. People and tenants are made first, by name.
create view pg_temp.tables as
    select c.oid::regclass as name from pg_class c
     where c.relkind in ('r', 'p') and not c.relispartition
       and c.relnamespace in (select oid from pg_namespace where nspname in ('app', 'rowhouse_private', 'rowhouse'))
       and pg_temp.has_column(c.oid, 'tenant_id') and pg_temp.has_column(c.oid, 'id')
     order by c.oid;

-- A row that a foreign key of a tenant's row may refer to: the oldest, so that new ones stay free.
create function pg_temp.parent(relation regclass, tenant uuid, person uuid) returns jsonb language plpgsql as $$
declare
    found jsonb;
begin
    execute format('select to_jsonb(t) from %s t where %s order by %s limit 1', relation, concat_ws(' and ', 'true',
        case when pg_temp.has_column(relation, 'tenant_id') then format('t.tenant_id = %L', tenant) end,
        case when pg_temp.has_column(relation, 'user_id') then format('t.user_id = %L', person) end,
        case relation when 'rowhouse_private.users'::regclass then format('t.id = %L', person)
                      when 'rowhouse_private.tenants'::regclass then format('t.id = %L', tenant) end),
        case when pg_temp.has_column(relation, 'id') then 't.id' else 't.ctid' end) into found;
    return found;
end
$$;

-- A live token of the tenant's oldest instance, which has routes of its own; it sorts before all keys.
create function pg_temp.keep_token(tenant uuid, person uuid) returns void language plpgsql as $$
declare
    token constant uuid := overlay(tenant::text placing '00000000' from 1);
    instance uuid := pg_temp.parent('app.instances', tenant, person) ->> 'id';
begin
    instance := coalesce(instance, pg_temp.new_row('app.instances', tenant, person));
    if exists (select from app.api_keys k where k.id = token and k.instance_id = instance and k.revoked_at is null) then
        return;
    end if;
    delete from app.api_keys k where k.id = token;
    insert into app.api_keys (tenant_id, id, kind, name, permissions, instance_id, secret_hash, expires_at)
    values (tenant, token, 'instance', pg_temp.fresh('app.short_text'::regtype), '{}', instance, pg_temp.fresh('text'::regtype), 'infinity');
end
$$;

-- Makes a row of a tenant and returns its id; rows that it needs are made too.
create function pg_temp.new_row(relation regclass, tenant uuid, person uuid) returns uuid language plpgsql as $$
declare
    made jsonb := jsonb_build_object('tenant_id', tenant, 'user_id', person, 'id', rowhouse.uuid_v7(),
                                     'verified_at', clock_timestamp(), 'idle_until', clock_timestamp() + interval '1 day', 'expires_at', clock_timestamp() + interval '1 day');
    key record;
begin
    -- A user is member of an account once: each row is of somebody new.
    if relation = 'app.memberships'::regclass then
        person := pg_temp.new_person(tenant, 'agent');
        return (select m.id from app.memberships m where m.tenant_id = new_row.tenant and m.user_id = person);
    end if;
    if relation = 'app.api_keys'::regclass then
        perform pg_temp.keep_token(tenant, person);
    end if;
    for key in select k.confrelid::regclass as parent, k.conkey, k.confkey from pg_constraint k
                where k.conrelid = relation and k.contype = 'f' loop
        if pg_temp.parent(key.parent, tenant, person) is null then
            perform pg_temp.new_row(key.parent, tenant, person);
        end if;
        select made || jsonb_object_agg(mine.attname, pg_temp.parent(key.parent, tenant, person) -> theirs.attname) into made
          from unnest(key.conkey, key.confkey) pair (mine, theirs)
          join pg_attribute mine on mine.attrelid = relation and mine.attnum = pair.mine
          join pg_attribute theirs on theirs.attrelid = key.parent and theirs.attnum = pair.theirs;
    end loop;
    select made || coalesce(jsonb_object_agg(a.attname, pg_temp.fresh(a.atttypid)), '{}') into made
      from pg_attribute a join pg_type t on t.oid = a.atttypid
     where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and not made ? a.attname
       and not a.atthasdef and (a.attnotnull or t.typcategory = 'S');
    execute format('insert into %1$s (%2$s) select %2$s from jsonb_populate_record(null::%1$s, %3$L)', relation,
                   (select string_agg(quote_ident(n), ', ') from jsonb_object_keys(made) n where pg_temp.has_column(relation, n)), made);
    return made ->> 'id';
end
$$;

-- Somebody who belongs to a tenant.
create function pg_temp.new_person(tenant uuid, role text) returns uuid language plpgsql as $$
declare
    person constant uuid := rowhouse.uuid_v7();
begin
    insert into rowhouse_private.users (id, name, email, password_hash)
    values (person, pg_temp.fresh('app.short_text'::regtype), pg_temp.fresh('app.email'::regtype), 'none');
    insert into app.roles (tenant_id, name) values (tenant, role) on conflict do nothing;
    insert into app.memberships (tenant_id, user_id, role) values (tenant, person, role);
    return person;
end
$$;

create function pg_temp.new_tenant() returns uuid language plpgsql as $$
declare
    tenant constant uuid := rowhouse.uuid_v7();
begin
    insert into rowhouse_private.tenants (id, slug) values (tenant, pg_temp.fresh('app.slug'::regtype));
    insert into app.accounts (tenant_id, name) values (tenant, pg_temp.fresh('app.short_text'::regtype));
    return tenant;
end
$$;

-- An access token of a session of its own.
create function pg_temp.new_token(tenant uuid, person uuid, is_revoked boolean) returns text language plpgsql as $$
declare
    session constant uuid := pg_temp.new_row('rowhouse_private.sessions', tenant, person);
begin
    if is_revoked then
        update rowhouse_private.sessions s set revoked_at = clock_timestamp() where s.id = session;
    end if;
    return rowhouse.issue_access_token(session, person, tenant);
end
$$;

-- Everything that there is of a tenant and a person, so that no change of it goes unseen, but for
-- when they were last seen themselves.
-- In an order of its own: that of the catalog changes with its statistics.
create function pg_temp.state_of(tenant uuid, person uuid) returns text language plpgsql as $$
declare
    relation regclass;
    rows text;
    state text := (select u::text from rowhouse_private.users u where u.id = person);
begin
    for relation in select c.oid::regclass from pg_class c
                     where c.relkind in ('r', 'p') and not c.relispartition and pg_temp.has_column(c.oid, 'tenant_id')
                       and c.relnamespace in (select oid from pg_namespace where nspname in ('app', 'rowhouse_private', 'rowhouse')) order by c.oid loop
        execute format('select string_agg(r.text, '' '' order by r.text) from %s t, lateral (select (to_jsonb(t) - ''{last_seen_at,last_used_at}''::text[])::text) r (text) where tenant_id = %L', relation, tenant) into rows;
        state := concat(state, relation, rows);
    end loop;
    return md5(state);
end
$$;

-- What may not appear in an answer to anybody else: ids, and words that no other tenant has.
create function pg_temp.marks_of(tenant uuid, person uuid) returns table (mark text) language plpgsql as $$
declare
    place record;
begin
    for place in select c.oid::regclass as relation, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
                   join pg_type t on t.oid = a.atttypid
                  where c.relkind in ('r', 'p') and pg_temp.has_column(c.oid, 'tenant_id') and a.attnum > 0 and not a.attisdropped
                    and c.relnamespace in (select oid from pg_namespace where nspname in ('app', 'rowhouse_private', 'rowhouse'))
                    and (t.typcategory = 'S' or t.oid = 'uuid'::regtype) loop
        return query execute format('select distinct t.%I::text from %s t where t.tenant_id = %L and length(t.%1$I::text) > 9',
                                    place.attname, place.relation, tenant);
    end loop;
    return query select unnest(array[u.email::text, u.name::text]) from rowhouse_private.users u where u.id = person;
    return query select t.slug::text from rowhouse_private.tenants t where t.id = tenant;
end
$$;

-- What the columns of that name hold of a tenant, and not of the other one.
create function pg_temp.words_of(tenant uuid, name text, other uuid) returns setof text language plpgsql as $$
declare
    relation regclass;
begin
    for relation in select t.name from pg_temp.tables t where pg_temp.has_column(t.name, words_of.name) loop
        return query execute format('select distinct t.%I::text from %s t where t.tenant_id = %L and t.%1$I is not null
                                        and t.%1$I not in (select o.%1$I from %2$s o where o.tenant_id = %4$L and o.%1$I is not null) limit 3',
                                    name, relation, tenant, other);
    end loop;
end
$$;
