-- The audit trail.

create function rowhouse.audit(event text, details jsonb default '{}', resource text default null)
    returns void
    language c volatile parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_audit';
comment on function rowhouse.audit(text, jsonb, text) is
'Writes a row about an event of the caller''s tenant: event such as contact.erased, details without secrets, resource such as contacts/<id>. Who, when, from where and by which request is added from the context. What is refused and undone takes the row with it.';

create function rowhouse.audit_for(
    tenant_id uuid, actor_id uuid, event text, details jsonb default '{}', resource text default null
) returns void
    language c volatile parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_audit_for';
comment on function rowhouse.audit_for(uuid, uuid, text, jsonb, text) is
'The same about a tenant and actor that the context does not name yet, as in a login. NULL tenant: the installation''s own. For the functions of rowhouse_system alone.';

create function rowhouse.audit_stranger(event text) returns void
    language sql volatile strict parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    insert into rowhouse.audit_strangers as s (event, source, minute)
    values ($1, coalesce(rowhouse.client_network(), '0.0.0.0/0'),
            date_trunc('minute', clock_timestamp()))
    on conflict on constraint audit_strangers_pkey do update set times = s.times + 1
$$;
comment on function rowhouse.audit_stranger(text) is
'Counts an event of somebody unknown: one row for each event, source network and minute, so that strangers cannot fill the disk.';

create function rowhouse.client_network() returns inet
    language sql stable parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
    select network(set_masklen(a.address, case family(a.address) when 4 then 32 else 64 end))::inet
      from (select rowhouse.client_address()::inet) a (address)
$$;
comment on function rowhouse.client_network() is
'What counts as one source: the client''s IPv4 address or IPv6 /64; NULL outside a request.';
