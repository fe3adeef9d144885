-- The registries change while a request is being served: nothing that it uses may go away.
\ir helpers.psql
select plan(4);
select tenant as a from pg_temp.make_tenant('alba') \gset
select token from pg_temp.login('alba') \gset

create function api.tap_disturb(act text) returns json language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    update rowhouse.routes set timeout_ms = timeout_ms;
    update rowhouse.errors set title = title;
    if act = 'deny' then
        raise insufficient_privilege;
    elsif act = 'fail' then
        perform 1 / 0;
    end if;
    return json_build_object('did', act);
end $$;
select rowhouse.route('POST', '/tap/disturb', 'api.tap_disturb') \gset

select is(outcome, '200', 'what succeeds is answered as ever')
  from pg_temp.answer('POST', '/tap/disturb', :'token', '{"act": "nothing"}');
select is(outcome, '403 permission_denied', 'so is what is denied')
  from pg_temp.answer('POST', '/tap/disturb', :'token', '{"act": "deny"}');
select is(outcome, '500 internal_error', 'and what fails')
  from pg_temp.answer('POST', '/tap/disturb', :'token', '{"act": "fail"}');
select is(resource, '/api/v1/tap/disturb', 'the audit row names the route')
  from rowhouse.audit_log where tenant_id = :'a' and event = 'permission.denied';

select pg_temp.clean_up() \gset
select * from finish();
