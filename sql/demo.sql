-- Two demo tenants with a few contacts, for development. Does nothing twice. Run by a superuser.

begin;

create temporary table demo (slug text, account text, person text, email text) on commit drop;
insert into demo values
    ('acme', 'Acme Comércio', 'Ana Souza', 'ana@acme.example'),
    ('bella', 'Bella Modas', 'Bia Lima', 'bia@bella.example');

select rowhouse_private.create_account(d.account, d.slug, d.person, d.email, 'demo-password', true)
  from demo d
 where not exists (select from rowhouse_private.tenants t where t.slug = d.slug)
\g /dev/null

select rowhouse.for_each_tenant($$
    insert into app.contacts (name, phone, email)
    select v.name, v.phone, v.email
      from (values ('Carlos Pereira', '+5511987650001', 'carlos@example.com'),
                   ('Dora Martins', '+5521987650002', 'dora@example.com'),
                   ('Elis Nunes', '+5531987650003', null)) v (name, phone, email)
     where not exists (select from app.contacts)
$$, array(select t.id from rowhouse_private.tenants t join demo d using (slug)))
\g /dev/null

select 'tenant ' || d.slug || ': ' || d.email || ' / demo-password' as "demo logins"
  from demo d
 order by d.slug;

commit;
