-- install(): who may do what with the mechanism, the standard errors, the first keys.

create function rowhouse.install_grants() returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    registry text;
begin
    foreach registry in array array['migrations', 'global_tables', 'protected_schemas', 'routes',
                                    'errors', 'authenticators', 'keys', 'audit_log',
                                    'audit_strangers', 'rate_classes', 'rate_overrides',
                                    'audit_events', 'event_types', 'events'] loop
        execute format('alter table rowhouse.%I owner to rowhouse_owner', registry);
        execute format('revoke all on rowhouse.%I from public', registry);
    end loop;
    perform rowhouse.declare_global(('rowhouse.' || t.name)::regclass, t.reason)
       from (values ('migrations', 'what was applied to this database'),
                    ('global_tables', 'registry of the tables without tenants'),
                    ('protected_schemas', 'registry of the schemas behind the wall'),
                    ('routes', 'registry of the endpoints'),
                    ('errors', 'registry of the errors'),
                    ('authenticators', 'registry of the credential readers'),
                    ('keys', 'the sealed keys of the installation'),
                    ('audit_strangers', 'events of sources that belong to no tenant'),
                    ('audit_events', 'registry of the names in the audit trail'),
                    ('event_types', 'registry of the kinds of events'),
                    ('rate_classes', 'registry of the kinds of rate limits'),
                    ('rate_overrides', 'rate limits of tenants, read before the context is set')) t (name, reason);
    foreach registry in array array['audit_log', 'events'] loop
        execute format('alter table rowhouse.%I enable row level security, force row level security', registry);
        continue when rowhouse.is_protected(('rowhouse.' || registry)::regclass);
        execute format('create policy same_tenant on rowhouse.%I as restrictive
            using (tenant_id = rowhouse.tenant_id()) with check (tenant_id = rowhouse.tenant_id())', registry);
        execute format('create policy auditor_select on rowhouse.%I for select to rowhouse_tenant
            using (rowhouse.has_permission(%L))', registry, case registry when 'events' then 'events:read' else 'audit:read' end);
    end loop;
    grant select on rowhouse.audit_log, rowhouse.events to rowhouse_tenant;
    grant select, insert on rowhouse.audit_log, rowhouse.events to rowhouse_system;
    grant select, insert, update, delete on rowhouse.audit_events, rowhouse.event_types to rowhouse_owner;
    grant select on rowhouse.event_types to rowhouse_system;
    grant select, insert, update on rowhouse.audit_strangers to rowhouse_system;
    grant select, insert on rowhouse.keys to rowhouse_system;
    grant select, insert, update, delete on rowhouse.routes, rowhouse.errors, rowhouse.authenticators,
        rowhouse.rate_classes, rowhouse.rate_overrides to rowhouse_system;
    grant select on rowhouse.errors to rowhouse_tenant, rowhouse_public, rowhouse_platform;
    grant select on rowhouse.global_tables, rowhouse.protected_schemas to rowhouse_system;
end
$$;
comment on function rowhouse.install_grants() is
'Says who may do what with the tables of the mechanism; part of rowhouse.install().';

create function rowhouse.install_function_grants() returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    grant usage on schema rowhouse to rowhouse_owner, rowhouse_system, rowhouse_tenant,
        rowhouse_public, rowhouse_platform, rowhouse_reporting, rowhouse_gateway, rowhouse_worker;
    grant execute on function rowhouse.handle(text, text, bytea, bytea, text),
        rowhouse.gateway_routes(), rowhouse.health(), rowhouse.production_findings()
        to rowhouse_gateway;
    grant execute on function rowhouse.tenant_id(), rowhouse.user_id(), rowhouse.session_id(),
        rowhouse.key_id(), rowhouse.instance_id(), rowhouse.request_id(), rowhouse.trace_id(), rowhouse.credential(),
        rowhouse.has_permission(text), rowhouse.uuid_v7(), rowhouse.refuse(text, text, text),
        rowhouse.reject(text, text), rowhouse.audit(text, jsonb, text), rowhouse.emit(text, jsonb),
        rowhouse.request_header(text), rowhouse.set_header(text, text),
        rowhouse.client_address(), rowhouse.client_network(), rowhouse.named_tenant()
        to rowhouse_owner, rowhouse_system, rowhouse_tenant, rowhouse_public, rowhouse_platform;
    grant execute on function rowhouse.tenant_id() to rowhouse_reporting;
    grant execute on all functions in schema rowhouse to rowhouse_system;
    revoke execute on function rowhouse.handle(text, text, bytea, bytea, text),
        rowhouse.assume(uuid, uuid, text, text[]), rowhouse.for_each_tenant(text, uuid[]),
        rowhouse.add_key(text), rowhouse.rotate_key(text, interval)
        from rowhouse_system;
    grant execute on function rowhouse.route(text, text, text, text, text, integer, text, integer, integer, text[], text),
        rowhouse.error(text, integer, text, text, text), rowhouse.authenticator(text, text),
        rowhouse.event_type(text, text), rowhouse.audit_event(text, text),
        rowhouse.rate_class(text, integer, interval), rowhouse.rate_class_fault(text),
        rowhouse.override_rate(uuid, text, integer), rowhouse.rate_statistics(),
        rowhouse.signature(text), rowhouse.route_fault(text, text, text, text[]), rowhouse.protect(regclass),
        rowhouse.declare_global(regclass, text), rowhouse.protect_schema(text),
        rowhouse.is_protected(regclass), rowhouse.table_name(regclass),
        rowhouse.key_faults(regclass), rowhouse.check_keys(regclass),
        rowhouse.check_tenant_column(regclass), rowhouse.keep_protected(regclass),
        rowhouse.tg__touch()
        to rowhouse_owner;
end
$$;
comment on function rowhouse.install_function_grants() is
'Says who may execute what of the mechanism; part of rowhouse.install().';

create function rowhouse.install_errors() returns void
    language sql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    select rowhouse.error(e.code, e.status, e.title, e.sqlstate)
      from (values
        ('malformed_request', 400, 'The request is malformed', 'RH400'),
        ('invalid_json', 400, 'The body is not valid JSON', null),
        ('credential_required', 401, 'A credential is required', 'RH401'),
        ('credential_invalid', 401, 'The credential is not valid', null),
        ('token_invalid', 401, 'The token is not valid', null),
        ('token_expired', 401, 'The token has expired', null),
        ('token_revoked', 401, 'The token has been revoked', null),
        ('permission_denied', 403, 'The permission is missing', '42501'),
        ('tenant_mismatch', 403, 'The tenant is another one', null),
        ('not_found', 404, 'Not found', 'RH404'),
        ('method_not_allowed', 405, 'The method is not allowed here', null),
        ('conflict', 409, 'The request conflicts with the present state', 'RH409'),
        ('already_exists', 409, 'The object exists already', '23505'),
        ('row_locked', 409, 'Another request is changing the object', '55P03'),
        ('precondition_failed', 412, 'The precondition failed', null),
        ('unsupported_media_type', 415, 'The media type is not supported', null),
        ('invalid_request', 422, 'The request is not valid', 'RH422'),
        ('invalid_value', 422, 'A value is not allowed', '23514'),
        ('missing_value', 422, 'A value is missing', '23502'),
        ('unknown_reference', 422, 'A referenced object does not exist', '23503'),
        ('value_out_of_range', 422, 'A number is out of range', '22003'),
        ('text_too_long', 422, 'A text is too long', '22001'),
        ('too_complex', 422, 'The request is too complex', '54001'),
        ('rate_limited', 429, 'Too many requests', null),
        ('internal_error', 500, 'Internal error', 'XX000'),
        ('key_missing', 503, 'The service is not fully set up', null),
        ('root_key_missing', 503, 'The service is not fully set up', null),
        ('root_key_wrong', 503, 'The service is not fully set up', null),
        ('out_of_memory', 503, 'The service is busy', '53200'),
        ('service_busy', 503, 'The service is busy', null),
        ('timed_out', 503, 'The request took too long', '57014')) e (code, status, title, sqlstate)
$$;
comment on function rowhouse.install_errors() is
'Registers the errors of the mechanism; part of rowhouse.install().';

create function rowhouse.install() returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('client_min_messages', 'warning', true);
    perform rowhouse.install_roles();
    perform rowhouse.install_tables();
    perform rowhouse.install_grants();
    perform rowhouse.install_function_grants();
    perform rowhouse.install_triggers();
    perform rowhouse.install_errors();
    if rowhouse.has_root_key() then
        perform rowhouse.add_key(p.purpose)
           from unnest(array['data', 'jwt', 'pepper', 'refresh']) p (purpose)
          where not exists (select from rowhouse.keys k where k.purpose = p.purpose);
    end if;
end
$$;
comment on function rowhouse.install() is
'Makes the roles, registries, grants, triggers and first keys in this database; does nothing twice. For superusers. Call it again after a restore, an upgrade, or once a root key is configured.';
