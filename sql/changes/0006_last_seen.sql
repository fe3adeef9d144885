-- Sessions know when they were last seen.
-- brings: 20_sessions
alter table rowhouse_private.sessions add column last_seen_at timestamptz;
reset role;
update rowhouse_private.sessions s set last_seen_at = s.refreshed_at;
set local role rowhouse_owner;
alter table rowhouse_private.sessions
    alter column last_seen_at set default clock_timestamp(),
    alter column last_seen_at set not null;
