-- Accounts have settings of their own.
-- brings: 00_schemas, 10_accounts
create domain app.time_zone as text
    constraint time_zone_shape check (value ~ '^[A-Za-z][A-Za-z0-9_+/-]{0,62}$');
comment on domain app.time_zone is 'a time zone such as America/Sao_Paulo';

create domain app.origin as text
    constraint origin_shape check (
        length(value) <= 200
        and value ~ '^(https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?|http://localhost)(:[1-9][0-9]{0,4})?$');
comment on domain app.origin is 'an origin: http://localhost with a port, or one such as https://app.example.com';

alter table app.accounts
    add column time_zone app.time_zone not null default 'America/Sao_Paulo',
    add column cors_origins text[] not null default '{}',
    add column mfa_required_for_admin boolean not null default false,
    add column remember_devices boolean not null default true,
    add column session_idle_seconds integer
        constraint accounts_session_idle_range check (session_idle_seconds between 60 and 31536000),
    add column session_absolute_seconds integer
        constraint accounts_session_absolute_range check (session_absolute_seconds between 60 and 31536000),
    add column closes_at timestamptz;
comment on constraint accounts_session_idle_range on app.accounts is
    'is 60 seconds to a year';
comment on constraint accounts_session_absolute_range on app.accounts is
    'is 60 seconds to a year';
comment on column app.accounts.mfa_required_for_admin is
    'whether those who may change members must have a second factor';
comment on column app.accounts.remember_devices is
    'whether logins from a remembered device are asked for no code';
create index on app.accounts using gin (cors_origins);
comment on column app.accounts.cors_origins is
    'origins whose pages may call the API with a credential of this tenant';
comment on column app.accounts.closes_at is
    'when nobody gets in any more; NULL while nobody wants that';
