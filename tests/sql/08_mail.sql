-- Mail: every text in every language, gaps filled once, and nothing of it readable in the table.
begin;
\ir helpers.psql
select no_plan();

create function pg_temp.gaps(text) returns text[] language sql as $$
    select array(select distinct m[1] from regexp_matches($1, '\{([a-z_]+)\}', 'g') m order by 1)
$$;
create function pg_temp.sent() returns table (job uuid, mail jsonb, tenant_id uuid) language sql as $$
    select j.id, rowhouse.open_secret(j.payload, 'job mail')::jsonb, j.tenant_id from rowhouse_private.jobs j where j.kind = 'mail' order by j.id desc
$$;
create function pg_temp.send(locale text, parameters jsonb default '{"name": "Ana", "link": "https://x.example/y?token=abc"}') returns jsonb language plpgsql as $$
begin
    delete from rowhouse_private.jobs where kind = 'mail';
    perform rowhouse_private.send_mail('ana@tap.example', 'verify_email', locale, parameters);
    return (select mail from pg_temp.sent());
end $$;

-- Templates.
select results_eq('select name, array_agg(locale order by locale) from rowhouse_private.mail_templates group by name order by name', $$
    select name, '{en,pt-BR}'::text[] from unnest('{account_exists,backup_code_used,invitation,mfa_disabled,mfa_enabled,mfa_reset,password_changed,
        reset_password,session_ended,verify_email}'::text[]) name order by name$$, 'every mail is there in both languages');
select is_empty($$
    select e.name from rowhouse_private.mail_templates e join rowhouse_private.mail_templates p using (name)
     where e.locale = 'en' and p.locale = 'pt-BR'
       and (pg_temp.gaps(e.subject) <> pg_temp.gaps(p.subject) or pg_temp.gaps(e.body) <> pg_temp.gaps(p.body))$$,
    'with the same gaps in both');
select results_eq('select name, pg_temp.gaps(subject || body) from rowhouse_private.mail_templates where locale = ''pt-BR'' order by name', $$values
    ('account_exists', '{link,name}'::text[]), ('backup_code_used', '{left,name}'), ('invitation', '{account,inviter,link}'), ('mfa_disabled', '{name}'),
    ('mfa_enabled', '{name}'), ('mfa_reset', '{account,name}'), ('password_changed', '{name}'), ('reset_password', '{link,name}'),
    ('session_ended', '{device,name}'), ('verify_email', '{link,name}')$$, 'which are the parameters that are given');
select is_empty($$select name, locale from rowhouse_private.mail_templates where body !~ 'Rowhouse' or subject ~ '[[:cntrl:]]' or body ~ '[\t\r]' or length(subject) > 60
                     or body ~ '[^\n]\{link\}|\{link\}[^\n]' or right(body, 1) <> E'\n'$$,
                'a text says whose it is, a subject is one line, a link has a line of its own');
select is_empty('select e.name from rowhouse_private.mail_templates e join rowhouse_private.mail_templates p using (name) where e.locale < p.locale and (e.subject = p.subject or e.body = p.body)',
                'each is translated');

-- Sending.
select is(pg_temp.send('en')->>'to', 'ana@tap.example', 'a mail goes to its recipient');
select is(pg_temp.send('en')->>'subject', 'Confirm your e-mail address', 'in English');
select matches(pg_temp.send('en')->>'text', E'^Hello Ana,\n.*\nhttps://x\\.example/y\\?token=abc\n', 'with its gaps filled');
select is(pg_temp.send('pt-BR')->>'subject', 'Confirme seu endereço de e-mail', 'in Portuguese');
select is(pg_temp.send(locale), pg_temp.send('en'), format('in English when the language is %L', locale)) from unnest('{fr,pt,"",NULL}'::text[]) locale;
select is(tenant_id, null, 'of no tenant') from pg_temp.sent();
select rowhouse.uuid_v7() as tenant \gset
select rowhouse_private.send_mail('ana@tap.example', 'mfa_enabled', 'en', '{"name": "Ana"}', :'tenant') \gset
select is(tenant_id, :'tenant'::uuid, 'or of one') from pg_temp.sent() limit 1;
select is_empty($$select from rowhouse_private.jobs j where j.kind = 'mail' and encode(j.payload, 'escape') ~ 'Ana|tap\.example|token'$$, 'nothing of it can be read in the table');
select isnt_empty($$select from rowhouse_private.jobs j where j.kind = 'mail'$$);

-- What a parameter cannot do.
select is(pg_temp.send('en', '{"name": "{link} {name} {x}", "link": "L"}')->>'text', replace(pg_temp.send('en', '{"name": "*", "link": "L"}')->>'text', '*', '{link} {name} {x}'),
          'a gap in a value is no gap');
select is(pg_temp.send('en', jsonb_build_object('name', value, 'link', 'L'))->>'text', replace(pg_temp.send('en', '{"name": "*", "link": "L"}')->>'text', '*', 'A B'),
          format('%s is a space', to_json(value)))
  from (values (E'A\nB'), (E'A\r\n\r\nB'), (E'A\u2028B'), (E'A\tB'), (E'A\u0085B')) v (value);
select rowhouse_private.send_mail('ana@tap.example', 'invitation', 'en', jsonb_build_object('inviter', E'Eve\r\nBcc: all@tap.example', 'account', E'\nX', 'link', 'L')) \gset
select is(mail->>'subject', 'Eve Bcc: all@tap.example invites you to  X', 'nor do line breaks reach a subject') from pg_temp.sent() limit 1;
select is(rowhouse_private.fill_in(template, '{"a": "1", "b": "", "n": 5}'), filled, format('%s is %s', to_json(template), to_json(filled)))
  from (values ('{a}', '1'), ('{a}{b}{n}', '15'), ('x', 'x'), ('{', '{'), ('{A} {a', '{A} {a'), ('{{a}}', '{1}'), (E'{a}\n', E'1\n'), ('{b}', '')) v (template, filled);

-- What is wrong with a mail.
select throws_ok($$select rowhouse_private.send_mail('ana@tap.example', 'tap_none', 'en', '{}')$$, 'XX000', 'there is no mail template "tap_none"', 'an unknown template raises');
select throws_ok($$select rowhouse_private.send_mail('ana@tap.example', 'verify_email', 'en', '{"name": "Ana"}')$$, 'XX000', 'a mail lacks its parameter link', 'a gap without its parameter does');
select throws_ok($$select rowhouse_private.send_mail('ana@tap.example', 'verify_email', 'en', '{"name": "Ana", "link": null}')$$, 'XX000', 'a mail lacks its parameter link', 'or with null');
select throws_ok($$select rowhouse_private.send_mail('ana@tap.example', 'verify_email', 'en', null)$$, 'XX000', 'a mail lacks its parameter name, link', 'or with none at all');
select throws_ok($$select rowhouse_private.send_mail(null, 'mfa_enabled', 'en', '{"name": "Ana"}')$$, 'XX000', 'a mail lacks its recipient', 'nobody gets no mail');
select throws_ok(format('select rowhouse_private.send_mail(%L, ''mfa_enabled'', ''en'', ''{"name": "Ana"}'')', address), '23514', null, format('%s is no recipient', to_json(address)))
  from (values (E'ana@tap.example\r\nBcc: x@tap.example'), ('ana@tap.example, x@tap.example'), ('<ana@tap.example>'), ('ana')) v (address);
select throws_ok($$select rowhouse_private.mail_template('tap', 'fr', '', '')$$, '23514', null, 'there are no other languages');

-- Links.
select is(rowhouse_private.link('/verify?token=x'), 'http://localhost:8080/verify?token=x', 'a link leads to the public address');
select * from finish();
rollback;
