-- What install() makes. Tables and roles made here, not by the extension script, are dumped and
-- restored like any data.

create function rowhouse.install_roles() returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    role record;
begin
    for role in
        select * from (values
            ('rowhouse_owner', 'nologin noinherit'),
            ('rowhouse_system', 'nologin noinherit bypassrls'),
            ('rowhouse_tenant', 'nologin noinherit'),
            ('rowhouse_public', 'nologin noinherit'),
            ('rowhouse_platform', 'nologin noinherit'),
            ('rowhouse_reporting', 'nologin'),
            ('rowhouse_gateway', 'login noinherit connection limit 64'),
            ('rowhouse_worker', 'login noinherit connection limit 16')) r (name, options)
    loop
        if to_regrole(role.name) is null then
            execute format('create role %I %s', role.name, role.options);
        end if;
    end loop;
    for role in select unnest(array['rowhouse_gateway', 'rowhouse_worker']) as name loop
        execute format('alter role %I set log_parameter_max_length = 0', role.name);
        execute format('alter role %I set log_parameter_max_length_on_error = 0', role.name);
        execute format('alter role %I set search_path = pg_catalog, pg_temp', role.name);
        execute format('alter role %I set timezone = %L', role.name, 'UTC');
        execute format('alter role %I set intervalstyle = iso_8601', role.name);
        execute format('alter role %I set lock_timeout = %L', role.name, '1500ms');
    end loop;
    for role in select unnest(array['rowhouse_owner', 'rowhouse_system']) as name loop
        execute format('alter default privileges for role %I revoke execute on functions from public',
                       role.name);
    end loop;
end
$$;
comment on function rowhouse.install_roles() is
'Makes the roles that are missing and their settings; part of rowhouse.install().';

create function rowhouse.install_tables() returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    create table if not exists rowhouse.migrations (
        name text primary key,
        kind text not null check (kind in ('domain', 'change', 'definitions', 'policies')),
        checksum text not null,
        applied_at timestamptz not null default clock_timestamp());
    create table if not exists rowhouse.global_tables (
        name text constraint global_tables_pkey primary key,
        reason text not null);
    create table if not exists rowhouse.protected_schemas (name text primary key);
    create table if not exists rowhouse.routes (
        method text not null check (method in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE')),
        pattern text not null check (pattern like '/%'),
        function text not null,
        access text not null check (access in ('public', 'enrolling', 'user', 'tenant', 'instance')),
        permission text check (permission ~ '^[a-z_-]+:[a-z_-]+$'),
        status integer not null check (status between 200 and 299),
        lane text not null check (lane in ('fast', 'slow')),
        body_limit integer not null check (body_limit between 0 and 104857600),
        timeout_ms integer not null check (timeout_ms between 1 and 600000),
        keyset text[] not null,
        rate text not null default 'default',
        constraint routes_pkey primary key (method, pattern));
    create table if not exists rowhouse.errors (
        code text primary key check (code ~ '^[a-z][a-z_]*$'),
        status integer not null check (status between 400 and 599),
        title text not null,
        sqlstate text unique check (sqlstate ~ '^[0-9A-Z]{5}$'),
        constraint_name text unique);
    create table if not exists rowhouse.authenticators (
        credential text primary key,
        function text not null);
    create table if not exists rowhouse.rate_classes (
        name text primary key check (name ~ '^[a-z][a-z_]*$' and name not in ('default', 'tenant', 'address')),
        requests integer not null check (requests between 1 and 4000000),
        window_seconds integer not null check (window_seconds between 1 and 86400));
    create table if not exists rowhouse.rate_overrides (
        tenant_id uuid not null,
        class text not null,
        requests integer not null check (requests between 0 and 4000000),
        constraint rate_overrides_pkey primary key (tenant_id, class));
    create table if not exists rowhouse.keys (
        id text primary key,
        purpose text not null check (purpose in ('data', 'jwt', 'pepper', 'refresh')),
        sealed bytea not null,
        public_key bytea,
        created_at timestamptz not null default clock_timestamp(),
        retired_at timestamptz);
    create table if not exists rowhouse.audit_log (
        tenant_id uuid not null,
        id uuid not null default rowhouse.uuid_v7(),
        at timestamptz not null default clock_timestamp(),
        event text not null,
        actor_id uuid,
        session_id uuid,
        key_id uuid,
        credential text,
        request_id text,
        trace_id text,
        client inet,
        resource text,
        details jsonb not null,
        primary key (tenant_id, id));
    create table if not exists rowhouse.audit_strangers (
        event text not null,
        source inet not null,
        minute timestamptz not null,
        times integer not null default 1,
        constraint audit_strangers_pkey primary key (event, source, minute));
    create table if not exists rowhouse.audit_events (
        name text constraint audit_events_pkey primary key,
        description text not null);
    create table if not exists rowhouse.event_types (
        name text constraint event_types_pkey primary key check (name ~ '^[a-z_]+[.][a-z_]+$'),
        description text not null);
    create table if not exists rowhouse.events (
        tenant_id uuid not null,
        id uuid not null default rowhouse.uuid_v7(),
        at timestamptz not null default clock_timestamp(),
        type text not null,
        payload jsonb not null,
        actor_id uuid,
        request_id text,
        trace_id text,
        primary key (tenant_id, id));
    comment on schema rowhouse is 'the mechanism: functions of the extension, and the registries that install() makes';
    comment on table rowhouse.migrations is 'the files that were applied to this database';
    comment on table rowhouse.global_tables is 'tables whose rows belong to no tenant, and why';
    comment on table rowhouse.protected_schemas is 'schemas in which every table is protected';
    comment on table rowhouse.routes is 'the endpoints: which function answers, for whom, within which limits';
    comment on table rowhouse.errors is 'the errors: code word, HTTP status, and the SQLSTATE or constraint that means it';
    comment on table rowhouse.authenticators is 'which function knows what a kind of credential stands for';
    comment on table rowhouse.rate_classes is 'kinds of rate limits besides the default: so many requests within a window';
    comment on table rowhouse.rate_overrides is 'what one tenant has instead of a class''s number of requests; 0: no limit';
    comment on table rowhouse.keys is 'the keys of the installation, sealed under the root key';
    comment on table rowhouse.audit_log is 'what happened, by tenant; the nil tenant is the installation';
    comment on table rowhouse.audit_events is 'what the names of events in the audit trail mean';
    comment on table rowhouse.event_types is 'the kinds of events that domains emit';
    comment on table rowhouse.events is 'what happened in a tenant that other systems may want to hear of';
    comment on table rowhouse.audit_strangers is 'events of unknown sources, counted by network and minute';
end
$$;
comment on function rowhouse.install_tables() is
'Makes the registries, the key table and the audit trail; part of rowhouse.install().';

create function rowhouse.install_triggers() returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    remembered text;
begin
    foreach remembered in array array['routes', 'errors', 'authenticators', 'keys', 'rate_classes',
                                      'rate_overrides'] loop
        execute format('create or replace trigger _100_announce_change
            after insert or update or delete or truncate on rowhouse.%I
            for each statement execute function rowhouse.tg__announce_change()', remembered);
    end loop;
    create or replace trigger _200_notify
        after insert or update or delete or truncate on rowhouse.routes
        for each statement execute function rowhouse.tg_routes__notify();
    if not exists (select from pg_event_trigger where evtname = 'rowhouse_protect') then
        create event trigger rowhouse_protect on ddl_command_end
            when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE', 'CREATE INDEX')
            execute function rowhouse.on_table_change();
    end if;
end
$$;
comment on function rowhouse.install_triggers() is
'Makes the triggers that announce changes and the event trigger that protects; part of rowhouse.install().';
