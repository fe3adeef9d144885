-- What install() and the migrations leave: comments, owners, grants, registries.
begin;
\ir helpers.psql
select no_plan();

-- Twice is once.
create temporary view installed as
    select 'role ' || r.rolname as what, row(r.rolcanlogin, r.rolsuper, r.rolinherit, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb, r.rolconnlimit)::text as how
      from pg_roles r where r.rolname like 'rowhouse\_%'
    union all select 'settings of ' || setrole::regrole, setconfig::text from pg_db_role_setting
    union all select 'table ' || c.oid::regclass, row(c.relowner::regrole, c.relacl, c.relrowsecurity, c.relforcerowsecurity)::text
      from pg_class c where c.relnamespace = 'rowhouse'::regnamespace
    union all select 'function ' || p.oid::regprocedure, row(p.proowner::regrole, p.proacl)::text from pg_proc p where p.pronamespace = 'rowhouse'::regnamespace
    union all select 'trigger ' || tgname || ' on ' || tgrelid::regclass, tgenabled::text from pg_trigger where not tgisinternal
    union all select 'event trigger ' || evtname, evttags::text from pg_event_trigger
    union all select 'policy ' || polname || ' on ' || polrelid::regclass, polroles::regrole[]::text from pg_policy
    union all select 'error ' || code, row(e.*)::text from rowhouse.errors e
    union all select 'global ' || name, reason from rowhouse.global_tables
    union all select 'key ' || id, purpose from rowhouse.keys;
create temporary table before as table installed;
select lives_ok('select rowhouse.install()', 'install() may be called again');
select is_empty('(table before except table installed) union all (table installed except table before)',
          'and then changes nothing');
select throws_ok('set local role rowhouse_owner; select rowhouse.install()', '42501', null, 'it is for superusers');
reset role;

-- The extension.
select is(extversion, (select default_version from pg_available_extensions where name = 'rowhouse'), 'the version installed is the newest')
  from pg_extension where extname = 'rowhouse';
create temporary view extension_functions as
    select p.* from pg_proc p join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
      join pg_extension e on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and e.extname = 'rowhouse';
select cmp_ok(count(*), '>', 50::bigint, 'the extension has functions') from extension_functions;
select is_empty('select oid::regprocedure from extension_functions where obj_description(oid, ''pg_proc'') is null',
          'each has a comment');
select is_empty('select oid::regprocedure from extension_functions where pronamespace <> ''rowhouse''::regnamespace',
          'each is in schema rowhouse');
select is_empty($$select f.oid::regprocedure from extension_functions f, aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a where a.grantee = 0$$, 'none is executable by PUBLIC');
select is_empty($$select f.oid::regprocedure from extension_functions f where f.prolang <> (select oid from pg_language where lanname = 'c')
                     and not exists (select from unnest(f.proconfig) s where s like 'search_path=pg_catalog, pg_temp')$$, 'each has its search_path pinned');
select bag_eq('select oid::regprocedure::text from extension_functions where prosecdef',
              array['rowhouse.gateway_routes()', 'rowhouse.health()', 'rowhouse.production_findings()'], 'three run with their owner''s power');
select is_empty($$select c.oid::regclass from pg_class c join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
                     join pg_extension e on e.oid = d.refobjid and e.extname = 'rowhouse' where c.relkind in ('r', 'p', 'S')$$, 'no table is the extension''s own, so all are dumped');
select is_empty($$select from pg_event_trigger t join pg_depend d on d.classid = 'pg_event_trigger'::regclass and d.objid = t.oid and d.deptype = 'e'$$, 'nor is the event trigger');
select ok(f.proleakproof and f.provolatile = 's' and f.proparallel = 's',
          f.oid::regprocedure || ' is leakproof, stable and parallel safe')
  from extension_functions f where f.proname in ('tenant_id', 'user_id', 'session_id', 'key_id', 'instance_id', 'has_permission');

-- The application.
create temporary view ours as select oid from pg_namespace where nspname in ('app', 'api', 'reporting', 'rowhouse_private');
select is_empty($$select p.oid::regprocedure from pg_proc p where p.pronamespace in (table ours) and obj_description(p.oid, 'pg_proc') is null$$, 'every function has a comment');
select is_empty($$select c.oid::regclass from pg_class c where c.relnamespace in (table ours) and c.relkind in ('r', 'p', 'v', 'c') and obj_description(c.oid, 'pg_class') is null
                     and not exists (select from pg_type t where t.typrelid = c.oid and obj_description(t.oid, 'pg_type') is not null)$$, 'every table and type has one');
select is_empty($$select t.oid::regtype from pg_type t where t.typnamespace in (table ours) and t.typtype in ('d', 'e') and obj_description(t.oid, 'pg_type') is null$$, 'every domain has one');
select is_empty($$select p.oid::regprocedure from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where p.pronamespace in (table ours) and a.grantee = 0$$, 'no function is executable by PUBLIC');
select is_empty($$select c.oid::regclass from pg_class c, aclexplode(c.relacl) a where c.relnamespace in (select oid from ours union select 'rowhouse'::regnamespace) and a.grantee = 0$$, 'PUBLIC has no right on any table');
select is_empty($$select nspname from pg_namespace n, aclexplode(n.nspacl) a where n.oid in (table ours) and a.grantee = 0$$, 'nor on any schema');
select is_empty($$
    select p.oid::regprocedure::text from pg_proc p join pg_roles r on r.oid = p.proowner where p.pronamespace in (table ours) and r.rolsuper
    union all select c.oid::regclass::text from pg_class c join pg_roles r on r.oid = c.relowner where c.relnamespace in (table ours) and (r.rolsuper or r.rolbypassrls)
    union all select t.oid::regtype::text from pg_type t join pg_roles r on r.oid = t.typowner where t.typnamespace in (table ours) and r.rolsuper
    union all select n.nspname from pg_namespace n join pg_roles r on r.oid = n.nspowner where n.oid in (table ours) and r.rolsuper$$,
    'no object of the application belongs to a superuser, and no table to who is past RLS');
select is_empty($$select p.oid::regprocedure from pg_proc p where p.pronamespace in (table ours) and p.prosecdef and p.proowner <> 'rowhouse_system'::regrole$$, 'whoever lends power is rowhouse_system');
select is_empty($$select p.oid::regprocedure from pg_proc p where p.proowner = 'rowhouse_system'::regrole and p.pronamespace = 'api'::regnamespace and not p.prosecdef$$, 'whose endpoints all lend theirs');

-- rowhouse_system is past RLS. Whoever adds a function of its says here why it must look before a tenant is known.
select bag_eq($$select p.oid::regproc::text from pg_proc p where p.proowner = 'rowhouse_system'::regrole$$, array[
    -- jobs and mail: some have no tenant, and the worker is none's
    'rowhouse_private.enqueue', 'rowhouse_private.attempts_of_a_job', 'rowhouse_private.pause_after', 'rowhouse_private.give_up_job',
    'rowhouse_private.claim_jobs', 'rowhouse_private.finish_job', 'rowhouse_private.fail_job',
    'rowhouse_private.fill_in', 'rowhouse_private.send_mail', 'rowhouse_private.link',
    -- accounts and passwords
    'rowhouse_private.is_common_password', 'rowhouse_private.check_password', 'rowhouse_private.create_account', 'rowhouse_private.production_findings',
    -- the tenant that a request names
    'rowhouse_private.read_tenant', 'rowhouse_private.check_named_tenant', 'rowhouse_private.wanted_tenant',
    -- whose origin, asked by preflights for all tenants; whom a request was of, written when its context has ended
    'rowhouse_private.allows_origin', 'rowhouse_private.note_seen',
    -- sessions: read before a tenant is known
    'rowhouse_private.read_session', 'rowhouse_private.device_cookie', 'rowhouse_private.issue_tokens',
    'rowhouse_private.start_session', 'rowhouse_private.revoke_sessions', 'rowhouse_private.live_sessions',
    'rowhouse_private.revoke_oldest_sessions', 'rowhouse_private.revoke_other_sessions',
    -- login and refresh
    'rowhouse_private.failure_subjects', 'rowhouse_private.seconds_until_allowed', 'rowhouse_private.seconds_locked', 'rowhouse_private.is_refused_for',
    'rowhouse_private.count_failure_of', 'rowhouse_private.count_failure', 'rowhouse_private.find_membership',
    -- second factors: a user's, whom no tenant owns, and asked for before a tenant is known
    'rowhouse_private.has_factor', 'rowhouse_private.check_mfa_enabled', 'rowhouse_private.use_backup_code', 'rowhouse_private.accept_code',
    'rowhouse_private.make_backup_codes', 'rowhouse_private.tg_users__end_challenges', 'rowhouse_private.tg_factors__tell_sessions', 'rowhouse_private.check_step_up',
    'rowhouse_private.mark_verified', 'rowhouse_private.requires_factor', 'rowhouse_private.take_factor', 'rowhouse_private.accept_password', 'rowhouse_private.mfa_status_of',
    'rowhouse_private.check_has_factor', 'rowhouse_private.trusted_device', 'rowhouse_private.as_login', 'rowhouse_private.begin_login',
    'rowhouse_private.remember_this_device', 'api.get_mfa_status', 'api.enable_mfa', 'api.confirm_mfa', 'api.verify_mfa', 'api.disable_mfa',
    'api.regenerate_backup_codes', 'api.verify_login', 'api.list_my_devices', 'api.forget_my_device', 'api.get_member_mfa', 'api.reset_member_mfa',
    'rowhouse_private.refusal_of_refresh', 'rowhouse_private.log_out',
    'rowhouse_private.explain_permission', 'api.list_permissions',
    -- roles and members: what roles hold is worked out past what the caller may change
    'rowhouse_private.check_grantable', 'rowhouse_private.check_role_grantable', 'rowhouse_private.refresh_roles', 'rowhouse_private.check_ancestry',
    'rowhouse_private.tg_roles__check', 'rowhouse_private.tg_roles__spread', 'rowhouse_private.tg_roles__check_removal',
    'rowhouse_private.tg_accounts__system_roles', 'rowhouse_private.refresh_system_roles', 'rowhouse_private.tg_memberships__check',
    'rowhouse_private.tg_memberships__check_removal', 'rowhouse_private.tg_memberships__keep_owner', 'rowhouse_private.tg_users__membership_names',
    -- tickets, presented before a tenant is known
    'rowhouse_private.issue_ticket', 'rowhouse_private.find_ticket', 'rowhouse_private.present_ticket',
    -- mails to users, asked for before a tenant is known, and what comes of them
    'rowhouse_private.may_mail', 'rowhouse_private.mail_user', 'rowhouse_private.lock_address', 'rowhouse_private.preferred_locale',
    'rowhouse_private.registration_mode', 'rowhouse_private.must_verify', 'rowhouse_private.mail_verification', 'rowhouse_private.register_by_mail',
    'api.verify_email', 'api.send_verification', 'api.forgot_password', 'rowhouse_private.replace_password', 'api.reset_password',
    -- invitations: mailed with a ticket, accepted before a tenant is known
    'rowhouse_private.tg_invitations__check', 'rowhouse_private.tg_invitations__mail', 'rowhouse_private.tg_invitations__spend',
    'rowhouse_private.admit_user', 'api.accept_invitation',
    -- API keys: secrets are hashed where a tenant does not see the hash
    'rowhouse_private.tg_api_keys__check', 'rowhouse_private.make_key', 'rowhouse_private.new_key', 'rowhouse_private.read_key',
    'api.create_api_key', 'api.create_instance_token', 'api.rotate_api_key',
    -- the account, with its slug, and the lives of its sessions
    'api.get_account', 'api.update_account', 'api.close_account', 'rowhouse_private.tg_sessions__shorten', 'rowhouse_private.tg_accounts__shorten_sessions',
    -- the role of a session
    'rowhouse_private.tg_sessions__take_role', 'rowhouse_private.tg_memberships__session_roles', 'rowhouse_private.tg_roles__session_permissions', 'api.register', 'api.login', 'api.switch_account', 'api.refresh', 'api.logout', 'api.logout_all', 'api.jwks',
    -- a user's own person, whom no tenant owns
    'api.get_me', 'api.update_me', 'api.list_my_sessions', 'api.revoke_my_session', 'api.revoke_my_other_sessions', 'api.change_password'], 'the functions past RLS are these, and no other');
select bag_eq($$select r.rolname::text from pg_roles r where r.rolbypassrls and not r.rolsuper$$, array['rowhouse_system'], 'no other role is past RLS');
select bag_eq($$select r.rolname::text from pg_roles r where r.rolcanlogin and r.rolname like 'rowhouse\_%'$$, array['rowhouse_gateway', 'rowhouse_worker'], 'two roles of ours log in');
select is_empty($$select from pg_auth_members m where m.member in (select oid from pg_roles where rolname like 'rowhouse\_%') and m.roleid in (select oid from pg_roles where rolname like 'rowhouse\_%')$$, 'none is member of another');
select is_empty($$select c.oid::regclass from pg_class c, unnest(array['rowhouse_tenant', 'rowhouse_public', 'rowhouse_platform', 'rowhouse_gateway', 'rowhouse_worker', 'rowhouse_reporting']) r (name)
                   where c.relnamespace in ('rowhouse_private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')
                     and (has_table_privilege(r.name, c.oid, 'select, insert, update, delete, truncate, references, trigger') or has_any_column_privilege(r.name, c.oid, 'select, insert, update'))$$,
                'what has no tenant is granted to nobody but rowhouse_system');
select bag_eq($$select c.oid::regclass::text from pg_class c where c.relnamespace = 'rowhouse'::regnamespace and c.relkind = 'r' and has_table_privilege('rowhouse_tenant', c.oid, 'select')$$,
              array['rowhouse.errors', 'rowhouse.audit_log', 'rowhouse.events'], 'of the registries a tenant reads the errors, and its own trail and events');

-- Every code word that code raises is registered.
select is_empty($$
    select distinct code[1] from pg_proc p,
           lateral regexp_matches(p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), ''), '(?:refuse|reject)\(\s*''([a-z_]+)''', 'g') code
     where p.pronamespace in (select oid from ours union select 'rowhouse'::regnamespace) and code[1] not in (select code from rowhouse.errors)$$, 'every code that is refused or rejected is registered');
select is_empty($$select unnest('{malformed_request,invalid_json,credential_required,credential_invalid,token_invalid,token_expired,token_revoked,permission_denied,mfa_enrolment_required,not_found,method_not_allowed,
    precondition_failed,unsupported_media_type,invalid_request,rate_limited,internal_error,key_missing,root_key_missing,root_key_wrong,service_busy,timed_out}'::text[]) except select code from rowhouse.errors$$,
    'and every code of the C++ side');
select is_empty($$select r.method, r.pattern from rowhouse.routes r where to_regproc(r.function) is null or obj_description(to_regproc(r.function), 'pg_proc') is null$$, 'every route has its function, with a comment');
select is_empty($$select r.method, r.pattern from rowhouse.routes r where r.access = 'tenant' and r.permission is null$$, 'every route of a tenant asks for a permission');
select is_empty($$select distinct r.permission from rowhouse.routes r where r.permission is not null except select name from rowhouse_private.permissions$$, 'which some role holds');
select ok(ok, name || ': ' || detail)
  from rowhouse.health() where name <> 'migrations' or exists (select from rowhouse.migrations);
select * from finish();
rollback;
