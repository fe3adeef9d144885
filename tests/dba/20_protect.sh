#!/bin/bash
# An existing schema with data of several tenants is put behind the wall, step by step, as
# docs/dba.md says; each refusal names the next step. TAP.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stock.sh"

refused() { has "$(sql "$1" || true)" "$2" "$3"; }

# A shop that knew its tenants by a number in another table.
existing_tables() {
    "$bin/psql" -Xq -v ON_ERROR_STOP=1 <<-END
	create table public.stores (number integer primary key, tenant uuid unique);
	insert into stores values (1, '$tenant_a'), (2, '$tenant_b');
	create schema shop authorization rowhouse_owner;
	set role rowhouse_owner;
	create table shop.customers (
	    id uuid primary key default gen_random_uuid(), store integer not null, name text not null,
	    email text unique, updated_at timestamptz not null default '2020-01-01');
	create table shop.orders (
	    id uuid primary key default gen_random_uuid(),
	    customer_id uuid references shop.customers on delete set null, total numeric not null);
	insert into shop.customers (store, name, email)
	select 1 + n % 2, 'customer ' || n, n || '@example.com' from generate_series(1, 100) n;
	insert into shop.orders (customer_id, total) select id, 10 from shop.customers;
	END
}

backfill() {
    refused "select rowhouse.protect('shop.customers')" 'has no column tenant_id of type uuid' 'protect() asks for tenant_id'
    sql 'alter table shop.customers add column tenant_id uuid' 'alter table shop.orders add column tenant_id uuid'
    refused "select rowhouse.protect('shop.customers')" 'Set tenant_id for every row first.' 'then for every row'\''s'
    sql 'update shop.customers c set tenant_id = s.tenant from public.stores s where s.number = c.store' \
        'update shop.orders o set tenant_id = c.tenant_id from shop.customers c where c.id = o.customer_id'
}

change_keys() {
    refused "select rowhouse.protect('shop.customers')" 'unique index shop.customers_pkey does not begin with tenant_id' 'it names a wrong primary key'
    sql 'alter table shop.orders drop constraint orders_customer_id_fkey' \
        'alter table shop.customers drop constraint customers_pkey, add primary key (tenant_id, id)'
    refused "select rowhouse.protect('shop.customers')" 'unique index shop.customers_email_key does not begin with tenant_id' 'a wrong unique key'
    refused "select rowhouse.protect('shop.customers')" 'Make tenant_id its first column' 'and what to change'
    sql 'alter table shop.customers drop constraint customers_email_key, add unique (tenant_id, email)' \
        'alter table shop.orders drop constraint orders_pkey, add primary key (tenant_id, id),
            add constraint of foreign key (tenant_id, customer_id) references shop.customers on delete set null'
    refused "select rowhouse.protect('shop.orders')" 'Write ON DELETE SET NULL (column)' 'a foreign key that would null the tenant'
    sql 'alter table shop.orders drop constraint of, add constraint of foreign key (tenant_id, customer_id)
            references shop.customers on delete set null (customer_id)' \
        'create index on shop.orders (tenant_id, customer_id)'
}

protect() {
    is "$(sql "select rowhouse.protect('shop.customers'), rowhouse.protect('shop.orders')")" '|' 'then it protects'
    is "$(sql "select rowhouse.protect('shop.customers')")" '' 'twice'
    is "$(sql 'select count(*), min(updated_at) = max(updated_at) from shop.customers')" '100|t' 'no row was lost or stamped'
    is "$(sql 'set role rowhouse_owner' 'select count(*) from shop.customers')" 0 'their owner sees none of it without a context'
}

in_context() {
    sql begin "select rowhouse.assume('$1', null, 'test', '{customers:read}')" 'set local role rowhouse_tenant' "${@:2}" commit
}

policies() {
    sql 'grant usage on schema shop to rowhouse_tenant, rowhouse_reporting' \
        'grant select, insert, update, delete on shop.customers to rowhouse_tenant'
    is "$(in_context $tenant_a 'select count(*) from shop.customers' | tail -n 1)" 0 'nobody may do anything until a policy says so'
    sql "create policy member_select on shop.customers for select to rowhouse_tenant using (rowhouse.has_permission('customers:read'))" \
        "create policy member_insert on shop.customers for insert to rowhouse_tenant with check (rowhouse.has_permission('customers:write'))" \
        'create policy careless on shop.customers to rowhouse_tenant using (true)'
    is "$(in_context $tenant_a 'select count(*), count(distinct tenant_id) from shop.customers' | tail -n 1)" '50|1' 'assume(): a tenant sees its own rows, however wide a policy'
    has "$(in_context $tenant_a "insert into shop.customers (tenant_id, store, name) values ('$tenant_b', 2, 'x')" || true)" \
        'violates row-level security' 'and writes none of another'
    has "$(in_context $tenant_a "update shop.customers set tenant_id = '$tenant_b'" || true)" 'a row cannot change its tenant' 'nor gives one away'
    sql 'drop policy careless on shop.customers'
    has "$(in_context $tenant_a "insert into shop.customers (store, name) values (1, 'x')" || true)" 'violates row-level security' 'without the permission it writes nothing'
    is "$(sql "select rowhouse.for_each_tenant('update shop.customers set name = upper(name)', array['$tenant_a', '$tenant_b']::uuid[])")" 100 'for_each_tenant() reaches all'
    is "$(sql 'select count(*) from shop.customers where updated_at > clock_timestamp() - interval '\''1 minute'\')" 100 'and stamps what it changes'
    is "$(sql "select reason is null, event from rowhouse.audit_log, (select null) r (reason)" | sort -u)" 't|context.assumed' 'assume() leaves its audit rows'
    has "$(as dev "select rowhouse.assume('$tenant_a', null, 'please')" || true)" 'permission denied' 'assume() is for superusers'
}

reports() {
    sql 'create role bi_acme login in role rowhouse_reporting' "alter role bi_acme set rowhouse.bound_tenant = '$tenant_a'" \
        'create role bi_nobody login in role rowhouse_reporting' 'grant select on shop.customers to rowhouse_reporting' \
        'create policy reporting_select on shop.customers for select to rowhouse_reporting using (true)'
    sql 'create schema reports authorization rowhouse_owner' 'set role rowhouse_owner' \
        'create view reports.customers with (security_invoker = true) as select tenant_id, name from shop.customers' \
        'grant usage on schema reports to rowhouse_reporting' 'grant select on reports.customers to rowhouse_reporting'
    is "$(as bi_acme 'select count(*), count(distinct tenant_id) from reports.customers')" '50|1' 'a bound login reads its tenant alone through a view'
    is "$(as bi_nobody 'select count(*) from reports.customers')" 0 'an unbound one nothing'
    has "$(as bi_acme "set rowhouse.bound_tenant = '$tenant_b'" || true)" 'permission denied to set parameter' 'it cannot bind itself elsewhere'
    is "$(as bi_acme 'reset all' 'discard all' 'select count(distinct tenant_id) from reports.customers')" 1 'nor get loose by RESET or DISCARD'
    has "$(as bi_acme "insert into shop.customers (store, name) values (1, 'x')" || true)" 'permission denied' 'it writes nothing'
}

# Each line: what to do wrong, and what lint() says of it.
faults() {
    sql "select rowhouse.protect_schema('shop')" >/dev/null
    refused 'create table shop.notes (id uuid primary key)' 'Add it and say for each row whose it is' 'a protected schema takes no table without tenant_id'
    refused 'create unique index on shop.customers (name)' 'does not begin with tenant_id' 'nor a key across tenants'
    finds 'create table shop.extra (tenant_id uuid, id uuid, primary key (tenant_id, id))' 'powerful_owner|shop.extra'
    finds 'create view shop.everyone as select * from shop.customers' 'definer_view|shop.everyone'
    finds 'create materialized view shop.copy as select * from shop.customers' 'materialized_view|shop.copy'
    finds 'create function shop.f() returns integer language sql as '\''select 1'\' 'open_search_path|shop.f()'
    finds 'create function shop.f() returns integer language sql begin atomic select 1; end' 'public_execute|shop.f()'
    finds 'create function shop.f() returns integer language sql security definer begin atomic select 1; end' 'powerful_definer|shop.f()'
    finds 'grant truncate on shop.orders to rowhouse_tenant' 'granted_truncate|shop.orders'
    finds 'drop index shop.orders_tenant_id_customer_id_idx' 'unindexed_foreign_key|shop.orders'
    finds 'drop policy same_tenant on shop.orders' 'unprotected_table|shop.orders'
    finds 'set local session_replication_role = replica; drop event trigger rowhouse_protect; create unique index on shop.orders (total, customer_id)' 'tenant_key|shop.orders'
}

finds() { has "$(sql begin "$1" 'select rule, object from rowhouse.lint()' rollback)" "$2" "lint() names ${2%|*}"; }

make_shop
sql 'create role dev login'
existing_tables
backfill
change_keys
protect
policies
reports
is "$(sql 'select * from rowhouse.lint()')" '' 'lint() finds nothing'
faults
finish_tap
