-- What operators and the server ask, and what an operator should close.

create function rowhouse.health()
    returns table (name text, ok boolean, detail text)
    language sql volatile security definer parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
    select 'database', not pg_is_in_recovery(),
           case when pg_is_in_recovery() then 'this is a standby' else 'writable' end
    union all
    select 'extension_version', e.extversion = a.default_version,
           format('%s installed, %s available', e.extversion, a.default_version)
      from pg_extension e
      join pg_available_extensions a on a.name = e.extname
     where e.extname = 'rowhouse'
    union all
    select 'migrations', count(*) > 0, format('%s files applied', count(*))
      from rowhouse.migrations m
     where m.kind <> 'definitions'
    union all
    select 'key_ring', k.fault is null, coalesce(k.fault, 'the keys open')
      from (select rowhouse.key_ring_fault() as fault offset 0) k
    union all
    select 'parameters_stay_out_of_the_log', count(*) = 2,
           case when count(*) = 2 then 'they do'
                else 'set log_parameter_max_length and log_parameter_max_length_on_error to 0 for rowhouse_gateway' end
      from pg_db_role_setting s
      join pg_roles r on r.oid = s.setrole
     cross join unnest(s.setconfig) c (setting)
     where r.rolname = 'rowhouse_gateway'
       and s.setdatabase = 0
       and c.setting in ('log_parameter_max_length=0', 'log_parameter_max_length_on_error=0')
$$;
comment on function rowhouse.health() is
'The checks behind /readyz: name, whether it is well, and a sentence for operators.';

create function rowhouse.production_findings() returns setof text
    language plpgsql stable security definer parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('rowhouse.environment') <> 'production' then
        return next 'rowhouse.environment is not production';
    end if;
    if not rowhouse.has_root_key() then
        return next 'the root key file is missing: set rowhouse.key_file';
    end if;
    if not exists (select from rowhouse.keys k where k.purpose = 'pepper') then
        return next 'the pepper is missing: call rowhouse.rotate_key(''pepper'')';
    end if;
    if not current_setting('rowhouse.cookie_secure')::boolean then
        return next 'cookies are not Secure: set rowhouse.cookie_secure to on';
    end if;
    if '*' = any (string_to_array(replace(current_setting('rowhouse.cors_origins'), ' ', ''), ',')) then
        return next 'rowhouse.cors_origins holds *: name each origin';
    end if;
    if to_regprocedure('rowhouse_private.production_findings()') is not null then
        return query execute 'select * from rowhouse_private.production_findings()';
    end if;
end
$$;
comment on function rowhouse.production_findings() is
'Why this installation must not serve in production, a sentence each. The application adds its own by a function rowhouse_private.production_findings().';

create function rowhouse.harden_database() returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    powerful regprocedure;
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to rowhouse_gateway, rowhouse_worker, rowhouse_reporting',
                   current_database());
    -- What PostgreSQL grants to everybody and a stolen login could use to store, block or signal.
    for powerful in
        select p.oid::regprocedure
          from pg_proc p
         where p.pronamespace = 'pg_catalog'::regnamespace
           and p.proname ~ '^(lo_|lo(open|close|read|write|creat)|pg_(try_)?advisory|pg_notify$|pg_export_snapshot$|pg_logical_emit_message$)'
    loop
        execute format('revoke execute on function %s from public', powerful);
        execute format('grant execute on function %s to rowhouse_owner, rowhouse_system', powerful);
    end loop;
    revoke usage on language plpgsql, sql from public;
    grant usage on language plpgsql, sql to rowhouse_owner, rowhouse_system;
end
$$;
comment on function rowhouse.harden_database() is
'Takes from PUBLIC, in this whole database, what lets a login without rights still do harm: connecting, temporary tables, large objects, advisory locks, pg_notify(), code in SQL and PL/pgSQL. The application does so; where other people work in the same database, grant them back what they need.';
