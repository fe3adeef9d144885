-- When sessions and API keys were last seen.

-- definitions

set local role rowhouse_system;

create or replace function rowhouse_private.note_seen(session_id uuid, key_id uuid, at timestamptz) returns void
    language sql volatile parallel unsafe
begin atomic
    -- Whoever changes the row just now is not waited for: the next interval comes soon.
    update rowhouse_private.sessions s
       set last_seen_at = greatest(s.last_seen_at, note_seen.at)
     where s.id = (select f.id from rowhouse_private.sessions f
                    where f.id = note_seen.session_id for no key update skip locked);
    update app.api_keys k
       set last_used_at = greatest(k.last_used_at, note_seen.at)
     where k.id = (select f.id from app.api_keys f
                    where f.id = note_seen.key_id for no key update skip locked);
end;
comment on function rowhouse_private.note_seen(uuid, uuid, timestamptz) is
'Writes down that a session or an API key was seen. Called after a request, once in rowhouse.last_seen_interval.';
select rowhouse.authenticator('seen', 'rowhouse_private.note_seen');

set local role rowhouse_owner;
