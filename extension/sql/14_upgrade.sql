-- upgrade(): brings the tables that install() made in an earlier version to their present form.

create function rowhouse.upgrade_steps() returns table (is_done boolean, statement text)
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select null::boolean, null::text where false
$$;
comment on function rowhouse.upgrade_steps() is
'The statements that lead from the tables of every earlier version to those of this one, in order, each with whether this database has its effect already, judged by the catalog or the rows; part of rowhouse.upgrade().';

create function rowhouse.upgrade() returns void
    language plpgsql volatile parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    step record;
begin
    -- Without the tables there is nothing to change: install() makes them in their present form.
    if to_regclass('rowhouse.migrations') is not null then
        for step in select s.statement from rowhouse.upgrade_steps() s where not s.is_done loop
            execute step.statement;
        end loop;
    end if;
    perform rowhouse.install();
end
$$;
comment on function rowhouse.upgrade() is
'Changes what install() made in an earlier version, then calls install(); does nothing twice. For superusers, after ALTER EXTENSION rowhouse UPDATE or the restore of an older copy.';
