-- Every route and every error obeys the rules, and each rule can fail.
begin;
\ir helpers.psql
\ir ../isolation/catalog.psql
select no_plan();

-- Routes. Whoever adds one without a permission says here why it needs none.
create temporary table without_permission (method text, pattern text, reason text);
insert into without_permission values
    ('GET', '/.well-known/jwks.json', 'public keys'),
    ('GET', '/api/v1/openapi.json', 'the same document for everybody'),
    ('POST', '/api/v1/auth/register', 'nobody has a credential yet'),
    ('POST', '/api/v1/auth/login', 'the password is the credential'),
    ('POST', '/api/v1/auth/refresh', 'the refresh token is the credential'),
    ('POST', '/api/v1/auth/logout', 'the user''s own session'),
    ('POST', '/api/v1/auth/logout-all', 'the user''s own sessions'),
    ('POST', '/api/v1/auth/switch', 'the user''s own memberships'),
    ('GET', '/api/v1/permissions', 'the same list for everybody'),
    ('GET', '/api/v1/me', 'the user''s own person'),
    ('PATCH', '/api/v1/me', 'the user''s own person'),
    ('GET', '/api/v1/me/sessions', 'the user''s own sessions'),
    ('DELETE', '/api/v1/me/sessions/:id', 'the user''s own session'),
    ('DELETE', '/api/v1/me/sessions', 'the user''s own sessions'),
    ('POST', '/api/v1/auth/login/mfa-verify', 'the challenge and the code are the credential'),
    ('GET', '/api/v1/auth/mfa/status', 'the user''s own second factor'),
    ('POST', '/api/v1/auth/mfa/enable', 'the user''s own second factor'),
    ('POST', '/api/v1/auth/mfa/confirm', 'the user''s own second factor'),
    ('POST', '/api/v1/auth/mfa/verify', 'the user''s own second factor'),
    ('POST', '/api/v1/auth/mfa/disable', 'the user''s own second factor'),
    ('POST', '/api/v1/auth/mfa/backup-codes/regenerate', 'the user''s own second factor'),
    ('GET', '/api/v1/me/devices', 'the user''s own devices'),
    ('DELETE', '/api/v1/me/devices/:id', 'the user''s own device'),
    ('POST', '/api/v1/auth/password/change', 'the old password is the credential'),
    ('POST', '/api/v1/auth/password/forgot', 'who has forgotten it has no credential'),
    ('POST', '/api/v1/auth/password/reset', 'the mailed token is the credential'),
    ('POST', '/api/v1/auth/email/verify', 'the mailed token is the credential'),
    ('POST', '/api/v1/me/email/verification', 'the user''s own address'),
    ('POST', '/api/v1/invitations/accept', 'the mailed token is the credential');
create temporary view routes as select r.*, r.method || ' ' || r.pattern as name from rowhouse.routes r;

call pg_temp.rule('a route asks for a permission that some role holds, or says why not', $$
    select r.name from routes r
     where case when r.permission is null then (r.method, r.pattern) not in (select method, pattern from without_permission)
                else r.permission not in (select name from rowhouse_private.permissions) end$$);
call pg_temp.broken('guarded route', 'update rowhouse.routes set permission = null where method = %1$L and pattern = %2$L');
call pg_temp.broken('route', 'update rowhouse.routes set permission = ''tap:write'' where method = %1$L and pattern = %2$L');
call pg_temp.broken('route', 'delete from without_permission; update rowhouse.routes set permission = null where method = %1$L and pattern = %2$L');

call pg_temp.rule('nobody without a credential is asked for a permission', $$
    select r.name from routes r where r.access = 'public' and r.permission is not null$$);
call pg_temp.broken('guarded route', 'update rowhouse.routes set access = ''public'' where method = %1$L and pattern = %2$L');

call pg_temp.rule('who may read may not for that reason write', $$
    select r.name from routes r where r.method <> 'GET' and r.permission like '%:read'$$);
call pg_temp.broken('writing route', 'update rowhouse.routes set permission = ''contacts:read'' where method = %1$L and pattern = %2$L');

call pg_temp.rule('a route''s permission is asked for again by a policy of a table that its function names', $$
    select r.name from routes r
     where r.permission is not null
       and not exists (select from routines f
                         join pg_policy p on f.code ~ (p.polrelid::regclass || '\M')
                        where (f.oid = to_regproc(r.function)
                               or f.oid in (select c.callee from calls c where c.caller = to_regproc(r.function)))
                          and concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
                              like format('%%has_permission(%L%%', r.permission))$$);
call pg_temp.broken('guarded route', 'update rowhouse.routes set permission = ''audit:read'' where method = %1$L and pattern = %2$L');

call pg_temp.rule('a route''s function is in api, and has one route at least', $$
    select r.name from routes r where not exists (
        select from pg_proc p where p.oid = to_regproc(r.function) and p.pronamespace = 'api'::regnamespace)
    union all select r.name from routines r
     where r.nspname = 'api' and r.oid not in (select to_regproc(function) from rowhouse.routes)$$);
call pg_temp.broken('route', 'update rowhouse.routes set function = ''rowhouse.health'' where method = %1$L and pattern = %2$L');
call pg_temp.broken('route', 'update rowhouse.routes set function = ''api.gone'' where method = %1$L and pattern = %2$L');
call pg_temp.broken('endpoint', 'delete from rowhouse.routes where to_regproc(function) = %1$L::regprocedure');

call pg_temp.rule('no endpoint is told by its caller whose rows to take', $$
    select r.name from routes r, rowhouse.signature(r.function) s where s.name ~ '(^|__)tenant_id$'$$);
call pg_temp.broken('once', 'create function api.tap(tenant_id uuid) returns integer language sql stable set search_path = pg_catalog return 1;
                             select rowhouse.route(''GET'', ''/tap'', ''api.tap'')', 'GET /api/v1/tap');

call pg_temp.rule('what hashes secrets is in the slow lane, what hashes passwords in the rate class auth, and nothing else', $$
    with recursive edges as materialized (table calls), hashing (oid) as (
        select 'rowhouse.hash_password'::regproc::oid union select 'rowhouse.verify_password'::regproc::oid union select 'rowhouse.hash_api_key'::regproc::oid
        union select c.caller from hashing join edges c on c.callee = hashing.oid)
    select r.name from routes r
     where (r.lane = 'slow') <> (to_regproc(r.function) in (table hashing)) or (r.rate = 'auth') <> (r.lane = 'slow' and r.permission is null)$$);
call pg_temp.broken('route', 'update rowhouse.routes set rate = case rate when ''auth'' then ''default'' else ''auth'' end where method = %1$L and pattern = %2$L');
call pg_temp.broken('route', 'update rowhouse.routes set lane = case lane when ''slow'' then ''fast'' else ''slow'' end where method = %1$L and pattern = %2$L');

-- A route that needs more stands here with its reason.
call pg_temp.rule('a route ends within 5 s and takes 64 KiB at most', $$
    select r.name from routes r where r.timeout_ms > 5000 or r.body_limit > 65536$$);
call pg_temp.broken('route', 'update rowhouse.routes set timeout_ms = 5001 where method = %1$L and pattern = %2$L');
call pg_temp.broken('route', 'update rowhouse.routes set body_limit = 65537 where method = %1$L and pattern = %2$L');

call pg_temp.rule('a route names a rate class that there is', $$
    select r.name from routes r where r.rate <> 'default' and r.rate not in (select c.name from rowhouse.rate_classes c)$$);
call pg_temp.broken('route', 'update rowhouse.routes set rate = ''gone'' where method = %1$L and pattern = %2$L');

call pg_temp.rule('what returns rows returns one, or pages of them', $$
    select r.name from routes r join pg_proc p on p.oid = to_regproc(r.function)
     where cardinality(r.keyset) > 0 is distinct from exists (select from rowhouse.signature(r.function) s where s.name = '_limit')
        or (r.method = 'GET' and p.proretset and cardinality(r.keyset) = 0 and p.prorows <> 1
            and r.pattern <> '/api/v1/me' /* the caller, by the key of users */)$$);
call pg_temp.broken('list', 'update rowhouse.routes set keyset = ''{}'' where method = %1$L and pattern = %2$L');
call pg_temp.broken('once', 'alter function api.get_contact rows 100', 'GET /api/v1/contacts/:id');

call pg_temp.rule('what makes something answers 201, what deletes 204', $$
    select r.name from routes r
     where (r.method = 'DELETE' and r.status <> 204) or (r.status = 201 and r.method <> 'POST') or (r.status = 202 and r.method = 'GET')$$);
call pg_temp.broken('writing route', 'update rowhouse.routes set method = ''DELETE'', pattern = ''/tap'', status = 200 where method = %1$L and pattern = %2$L', 'DELETE /tap');

call pg_temp.rule('a kind of credential is read by a function of rowhouse_system that no other role executes', $$
    select a.credential from rowhouse.authenticators a
     where not exists (select from pg_proc p where p.oid = to_regproc(a.function) and p.proowner = 'rowhouse_system'::regrole)
        or exists (select from pg_roles r where not r.rolsuper and r.rolname <> 'rowhouse_system' and has_function_privilege(r.oid, to_regproc(a.function), 'execute'))$$);
call pg_temp.broken('once', 'update rowhouse.authenticators set function = ''api.get_me'' where credential = ''session''', 'session');
call pg_temp.broken('once', 'update rowhouse.authenticators set function = ''api.gone'' where credential = ''session''', 'session');
call pg_temp.broken('once', 'grant execute on function rowhouse_private.read_session to rowhouse_tenant', 'session');

-- Errors. The codes of refuse() and reject(): 40_install.
create temporary view raised as
    select r.oid, r.name, m[1] as option, (regexp_match(m[2], 'errcode\s*=\s*''([^'']*)'''))[1] as state, m[2] ~ 'errcode\s*=' as has_state
      from routines r
     cross join lateral regexp_matches(r.text, '\mraise\s+(?!notice|warning|log|info|debug)([a-z]*)([^;]*);', 'g') m
     where r.lanname = 'plpgsql';

call pg_temp.rule('an exception says its SQLSTATE', $$
    select r.name from raised r where not r.has_state and r.option <> ''$$);
call pg_temp.broken('once', 'create function api.tap() returns void language plpgsql as $x$begin raise exception ''no''; end$x$', 'api.tap()');

-- 55000 and 22023 tell administrators what is wrong with their tables and routes.
call pg_temp.rule('an SQLSTATE that is raised is registered, or meant for administrators', $$
    select r.state || ' in ' || r.name from raised r
     where r.state is not null and r.state <> 'RH' and r.state not in (select e.sqlstate from rowhouse.errors e where e.sqlstate is not null)
       and (r.state not in ('55000', '22023') or r.oid in (select oid from served))$$);
call pg_temp.broken('once', 'create function api.tap() returns void language plpgsql as $x$begin raise exception ''no'' using errcode = ''TAP01''; end$x$', 'TAP01 in api.tap()');
call pg_temp.broken('once', 'create function api.tap() returns void language plpgsql as $x$begin raise exception ''no'' using errcode = ''55000''; end$x$;
                             insert into rowhouse.routes select ''GET'', ''/tap'', ''api.tap'', access, permission, status, lane, body_limit, timeout_ms, keyset from rowhouse.routes limit 1', '55000 in api.tap()');
call pg_temp.broken('once', 'update rowhouse.errors set sqlstate = null where code = ''internal_error''', 'XX000 in rowhouse.refuse(text,text,text)');

call pg_temp.rule('a constraint that an error speaks of exists, once', $$
    select e.code from rowhouse.errors e
     where e.constraint_name is not null
       and (select count(*) from pg_constraint k where k.conname = e.constraint_name and k.connamespace in (table ours))
         + (select count(*) from pg_index i join pg_class c on c.oid = i.indexrelid
             where c.relname = e.constraint_name and not exists (select from pg_constraint k where k.conindid = i.indexrelid)) <> 1$$);
call pg_temp.broken('once', 'select rowhouse.error(''tap_gone'', 409, ''Gone'', constraint_name => ''tap_gone_key'')', 'tap_gone');
call pg_temp.broken('once', 'alter table app.contacts add constraint users_email_key unique (tenant_id, name)', 'email_taken');

call pg_temp.rule('an error has the status that its SQLSTATE names', $$
    select e.code from rowhouse.errors e where e.sqlstate like 'RH%' and e.sqlstate <> 'RH' || e.status$$);
call pg_temp.broken('once', 'update rowhouse.errors set status = 410 where code = ''not_found''', 'not_found');

select pg_temp.check_rules();
\if :{?quick}
\else
select pg_temp.check_offenders();
\endif
select * from finish();
rollback;
