-- Accounts, which are the tenants, users, roles, and who belongs to which account as what.

create table rowhouse_private.tenants (
    id uuid primary key default rowhouse.uuid_v7(),
    slug app.slug not null constraint tenants_slug_key unique,
    is_demo boolean not null default false,
    created_at timestamptz not null default clock_timestamp());
comment on table rowhouse_private.tenants is
    'every tenant there is, by id and by slug';
select rowhouse.declare_global('rowhouse_private.tenants', 'names a tenant before one is known');

create domain app.locale as text
    constraint locale_known check (value ~ '^(en|pt-BR)$');
comment on domain app.locale is 'a language such as pt-BR or en';

create table rowhouse_private.users (
    id uuid primary key default rowhouse.uuid_v7(),
    name app.short_text not null,
    email app.email not null constraint users_email_key unique,
    password_hash text not null,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    email_verified_at timestamptz,
    locale app.locale);
comment on table rowhouse_private.users is
    'people; the e-mail is in lower case, the password an Argon2id hash';
comment on column rowhouse_private.users.email_verified_at is
    'since when it is known that the user reads what is sent to the address; NULL when it is not';
comment on column rowhouse_private.users.locale is
    'the language of mails; English when NULL';
select rowhouse.declare_global('rowhouse_private.users', 'a person may belong to several tenants');
create trigger _100_touch before update on rowhouse_private.users
    for each row execute function rowhouse.tg__touch();

create table app.accounts (
    tenant_id uuid primary key references rowhouse_private.tenants (id),
    name app.short_text not null,
    time_zone app.time_zone not null default 'America/Sao_Paulo',
    cors_origins text[] not null default '{}',
    mfa_required_for_admin boolean not null default false,
    remember_devices boolean not null default true,
    session_idle_seconds integer constraint accounts_session_idle_range check (session_idle_seconds between 60 and 31536000),
    session_absolute_seconds integer
        constraint accounts_session_absolute_range check (session_absolute_seconds between 60 and 31536000),
    closes_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp());
create index on app.accounts using gin (cors_origins);
comment on table app.accounts is
    'a tenant as its members see it';
comment on column app.accounts.mfa_required_for_admin is
    'whether those who may change members must have a second factor';
comment on column app.accounts.remember_devices is
    'whether logins from a remembered device are asked for no code';
comment on column app.accounts.cors_origins is
    'origins whose pages may call the API with a credential of this tenant';

comment on constraint accounts_session_idle_range on app.accounts is
    'is 60 seconds to a year';
comment on constraint accounts_session_absolute_range on app.accounts is
    'is 60 seconds to a year';
comment on column app.accounts.closes_at is
    'when nobody gets in any more; NULL while nobody wants that';

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

create table app.memberships (
    tenant_id uuid not null references app.accounts (tenant_id),
    id uuid not null default rowhouse.uuid_v7(),
    user_id uuid not null references rowhouse_private.users (id),
    role app.slug not null,
    name app.short_text not null,
    email app.email not null,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    constraint memberships_user_key unique (tenant_id, user_id),
    constraint memberships_role_fkey foreign key (tenant_id, role)
        references app.roles (tenant_id, name));
create index on app.memberships (user_id);
create index on app.memberships (tenant_id, role);
comment on table app.memberships is
    'which user belongs to which account, and as what';
comment on column app.memberships.name is
    'the user''s, kept here so that members are read behind the wall';

-- definitions

select rowhouse.error('email_taken', 409, 'The e-mail address is taken', constraint_name => 'users_email_key');
select rowhouse.error('slug_taken', 409, 'The slug is taken', constraint_name => 'tenants_slug_key');
select rowhouse.error('weak_password', 422, 'The password is too weak');

grant select, insert, update, delete
    on rowhouse_private.tenants, rowhouse_private.users to rowhouse_system;

set local role rowhouse_system;

create or replace function rowhouse_private.check_password(password text, field text) returns void
    language plpgsql volatile parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
begin
    if length(password) not between 8 and 128 then
        perform rowhouse.refuse('weak_password', 'A password has 8 to 128 characters.', field);
    end if;
    if rowhouse_private.is_common_password(password) then
        perform rowhouse.refuse('weak_password', 'This password is one of the most common ones.', field);
    end if;
end
$$;
comment on function rowhouse_private.check_password(text, text) is
'Refuses (weak_password) what may not be a password; field is the parameter it came in.';

create or replace function rowhouse_private.create_account(
    account_name text, slug text, user_name text, email text, password text, is_demo boolean default false,
    locale app.locale default null, is_verified boolean default true,
    out tenant_id uuid, out user_id uuid
) returns record
    language plpgsql volatile security definer parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
begin
    insert into rowhouse_private.tenants (slug, is_demo)
    values (create_account.slug, create_account.is_demo)
    returning id into create_account.tenant_id;
    insert into rowhouse_private.users (name, email, password_hash, locale, email_verified_at)
    values (user_name, lower(create_account.email), rowhouse.hash_password(password), create_account.locale,
            case when is_verified then clock_timestamp() end)
    returning id into create_account.user_id;
    insert into app.accounts (tenant_id, name)
    values (create_account.tenant_id, account_name);
    insert into app.memberships (tenant_id, user_id, role)
    values (create_account.tenant_id, create_account.user_id, 'owner');
    perform rowhouse.audit_for(create_account.tenant_id, create_account.user_id, 'account.created');
end
$$;
comment on function rowhouse_private.create_account(text, text, text, text, text, boolean, app.locale, boolean) is
'Makes a tenant and its owner; whoever calls it vouches for the address unless is_verified is false. Raises 23505 (email_taken, slug_taken).';

create or replace function rowhouse_private.production_findings() returns setof text
    language sql stable security definer parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
    select 'demo accounts exist; they cannot log in, but remove them: ' || string_agg(t.slug, ', ')
      from rowhouse_private.tenants t
     where t.is_demo
    having count(*) > 0
    union all
    select 'the list of common passwords is empty: build and migrate again'
     where not exists (select from rowhouse_private.common_passwords)
$$;
comment on function rowhouse_private.production_findings() is
'Why the application must not serve in production, a sentence each.';

set local role rowhouse_owner;
