-- Users have a language, and an address that they have confirmed or not.
-- brings: 10_accounts, 23_me
create domain app.locale as text
    constraint locale_known check (value ~ '^(en|pt-BR)$');
comment on domain app.locale is 'a language such as pt-BR or en';
alter table rowhouse_private.users
    add column email_verified_at timestamptz,
    add column locale app.locale;
comment on column rowhouse_private.users.email_verified_at is
    'since when it is known that the user reads what is sent to the address; NULL when it is not';
comment on column rowhouse_private.users.locale is
    'the language of mails; English when NULL';
-- Who was let in before is not asked now.
update rowhouse_private.users u set email_verified_at = u.created_at;

-- These have other parameters, or another type of answer; the definitions make them anew.
drop function if exists rowhouse_private.create_account(text, text, text, text, text, boolean);
drop function if exists api.register(app.short_text, app.slug, app.short_text, app.email, text, app.short_text, app.device_id);
drop function if exists api.update_me(app.short_text, text[]);
drop function if exists api.get_me();
alter type api.me add attribute email_verified_at timestamptz;
alter type api.me add attribute locale text;
