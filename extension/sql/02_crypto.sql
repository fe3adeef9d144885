-- Ids, passwords, tokens and the keys of the installation.

create function rowhouse.uuid_v7() returns uuid
    language c volatile parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_uuid_v7';
comment on function rowhouse.uuid_v7() is
'A new UUID of version 7 (RFC 9562): sorts by time of making.';

create function rowhouse.random_token(bytes integer default 32) returns text
    language c volatile strict parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_random_token';
comment on function rowhouse.random_token(integer) is
'A secret of that many random bytes (16 to 1024, else RH422), as base64url.';

create function rowhouse.hash_token(token text) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_hash_token';
comment on function rowhouse.hash_token(text) is
'BLAKE2b-256 (RFC 7693) of a token. For secrets of at least 128 random bits only; a password needs rowhouse.hash_password().';

create function rowhouse.hash_password(password text) returns text
    language c volatile strict parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_hash_password';
comment on function rowhouse.hash_password(text) is
'The Argon2id hash (RFC 9106) of a password with a fresh salt and, when the installation has a root key, its pepper. Costs are settings. Raises RH503 when too many passwords are being hashed.';

create function rowhouse.verify_password(password text, stored text) returns boolean
    language c volatile parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_verify_password';
comment on function rowhouse.verify_password(text, text) is
'Whether the password is the one behind a stored hash. A NULL hash is nobody''s: false, after as much work. A hash of a cost beyond 64 MiB or 6 passes is not tried: false. Raises RH503 when too many passwords are being hashed.';

create function rowhouse.needs_rehash(stored text) returns boolean
    language c stable strict parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_needs_rehash';
comment on function rowhouse.needs_rehash(text) is
'Whether a new hash would be made at another cost or with another pepper than this stored one.';

create function rowhouse.seal_secret(secret text, context text) returns bytea
    language c volatile strict parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_seal_secret';
comment on function rowhouse.seal_secret(text, text) is
'A secret that the database has to read again, encrypted under a key of the installation (XChaCha20-Poly1305). context says what it belongs to and is asked for again. Raises RH503 without a key.';

create function rowhouse.open_secret(sealed bytea, context text) returns text
    language c volatile strict parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_open_secret';
comment on function rowhouse.open_secret(bytea, text) is
'The secret that was sealed for that context. Raises XX000 when it was sealed for another one, by a key that is gone, or was changed.';

create function rowhouse.issue_access_token(session_id uuid, user_id uuid, tenant_id uuid) returns text
    language c volatile strict parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_issue_access_token';
comment on function rowhouse.issue_access_token(uuid, uuid, uuid) is
'A JWT (RFC 7519) for a session, signed with Ed25519 (RFC 8037), that lives rowhouse.access_token_life. Raises RH503 without a signing key.';

create function rowhouse.issue_refresh_token(session_id uuid, generation integer) returns text
    language c volatile strict parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_issue_refresh_token';
comment on function rowhouse.issue_refresh_token(uuid, integer) is
'The refresh token of one generation of a session; the same text whenever it is asked for. Raises RH503 without a key.';

create function rowhouse.read_refresh_token(
    token text, out session_id uuid, out generation integer
) returns record
    language c volatile strict parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_read_refresh_token';
comment on function rowhouse.read_refresh_token(text) is
'The session and generation of a genuine refresh token; NULLs for any other text.';

create function rowhouse.jwks() returns text
    language c volatile parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_jwks';
comment on function rowhouse.jwks() is
'The public signing keys that are not retired, as a JWK set (RFC 7517), JSON text.';

create function rowhouse.has_root_key() returns boolean
    language c stable parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_has_root_key';
comment on function rowhouse.has_root_key() is
'Whether the server was started with a root key (rowhouse.key_file).';

create function rowhouse.key_ring_fault() returns text
    language c volatile parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_key_ring_fault';
comment on function rowhouse.key_ring_fault() is
'Why the keys of this installation cannot be used: no root key, a wrong one, a missing key. NULL when they can.';

create function rowhouse.add_key(purpose text) returns text
    language c volatile strict parallel unsafe
    as 'MODULE_PATHNAME', 'rowhouse_rotate_key';
comment on function rowhouse.add_key(text) is
'Makes a key, seals it under the root key, keeps it in rowhouse.keys and returns its id. Use rowhouse.rotate_key(), which also ends the life of the earlier ones. Raises RH503 without a root key.';

create function rowhouse.rotate_key(purpose text, overlap interval default '1 day') returns text
    language plpgsql volatile strict parallel unsafe
    set search_path = pg_catalog, pg_temp
as $$
declare
    added constant text := rowhouse.add_key(purpose);
begin
    -- What a pepper protects is re-hashed only when its owner logs in, and what was sealed stays so.
    if purpose not in ('pepper', 'data') then
        update rowhouse.keys k
           set retired_at = clock_timestamp() + overlap
         where k.purpose = rotate_key.purpose
           and k.id <> added
           and k.retired_at is null;
    end if;
    return added;
end
$$;
comment on function rowhouse.rotate_key(text, interval) is
'Makes a new key for a purpose (data, jwt, pepper, refresh) and returns its id. What the earlier ones signed is accepted for the overlap; peppers and data keys stay. Raises RH503 without a root key.';
