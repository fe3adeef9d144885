-- A role that reads contacts past row-level security, by its grants.
create role bench_bypass bypassrls;
grant usage on schema app to bench_bypass;
grant select on app.contacts to bench_bypass;
