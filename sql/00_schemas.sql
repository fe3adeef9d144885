-- The schemas of the application, by audience, and what many domains share.

reset role;
create schema app authorization rowhouse_owner;
create schema api authorization rowhouse_owner;
create schema reporting authorization rowhouse_owner;
create schema rowhouse_private authorization rowhouse_owner;
comment on schema app is 'tables of tenants; every one is protected as it is made';
comment on schema api is 'endpoint functions and the shapes of their answers, nothing else';
comment on schema reporting is 'views for reporting logins';
comment on schema rowhouse_private is 'what has no tenant; granted to nobody but rowhouse_system';
set local role rowhouse_owner;

select rowhouse.protect_schema('app');
select rowhouse.protect_schema('reporting');

create domain app.short_text as text
    constraint short_text_length check (length(value) between 1 and 200)
    constraint short_text_printable check (value !~ '[[:cntrl:]]' and value ~ '[^[:space:]]');
comment on domain app.short_text is 'a text of 1 to 200 characters on one line';

create domain app.long_text as text
    constraint long_text_length check (length(value) <= 10000);
comment on domain app.long_text is 'a text of at most 10000 characters';

create domain app.slug as text
    constraint slug_shape check (value ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$');
comment on domain app.slug is
    'a name of 1 to 63 lower-case letters, digits and hyphens, as in a host name';

create domain app.email as text
    constraint email_shape check (
        length(value) <= 254 and value ~ '^[^[:space:][:cntrl:]@<>()",;:\\]+@[^[:space:][:cntrl:]@]+\.[^[:space:][:cntrl:]@.]+$');
comment on domain app.email is 'an e-mail address';

create domain app.phone as text
    constraint phone_shape check (value ~ '^\+[1-9][0-9]{6,14}$');
comment on domain app.phone is 'a phone number in E.164 form such as +5511987654321';

create domain app.time_zone as text
    constraint time_zone_shape check (value ~ '^[A-Za-z][A-Za-z0-9_+/-]{0,62}$');
comment on domain app.time_zone is 'a time zone such as America/Sao_Paulo';

create domain app.origin as text
    constraint origin_shape check (
        length(value) <= 200
        and value ~ '^(https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?|http://localhost)(:[1-9][0-9]{0,4})?$');
comment on domain app.origin is 'an origin: http://localhost with a port, or one such as https://app.example.com';

-- definitions

reset role;
select rowhouse.harden_database();
set local role rowhouse_owner;

grant usage on schema app, api, rowhouse_private to rowhouse_system;
grant create on schema api, rowhouse_private to rowhouse_system;
grant usage on schema app, api to rowhouse_tenant, rowhouse_public;
grant usage on schema reporting to rowhouse_reporting;
