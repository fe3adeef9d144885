-- The request being answered: what an endpoint may read of it, say to it, and refuse.

create function rowhouse.request_header(name text) returns text
    language c stable strict parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_request_header';
comment on function rowhouse.request_header(text) is
'A header of the request, by its lower-case name: accept-language, host, origin, sec-fetch-site, user-agent, x-tenant; credentials are not to be read. NULL when absent or outside a request.';

create function rowhouse.request_cookie(name text) returns text
    language c stable strict parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_request_cookie';
comment on function rowhouse.request_cookie(text) is
'A cookie of the request; NULL when absent, sent twice, or outside a request. For the functions of rowhouse_system alone.';

create function rowhouse.client_address() returns text
    language c stable parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_client_address';
comment on function rowhouse.client_address() is
'The address of the client, as the gateway says; NULL outside a request. Whoever holds the gateway''s password can forge it.';

create function rowhouse.named_tenant() returns text
    language c stable parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_named_tenant';
comment on function rowhouse.named_tenant() is
'The slug that the request names, by a host below rowhouse.base_domain or by X-Tenant; empty when it names what can be no tenant, NULL when it names none or outside a request. Whether there is such a tenant is not asked, and that it is named gives no right: for public endpoints.';

create function rowhouse.set_header(name text, value text) returns void
    language c volatile strict parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_set_header';
comment on function rowhouse.set_header(text, text) is
'Adds a header to the answer. Raises XX000 outside a request and for a value that is not printable ASCII.';

create function rowhouse.set_status(status integer) returns void
    language c volatile strict parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_set_status';
comment on function rowhouse.set_status(integer) is
'Makes another status than the route''s that of success: 200 to 299; with 202 and 204 the answer has no body. Raises XX000 outside a request and for any other.';

create function rowhouse.set_cookie(name text, value text, path text, max_age integer) returns void
    language c volatile strict parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_set_cookie';
comment on function rowhouse.set_cookie(text, text, text, integer) is
'Sets a cookie, HttpOnly and SameSite=Strict, Secure by rowhouse.cookie_secure. max_age in seconds; 0 deletes it.';

create function rowhouse.reject(code text, detail text default null) returns void
    language c volatile parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_reject';
comment on function rowhouse.reject(text, text) is
'Makes the answer the problem of that code word and keeps what the endpoint has written, such as a counted failure. The endpoint returns right after. To refuse and undo everything, use rowhouse.refuse().';

create function rowhouse.refuse(code text, detail text default null, field text default null)
    returns void
    language plpgsql stable parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
declare
    found_error rowhouse.errors;
begin
    select * into found_error from rowhouse.errors e where e.code = refuse.code;
    if not found then
        raise exception 'no error is registered by the code %', refuse.code
            using errcode = 'XX000', hint = 'Register it with rowhouse.error().';
    end if;
    raise exception using
        errcode = 'RH' || found_error.status,
        message = found_error.title,
        detail = coalesce(refuse.detail, ''),
        constraint = refuse.code,
        column = coalesce(refuse.field, '');
end
$$;
comment on function rowhouse.refuse(text, text, text) is
'Raises a registered error: SQLSTATE RH and its HTTP status. detail says what happened and what to do; field names the parameter that is wrong, as in the function''s signature (account__name), or several separated by commas. Everything the request did is undone.';

create function rowhouse.handle(
    method text, target text, request_headers bytea, request_body bytea, client text,
    out status integer, out headers text, out body text, out route text,
    out tenant_id uuid, out user_id uuid, out session_id uuid
) returns record
    language c volatile strict parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_handle';
comment on function rowhouse.handle(text, text, bytea, bytea, text) is
'Answers one HTTP request; the gateway''s only entry. target: path and query as sent. request_headers: "name: value" lines ended by CRLF, names in lower case. client: its IP address. Returns status, further header lines, body, and for the log the route''s pattern and who was asking. Must be alone in its transaction (25001). Errors are answers, but 40001 and 40P01 are raised: send the request again.';
