-- Rate limits: their classes, what single tenants have instead, and what the counters saw.

create function rowhouse.rate_class(name text, requests integer, "window" interval default '1 minute')
    returns void
    language sql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
    insert into rowhouse.rate_classes as c (name, requests, window_seconds)
    values ($1, $2, extract(epoch from $3)::integer)
    on conflict (name) do update
       set requests = excluded.requests,
           window_seconds = excluded.window_seconds
     where (c.requests, c.window_seconds) is distinct from (excluded.requests, excluded.window_seconds)
$$;
comment on function rowhouse.rate_class(text, integer, interval) is
'Registers a kind of rate limit that routes may name: so many requests within a window, of 1 second to a day, for each user or key; on public routes for each network.';

create function rowhouse.rate_class_fault(name text) returns text
    language sql stable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select format('there is no rate class %s', $1)
     where $1 <> 'default'
       and $1 not in (select c.name from rowhouse.rate_classes c)
$$;
comment on function rowhouse.rate_class_fault(text) is
'Why a route cannot name that class of rate limit; NULL when it can.';

create function rowhouse.override_rate(tenant uuid, class text, requests integer) returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    fault constant text := case when class <> 'tenant' then rowhouse.rate_class_fault(class) end;
begin
    if fault is not null then
        raise exception 'the rate limit cannot be overridden: %', fault
            using errcode = '22023', hint = 'Name default, tenant, or a class of rowhouse.rate_class().';
    end if;
    if requests is null then
        delete from rowhouse.rate_overrides o
         where o.tenant_id = override_rate.tenant
           and o.class = override_rate.class;
        return;
    end if;
    insert into rowhouse.rate_overrides as o (tenant_id, class, requests)
    values (override_rate.tenant, override_rate.class, override_rate.requests)
    on conflict on constraint rate_overrides_pkey do update
       set requests = excluded.requests
     where o.requests <> excluded.requests;
end
$$;
comment on function rowhouse.override_rate(uuid, text, integer) is
'Gives a tenant another number of requests in a class (default, tenant for all its requests together, or a registered one) than the others have: 0 for no limit, NULL to take it back. All backends notice at once.';

create function rowhouse.rate_statistics(
    out buckets bigint, out in_use bigint, out evictions bigint, out refusals bigint
) returns record
    language c volatile parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_rate_statistics';
comment on function rowhouse.rate_statistics() is
'Of the counters of rate limits, since the server started: how many there are, how many count for something now, how many had to go while they did, and how many requests were refused.';
