-- One line for each of up to 1000 tenants: access token, tenant, one of its contacts.
select rowhouse.issue_access_token(s.id, s.user_id, s.tenant_id), s.tenant_id, c.id
  from (select * from rowhouse_private.sessions order by md5(id::text) limit 1000) s
 cross join lateral (select c.id from app.contacts c where c.tenant_id = s.tenant_id
                      order by md5(c.id::text) limit 1) c
