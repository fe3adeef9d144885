-- API keys of 64 tenants, and a line for each as targets.sql has them: key, tenant, contact.
create temporary table made as
    select m.tenant_id, rowhouse.uuid_v7() as id, ''::text as secret
      from app.memberships m
     order by md5(m.id::text)
     limit 64;
update made set secret = rowhouse.make_api_key('live', id);
insert into app.api_keys (tenant_id, id, kind, name, permissions, secret_hash, expires_at)
select m.tenant_id, m.id, 'live', 'bench', '{contacts:read,contacts:write}', rowhouse.hash_api_key(m.secret),
       clock_timestamp() + interval '1 day'
  from made m;
select m.secret, m.tenant_id, c.id
  from made m
 cross join lateral (select c.id from app.contacts c where c.tenant_id = m.tenant_id
                      order by md5(c.id::text) limit 1) c
