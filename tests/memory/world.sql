-- What the calls of this folder are about. Run by a superuser in a database with the demo data.
create table public.t as
select m.tenant_id as tenant, m.user_id as id, u.password_hash as hash,
       rowhouse.issue_refresh_token(m.user_id, 7) as refresh, rowhouse.seal_secret('a secret', 'memory') as sealed,
       (select c.id from app.contacts c where c.tenant_id = m.tenant_id limit 1) as contact
  from app.memberships m
  join rowhouse_private.users u on u.id = m.user_id
  join rowhouse_private.tenants n on n.id = m.tenant_id and n.slug = 'acme';
alter table public.t add column key text, add column key_hash text;
update public.t set key = rowhouse.make_api_key('live', id);
update public.t set key_hash = rowhouse.hash_api_key(key);

-- A key that is made and gone again: the ones that stay are remembered, which takes memory.
create function public.brief_key() returns void language plpgsql volatile
as $$ declare made constant text := rowhouse.add_key('jwt'); begin delete from rowhouse.keys k where k.id = made; end $$;

-- What this backend uses, to the byte: by its memory contexts, and of the kernel.
create function public.used_memory() returns bigint language plpgsql volatile
as $$ begin return (select sum(c.used_bytes) from pg_backend_memory_contexts c); end $$;
create function public.used_by_process() returns bigint language plpgsql volatile
as $$ begin
    return 1024 * substring(pg_read_file(format('/proc/%s/smaps_rollup', pg_backend_pid()))
                            from '\mAnonymous:\s*(\d+)')::bigint;
end $$;

-- Whom the key stands for.
create function api.memory_key(key_id uuid, client inet)
    returns table (refusal text, tenant_id uuid, hash text, old_hash text, permissions text, instance_id uuid)
    language sql stable
    begin atomic
        select null, t.tenant, t.key_hash, null, 'contacts:read', null::uuid from public.t where t.id = memory_key.key_id;
    end;
grant select on public.t to rowhouse_system;
select rowhouse.authenticator('api_key', 'api.memory_key');

-- Endpoints that end in other ways than well.
create function api.memory_denied() returns void language plpgsql volatile
as $$ begin raise insufficient_privilege; end $$;
create function api.memory_broken() returns void language plpgsql volatile
as $$ begin perform 1 / 0; end $$;
create function api.memory_refused() returns void language plpgsql volatile
as $$ begin perform rowhouse.refuse('not_found', 'detail', 'field'); end $$;
create function api.memory_rejected() returns void language plpgsql volatile
as $$ begin perform rowhouse.set_header('X-Memory', 'yes'); perform rowhouse.reject('conflict', 'so'); end $$;
-- Changes what the backend remembers of all endpoints while one of them runs, then fails.
create function api.memory_redefined() returns void language plpgsql volatile
as $$ begin
    create or replace function api.memory_other() returns integer language sql as 'select 1';
    raise insufficient_privilege;
end $$;
grant create on schema api to rowhouse_tenant;
grant usage on language sql, plpgsql to rowhouse_tenant;
select rowhouse.route('POST', '/memory/' || word, 'api.memory_' || word, status => 204)
  from unnest('{denied,broken,refused,rejected,redefined}'::text[]) word;
