#!/bin/bash
# Removing the extension: DROP EXTENSION says what stands in the way, and the documented steps leave
# the tables with all their rows. TAP.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stock.sh"

protected_shop() {
    sql 'create schema shop authorization rowhouse_owner' "select rowhouse.protect_schema('shop')" 'set role rowhouse_owner' \
        'create table shop.customers (tenant_id uuid, id uuid default rowhouse.uuid_v7(), name text, primary key (tenant_id, id))' \
        'reset role' "select rowhouse.for_each_tenant('insert into shop.customers (name) values (''Ana''), (''Bruno'')',
            array['$tenant_a', '$tenant_b']::uuid[])" >/dev/null
}

stands_in_the_way() {
    local said
    said=$(sql 'drop extension rowhouse' || true)
    has "$said" 'cannot drop extension rowhouse because other objects depend on it' 'DROP EXTENSION is refused'
    for object in 'policy same_tenant on table shop.customers' 'trigger _100_touch on table shop.customers' \
        'default value for column tenant_id of table shop.customers' 'event trigger rowhouse_protect'; do
        has "$said" "$object" "and names: $object"
    done
}

# The text of docs/dba.md, so that it is what is tested.
documented_removal() {
    awk '/^## / { inside = ($2 == "Remove") } /^```/ { code = !code; next } inside && code' "$root_dir/docs/dba.md" |
        "$bin/psql" -Xq -v ON_ERROR_STOP=1
}

make_shop
protected_shop
stands_in_the_way
check 'the documented steps succeed' documented_removal
is "$(sql "select count(*) from pg_namespace where nspname = 'rowhouse'")" 0 'the schema is gone'
is "$(sql "select count(*) from pg_event_trigger")" 0 'the event trigger too'
is "$(sql "select count(*) from pg_policy")$(sql 'select count(*) from pg_trigger where not tgisinternal')" 00 'policies and triggers too'
is "$(sql 'set role rowhouse_owner' 'select count(*), count(distinct tenant_id) from shop.customers')" '4|2' 'the owner reads every row'
is "$(sql "insert into shop.customers (tenant_id, id, name) values ('$tenant_a', gen_random_uuid(), 'Carla') returning name")" Carla 'and writes'
check 'the extension can be created anew' sql 'create extension rowhouse; select rowhouse.install()'
is "$(sql "select rowhouse.protect('shop.customers')" 'select rowhouse.is_protected('\''shop.customers'\'')' | tail -n 1)" t 'and protects again'
finish_tap
