-- The passwords that everybody thinks of; 06_common_password_list brings them in.

create table rowhouse_private.common_passwords (
    password text primary key);
comment on table rowhouse_private.common_passwords is
    'passwords that nobody may choose, in lower case';
select rowhouse.declare_global('rowhouse_private.common_passwords', 'a published list, the same for every tenant');

-- definitions

grant select on rowhouse_private.common_passwords to rowhouse_system;

set local role rowhouse_system;

create or replace function rowhouse_private.is_common_password(password text) returns boolean
    language sql stable strict parallel restricted
begin atomic
    select exists (
        select from rowhouse_private.common_passwords c
         where c.password = lower(is_common_password.password));
end;
comment on function rowhouse_private.is_common_password(text) is
'Whether a password is among the most common ones, in whatever case.';

set local role rowhouse_owner;
