-- Second factors: what authenticators and backup codes are made of.

create function rowhouse.totp_secret() returns text
    language c volatile parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_totp_secret';
comment on function rowhouse.totp_secret() is
'A new secret for an authenticator: 160 random bits in base32 (RFC 4648). Keep it sealed.';

create function rowhouse.totp_uri(issuer text, account text, secret text) returns text
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_totp_uri';
comment on function rowhouse.totp_uri(text, text, text) is
'What an authenticator reads to learn its secret, otpauth://totp/…: the service''s name, whose account it is, and the secret in base32.';

create function rowhouse.totp_step(
    secret text, code text, after_step bigint, at timestamptz
) returns bigint
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_totp_step';
comment on function rowhouse.totp_step(text, text, bigint, timestamptz) is
'Which step of 30 seconds since 1970 has this code (RFC 6238, six digits, blanks ignored): the one of that time or one beside it, and later than after_step, the last one used, NULL when none was. NULL when no such step has it. Raises RH422 when the secret is not base32.';

create function rowhouse.backup_code() returns text
    language c volatile parallel restricted
    as 'MODULE_PATHNAME', 'rowhouse_backup_code';
comment on function rowhouse.backup_code() is
'A new code for when the authenticator is lost: 80 random bits as xxxx-xxxx-xxxx-xxxx. Keep a hash of its normal form.';

create function rowhouse.normal_backup_code(code text) returns text
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_normal_backup_code';
comment on function rowhouse.normal_backup_code(text) is
'A backup code as typed, without blanks and hyphens and in lower case; NULL when it cannot be one.';

create function rowhouse.qr_svg(content text) returns text
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'rowhouse_qr_svg';
comment on function rowhouse.qr_svg(text) is
'A QR code of the text (1 to 1000 bytes, else RH422) as an SVG document that refers to nothing else.';
