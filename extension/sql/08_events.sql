-- What happened, for other systems: written in the transaction in which it happens.

create function rowhouse.event_type(name text, description text) returns void
    language sql volatile strict parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    insert into rowhouse.event_types (name, description)
    values ($1, $2)
    on conflict on constraint event_types_pkey do update set description = excluded.description
$$;
comment on function rowhouse.event_type(text, text) is
'Registers a kind of event, such as contact.created. Each domain does so for its own.';

create function rowhouse.emit(type text, payload jsonb default '{}') returns uuid
    language c volatile parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_emit';
comment on function rowhouse.emit(text, jsonb) is
'Writes an event of the caller''s tenant and returns its id: it exists if the transaction commits. type is a registered one, payload holds ids, no private words. Who, when and by which request is added from the context. Raises XX000 without a tenant, and for a type that is not registered.';

create function rowhouse.audit_event(name text, description text) returns void
    language sql volatile strict parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    insert into rowhouse.audit_events (name, description)
    values ($1, $2)
    on conflict on constraint audit_events_pkey do update set description = excluded.description
$$;
comment on function rowhouse.audit_event(text, text) is
'Says what an event of the audit trail means, for whoever reads it.';
