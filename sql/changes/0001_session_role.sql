-- Sessions carry the role of their membership.
-- brings: 20_sessions
alter table rowhouse_private.sessions add column role text;
reset role;
update rowhouse_private.sessions s
   set role = m.role
  from app.memberships m
 where m.tenant_id = s.tenant_id
   and m.user_id = s.user_id;
set local role rowhouse_owner;
alter table rowhouse_private.sessions alter column role set not null;
comment on column rowhouse_private.sessions.role is
    'the membership''s: each request reads the session, and shall not need to read that too';
