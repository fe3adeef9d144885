-- The context: who is asking, for the length of one transaction.

create function rowhouse.tenant_id() returns uuid
    language c stable leakproof parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_tenant_id';
comment on function rowhouse.tenant_id() is
'The tenant of this transaction''s context or, without one, the tenant that this login role is bound to. NULL, so no rows, when there is neither. Stands plain in policies: the planner evaluates it for its estimates.';

create function rowhouse.user_id() returns uuid
    language c stable leakproof parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_user_id';
comment on function rowhouse.user_id() is
'The user of this transaction''s context; NULL when nobody is asking, or a credential that is no person''s.';

create function rowhouse.session_id() returns uuid
    language c stable leakproof parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_session_id';
comment on function rowhouse.session_id() is
'The session of this transaction''s context; NULL without one.';

create function rowhouse.key_id() returns uuid
    language c stable leakproof parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_key_id';
comment on function rowhouse.key_id() is
'The API key or instance''s token of this transaction''s context; NULL without one.';

create function rowhouse.instance_id() returns uuid
    language c stable leakproof parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_instance_id';
comment on function rowhouse.instance_id() is
'The only instance that the credential of this transaction''s context is for; NULL when it is for all of the tenant''s.';

create function rowhouse.request_id() returns text
    language c stable leakproof parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_request_id';
comment on function rowhouse.request_id() is
'The id of the HTTP request being answered; NULL outside one.';

create function rowhouse.trace_id() returns text
    language c stable leakproof parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_trace_id';
comment on function rowhouse.trace_id() is
'The W3C trace id of the HTTP request being answered, 32 hexadecimal digits; NULL outside one.';

create function rowhouse.credential() returns text
    language c stable leakproof parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_credential';
comment on function rowhouse.credential() is
'How whoever is asking proved it: session, api_key, instance_token, none, assumed, migration. NULL without a context.';

create function rowhouse.has_permission_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_has_permission_support';
comment on function rowhouse.has_permission_support(internal) is
'Tells the planner that has_permission() lets all rows pass or none, not a third of them.';

create function rowhouse.has_permission(permission text) returns boolean
    language c stable strict leakproof parallel safe
    support rowhouse.has_permission_support
    as 'MODULE_PATHNAME', 'rowhouse_has_permission';
comment on function rowhouse.has_permission(text) is
'Whether whoever is asking holds the permission, such as contacts:read. False without a context.';

create function rowhouse.assume(
    tenant_id uuid, user_id uuid, reason text, permissions text[] default '{}'
) returns void
    language c volatile parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_assume';
comment on function rowhouse.assume(uuid, uuid, text, text[]) is
'Takes the context of a tenant, and of a user of it unless NULL, until the transaction ends; for psql, tests and support. Superusers only; the reason is audited. Raises RH403 for anybody else, RH422 without tenant or reason. RLS binds a superuser only after SET ROLE rowhouse_tenant.';

create function rowhouse.for_each_tenant(statement text, tenants uuid[]) returns bigint
    language c volatile strict parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_for_each_tenant';
comment on function rowhouse.for_each_tenant(text, uuid[]) is
'Runs a statement once in the context of each tenant, as rowhouse_owner, whom RLS binds too; returns how many rows it touched in all. For data migrations of protected tables. Superusers only (RH403).';

create function rowhouse.explain_permission(user_id uuid, permission text)
    returns table (step integer, what text)
    language plpgsql stable strict parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
begin
    if to_regprocedure('rowhouse_private.explain_permission(uuid, uuid, text)') is null then
        raise exception 'this database has no roles to explain'
            using errcode = '55000', hint = 'The application defines rowhouse_private.explain_permission().';
    end if;
    return query execute 'select * from rowhouse_private.explain_permission($1, $2, $3)'
        using rowhouse.tenant_id(), user_id, permission;
end
$$;
comment on function rowhouse.explain_permission(uuid, text) is
'Which way a user of the context''s tenant comes to hold a permission, step by step, or why not. Call assume() first. Raises 55000 where the application has no roles.';
