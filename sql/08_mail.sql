-- Mail: texts with gaps, filled in when they are sent, and sent by the worker.

create table rowhouse_private.mail_templates (
    name text not null,
    locale text not null constraint mail_templates_locale_known check (locale in ('en', 'pt-BR')),
    subject text not null,
    body text not null,
    primary key (name, locale));
comment on table rowhouse_private.mail_templates is
    'what is written to people, in each language; {word} is a gap';
select rowhouse.declare_global('rowhouse_private.mail_templates', 'the same texts for every tenant');

-- definitions

create or replace function rowhouse_private.mail_template(name text, locale text, subject text, body text) returns void
    language sql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    insert into rowhouse_private.mail_templates as t (name, locale, subject, body)
    values (mail_template.name, mail_template.locale, mail_template.subject, mail_template.body)
    on conflict on constraint mail_templates_pkey do update
       set subject = excluded.subject, body = excluded.body
$$;
comment on function rowhouse_private.mail_template(text, text, text, text) is
'Says what a mail reads in a language; each domain does so for its own.';

-- Emptied here, filled by what follows: a text that nobody writes any more goes away.
delete from rowhouse_private.mail_templates;

grant select on rowhouse_private.mail_templates to rowhouse_system;

set local role rowhouse_system;

create or replace function rowhouse_private.fill_in(template text, parameters jsonb) returns text
    language plpgsql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
declare
    missing text;
    filled text;
begin
    -- In one pass, so that a gap in a value is no gap; and each value on one line, so that nobody
    -- who may choose a name adds lines to a mail.
    select string_agg(m[1], ', ' order by n) filter (where m[1] is not null and parameters->>m[1] is null),
           string_agg(coalesce(m[2], regexp_replace(parameters->>m[1], '[[:cntrl:]\u2028\u2029]+', ' ', 'g')), '' order by n)
      into missing, filled
      from regexp_matches(template, '\{([a-z_]+)\}|([^{]+|\{)', 'g') with ordinality p (m, n);
    if missing is not null then
        raise exception 'a mail lacks its parameter %', missing using errcode = 'XX000';
    end if;
    return filled;
end
$$;
comment on function rowhouse_private.fill_in(text, jsonb) is
'A template with its gaps filled. Raises XX000 when a parameter is missing.';

create or replace function rowhouse_private.send_mail(
    recipient app.email, template text, locale text, parameters jsonb, tenant_id uuid default null
) returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    chosen rowhouse_private.mail_templates;
begin
    select t.* into chosen
      from rowhouse_private.mail_templates t
     where t.name = template
       and (t.locale = send_mail.locale or t.locale = 'en')
     order by t.locale = 'en'
     limit 1;
    if chosen.name is null then
        raise exception 'there is no mail template "%"', template using errcode = 'XX000';
    end if;
    if recipient is null then
        raise exception 'a mail lacks its recipient' using errcode = 'XX000';
    end if;
    perform rowhouse_private.enqueue(
        'mail',
        jsonb_build_object('to', recipient,
                           'subject', rowhouse_private.fill_in(chosen.subject, parameters),
                           'text', rowhouse_private.fill_in(chosen.body, parameters)),
        send_mail.tenant_id);
end
$$;
comment on function rowhouse_private.send_mail(app.email, text, text, jsonb, uuid) is
'Sends a mail once the caller''s transaction has committed; in English when there is no text in that language. Raises XX000 for an unknown template or a missing parameter.';

create or replace function rowhouse_private.link(path text) returns text
    language sql stable parallel safe
return rtrim(current_setting('rowhouse.public_url'), '/') || path;
comment on function rowhouse_private.link(text) is
'An address that people open in a browser: rowhouse.public_url and a path that begins with /.';

set local role rowhouse_owner;
