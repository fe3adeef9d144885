-- API keys: what they are, and what is kept of them.

create function rowhouse.make_api_key(kind text, id uuid) returns text
    language c volatile strict parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_make_api_key';
comment on function rowhouse.make_api_key(text, uuid) is
'A new key of that id with 256 random bits: rh_live_…, rh_test_… or, for kind instance, rh_inst_…. To be shown once; keep rowhouse.hash_api_key() of it. Raises RH422 for another kind.';

create function rowhouse.hash_api_key(key text) returns text
    language c volatile strict parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_hash_api_key';
comment on function rowhouse.hash_api_key(text) is
'What to keep of a key: the Argon2id hash, as rowhouse.hash_password() makes it, of the whole of it, so that its kind and id cannot be exchanged. Raises RH422 for a text that is no key, RH503 when too many are being hashed.';
