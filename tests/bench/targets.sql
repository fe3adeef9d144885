-- One line for each tenant: access token, tenant, one of its contacts.
select rowhouse.issue_access_token(s.id, s.user_id, s.tenant_id), s.tenant_id, c.id
  from rowhouse_private.sessions s
 cross join lateral (select c.id from app.contacts c where c.tenant_id = s.tenant_id
                      offset abs(hashtext(s.tenant_id::text)) % :contacts limit 1) c
