-- handle() is alone in its transaction, or refuses. By a real login of the gateway.
\ir helpers.psql
select plan(37);
select tenant as a from pg_temp.make_tenant('alba') \gset
select pg_temp.make_contact(:'a', 'Ada') as ada \gset
select token from pg_temp.login('alba') \gset
\set handle 'rowhouse.handle(\'GET\', \'/api/v1/contacts\', convert_to(\'authorization: Bearer ' :token '\', \'UTF8\'), \'\', \'192.0.2.1\')'
\setenv handle :handle

\set said `:gateway -c "select status from $handle"`
select is(:'said'::text, '200', 'alone, handle() answers');
\set said `:gateway -c "select body from $handle"`
select is(jsonb_path_query_array(:'said', '$.data[*].name')::text, '["Ada"]', 'with the rows of the token''s tenant');

create temporary table attempts (what text, state text);
\set said `:gateway -c "begin" -c "select status from $handle"`
insert into attempts values ('after BEGIN', :'said');
\set said `:gateway -c "begin isolation level repeatable read" -c "select status from $handle"`
insert into attempts values ('in REPEATABLE READ', :'said');
\set said `:gateway -c "begin isolation level serializable" -c "select status from $handle"`
insert into attempts values ('in SERIALIZABLE', :'said');
\set said `:gateway -c "begin isolation level read uncommitted" -c "select status from $handle"`
insert into attempts values ('in READ UNCOMMITTED', :'said');
\set said `:gateway -c "begin read only" -c "select status from $handle"`
insert into attempts values ('in a read-only transaction', :'said');
\set said `:gateway -c "begin" -c "savepoint s" -c "select status from $handle"`
insert into attempts values ('in a savepoint', :'said');
\set said `:gateway -c "begin" -c "savepoint s" -c "select 1/0" -c "rollback to s" -c "select status from $handle" | tail -n 1`
insert into attempts values ('after ROLLBACK TO SAVEPOINT', :'said');
\set said `:gateway -c "select 1; select status from $handle" | tail -n 1`
insert into attempts values ('as the second statement of a message', :'said');
\set said `:gateway -c "select status from $handle; select 1" | tail -n 1`
insert into attempts values ('as the first statement of a message', :'said');
\set said `:gateway -c "begin; select status from $handle; commit" | tail -n 1`
insert into attempts values ('in a message with BEGIN and COMMIT', :'said');
\set said `:gateway -c "set default_transaction_isolation = 'repeatable read'" -c "select status from $handle"`
insert into attempts values ('in REPEATABLE READ by default', :'said');
\set said `:gateway -c "set default_transaction_isolation = serializable" -c "select status from $handle"`
insert into attempts values ('in SERIALIZABLE by default', :'said');
\set said `:gateway -c "begin" -c "declare c cursor for select status from $handle" -c "fetch c"`
insert into attempts values ('in a cursor', :'said');
\set said `:gateway -c "begin" -c "declare c cursor with hold for select status from $handle" -c "commit"`
insert into attempts values ('in a cursor that COMMIT holds', :'said');
\set said `:gateway -c "begin" -c "prepare p as select status from $handle" -c "execute p"`
insert into attempts values ('prepared within a transaction', :'said');
select is(state, 'ERROR:  25001', 'handle() refuses ' || what) from attempts;

-- One transaction serves one request.
truncate attempts;
\set said `:gateway -c "select (select status from $handle), (select status from $handle)"`
insert into attempts values ('twice in one statement', :'said');
\set said `:gateway -c "select h.status from generate_series(1, 2) n, lateral rowhouse.handle('GET', '/openapi.json' || left('', n), '', '', '192.0.2.1') h"`
insert into attempts values ('for each row of a series', :'said');
\set said `:gateway -c "select (select h.status from rowhouse.handle('GET', '/openapi.json' || left('', n), '', '', '192.0.2.1') h) from generate_series(1, 2) n"`
insert into attempts values ('in a subquery over a series', :'said');
\set said `:gateway -c "select status from $handle union all select status from $handle"`
insert into attempts values ('on both sides of a union', :'said');
\set said `:gateway -c "with a as materialized (select status from $handle) select status from a, lateral (select status + a.status as other from $handle) b"`
insert into attempts values ('in a CTE and beside it', :'said');
select is(state, 'ERROR:  XX000', 'handle() refuses ' || what) from attempts;

-- Whole statements around it are allowed, and gain nothing.
\set said `:gateway -c "prepare h as select status from $handle" -c "execute h" -c "execute h"`
select is(:'said'::text, E'200\n200', 'a prepared statement may be executed again');
\set said `:gateway -c "explain (analyze, costs off, timing off, summary off) select status from $handle" | grep -ci 'contacts'`
select is(:'said'::text, '0', 'EXPLAIN ANALYZE shows nothing of what happens inside');
\set said `:gateway -c "copy (select status from $handle) to stdout"`
select is(:'said'::text, '200', 'COPY may carry the answer');
\set said `:gateway -c "declare c cursor with hold for select status from $handle" -c "fetch all from c" -c "select status from $handle"`
select is(:'said'::text, E'200\n200',
          'a cursor held by its own transaction holds the answer, and nothing stays behind');

-- What a call leaves in the session: nothing.
\set said `:gateway -c "select status from $handle" -c "select current_user, session_user, current_setting('search_path'), current_setting('transaction_read_only'), current_setting('timezone'), current_setting('statement_timeout')"`
select is(:'said'::text, E'200\nrowhouse_gateway|rowhouse_gateway|pg_catalog, pg_temp|off|UTC|0',
          'role and settings are as before');
\set said `:gateway -c "select status from $handle" -c "select from app.contacts"`
select is(:'said'::text, E'200\nERROR:  42501', 'and so are the rights');
\set said `:gateway -c "select status from $handle" -c "select name from pg_cursors" -c "select name from pg_prepared_statements"`
select is(:'said'::text, '200', 'no cursor and no prepared statement is left open');

-- A superuser in the same statement: a request's context and an assumed one do not mix.
create function pg_temp.after_request(name text, token text) returns text language plpgsql as $$
declare said text;
begin
    if (select status from pg_temp.answer('GET', '/contacts', token)) <> 200 then
        return 'no request';
    end if;
    begin
        execute name into said;
    exception when others then
        said := sqlstate;
    end;
    return coalesce(said, 'null');
end
$$;
select is(pg_temp.after_request(format('select rowhouse.assume(%L, null, ''x'')', :'a'), :'token'), 'XX000',
          'assume() refuses within the transaction of a request');
select is(pg_temp.after_request('select rowhouse.tenant_id()', :'token'), 'null',
          'no tenant is left after a request');
select is(pg_temp.after_request('select rowhouse.request_id()', :'token'), 'null', 'no request');
select is(pg_temp.after_request('select rowhouse.client_address()', :'token'), 'null', 'no client');
select is(pg_temp.after_request('select rowhouse.credential()', :'token'), 'null', 'no credential');
select is(pg_temp.after_request('select rowhouse.set_header(''a'', ''b'')', :'token'), 'XX000',
          'and no answer to add to');
select is(pg_temp.after_request('select rowhouse.reject(''conflict'')', :'token'), 'XX000', 'or to reject');
create function pg_temp.assumed_request(tenant uuid) returns text language plpgsql as $$
begin
    perform rowhouse.assume(tenant, null, 'x', '{contacts:read}');
    return (select outcome from pg_temp.answer('GET', '/contacts'));
end
$$;
select is(pg_temp.assumed_request(:'a'), '401 credential_required',
          'an assumed context is no credential of a request');
select pg_temp.clean_up() \gset
select * from finish();
