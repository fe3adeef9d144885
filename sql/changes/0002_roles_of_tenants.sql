-- Roles belong to tenants, have parents, and members carry their names.
-- brings: 10_accounts, 20_sessions
create table rowhouse_private.permissions (
    name text primary key,
    lowest_role text not null,
    description text not null);
comment on table rowhouse_private.permissions is
    'every permission there is, and the lowest system role that holds it';
select rowhouse.declare_global('rowhouse_private.permissions', 'the same permissions for every tenant');

create table app.roles (
    tenant_id uuid not null references app.accounts (tenant_id),
    id uuid not null default rowhouse.uuid_v7(),
    name app.slug not null,
    parent app.slug,
    is_system boolean not null default false,
    own_permissions text[] not null default '{}',
    permissions text[] not null default '{}',
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    constraint roles_name_key unique (tenant_id, name),
    constraint roles_parent_fkey foreign key (tenant_id, parent)
        references app.roles (tenant_id, name));
create index on app.roles (tenant_id, parent);
comment on table app.roles is
    'what members may do: a role holds its own permissions and those of its ancestors';
comment on column app.roles.permissions is
    'all that the role holds, worked out from its ancestors: each request reads it';

create table app.role_ancestors (
    tenant_id uuid not null,
    role app.slug not null,
    ancestor app.slug not null,
    depth integer not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, role, ancestor),
    foreign key (tenant_id, role) references app.roles (tenant_id, name) on delete cascade,
    foreign key (tenant_id, ancestor) references app.roles (tenant_id, name) on delete cascade);
create index on app.role_ancestors (tenant_id, ancestor);
comment on table app.role_ancestors is
    'the closure of inheritance: each role with itself, its parent, that one''s parent and so on';

reset role;
insert into app.roles (tenant_id, name, parent, is_system)
select a.tenant_id, s.name, s.parent, true
  from app.accounts a
 cross join (values (1, 'viewer', null), (2, 'agent', 'viewer'), (3, 'manager', 'agent'),
                    (4, 'admin', 'manager'), (5, 'owner', 'admin')) s (rank, name, parent)
 order by a.tenant_id, s.rank;
-- Who was a member becomes an agent, who may do the same.
alter table app.memberships drop constraint memberships_role_fkey;
alter table app.memberships disable trigger user;
update app.memberships m set role = 'agent' where m.role = 'member';
update rowhouse_private.sessions s set role = 'agent' where s.role = 'member';
alter table app.memberships add column name app.short_text, add column email app.email;
update app.memberships m
   set name = u.name,
       email = u.email
  from rowhouse_private.users u
 where u.id = m.user_id;
alter table app.memberships enable trigger user;
set local role rowhouse_owner;

-- These read it; the definitions make them anew.
drop function rowhouse_private.read_session(uuid, uuid, uuid);
drop function api.get_me();
drop trigger _200_session_roles on app.memberships;
drop table rowhouse_private.roles;
delete from rowhouse.global_tables g where g.name = 'rowhouse_private.roles';
drop function rowhouse_private.permit(text, text[]);
alter table rowhouse_private.sessions drop constraint sessions_tenant_id_user_id_fkey;
alter table app.memberships drop constraint memberships_pkey;
alter table app.memberships
    add column id uuid not null default rowhouse.uuid_v7(),
    alter column role type app.slug,
    alter column name set not null,
    alter column email set not null,
    add primary key (tenant_id, id),
    add constraint memberships_user_key unique (tenant_id, user_id);
drop index app.memberships_role_idx;
create index on app.memberships (tenant_id, role);
comment on column app.memberships.name is
    'the user''s, kept here so that members are read behind the wall';
-- Whoever checks the rows that are there has to see them.
reset role;
alter table app.memberships
    add constraint memberships_role_fkey foreign key (tenant_id, role)
        references app.roles (tenant_id, name);
alter table rowhouse_private.sessions
    add foreign key (tenant_id, user_id) references app.memberships (tenant_id, user_id) on delete cascade;
set local role rowhouse_owner;
