-- Second factors: codes of authenticators, backup codes and QR codes, against other programs.
\ir helpers.psql
select plan(90);

-- Authenticators.
select rowhouse.totp_secret() as secret \gset
select matches(:'secret'::text, '^[A-Z2-7]{32}$', 'a secret is 160 bits in base32');
select isnt(rowhouse.totp_secret(), :'secret'::text, 'never the same');
select is(count(distinct rowhouse.totp_secret()), 1000::bigint, 'of a thousand none is') from generate_series(1, 1000);

-- RFC 6238, appendix B: the last six digits of its eight.
select is(rowhouse.totp_step('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', code, null, to_timestamp(seconds)), seconds / 30,
          'the RFC''s code at ' || seconds)
  from (values (59::bigint, '287082'), (1111111109, '081804'), (1111111111, '050471'), (1234567890, '005924'),
               (2000000000, '279037'), (20000000000, '353130')) v (seconds, code);

-- The same secret in another program, whose codes from the fourth step before to the fourth after:
\set secret GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ
\setenv secret :secret
create temporary table codes (number serial, code text);
\copy codes (code) from program 'oathtool --totp --base32 --window=8 --now="2026-03-01 11:58:10 UTC" "$secret"'
select timestamptz '2026-03-01 12:00:10+00' as now, extract(epoch from timestamptz '2026-03-01 12:00:00+00')::bigint / 30 as step \gset
select is(count(distinct code), 9::bigint, 'the other program has made its codes') from codes;
select is(rowhouse.totp_step(:'secret', code, null, :'now'), case when number between 4 and 6 then :step::bigint + number - 5 end,
          format('its code of %s steps from now is %s', number - 5, case when number between 4 and 6 then 'good' else 'not' end))
  from codes order by number;
select code as code from codes where number = 5 \gset
select is(rowhouse.totp_step(:'secret', :'code', :step - 1, :'now'), :step::bigint, 'a code is good after an earlier one');
select is(rowhouse.totp_step(:'secret', :'code', :step, :'now'), null, 'but not twice');
select is(rowhouse.totp_step(:'secret', :'code', :step, timestamptz :'now' + interval '30 s'), null, 'nor in the next step');
select is(rowhouse.totp_step(:'secret', code, :step, :'now'), null, 'nor is the one before it') from codes where number = 4;
select is(rowhouse.totp_step(:'secret', code, :step, :'now'), (:step + 1)::bigint, 'the one after it is') from codes where number = 6;
select is(rowhouse.totp_step(:'secret', regexp_replace(:'code', '...', ' \& '), null, :'now'), :step::bigint, 'blanks are ignored');
select is(rowhouse.totp_step(:'secret', code, null, :'now'), null, format('"%s" is no code', code))
  from unnest(array['', left(:'code', 5), :'code' || '0', '0' || :'code', '-' || :'code', translate(:'code', '0123456789', '1234567890')]) code;
select is(rowhouse.totp_step('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', :'code', null, :'now'), null, 'another secret has other codes');
select is(rowhouse.totp_step(secret, code, null, at), null, 'what is unknown has no step')
  from (values (null, :'code', timestamptz :'now'), (:'secret', null, :'now'), (:'secret', :'code', null)) v (secret, code, at);
select is(rowhouse.totp_step(:'secret', :'code', null, at), null, format('at %s no code is good', at))
  from unnest('{infinity,-infinity,1969-12-31 23:59:59.999999+00,4713-01-01 00:00:00+00 BC,294276-12-31 23:59:59.999999+00}'::timestamptz[]) at;
select is(rowhouse.totp_step('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', '755224', null, at), 0::bigint, format('the first step''s code is good at %s', at))
  from unnest('{1970-01-01 00:00:00+00,1970-01-01 00:00:29.999999+00,1970-01-01 00:00:59.999999+00}'::timestamptz[]) at;
select is(rowhouse.totp_step('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', '755224', null, '1970-01-01 00:01:00+00'), null, 'and no more when two have passed');
select throws_ok(format('select rowhouse.totp_step(%L, %L, null, %L)', secret, '000000', :'now'), 'RH422', null, format('"%s" is no secret', secret))
  from unnest(array['', 'gezdgnbv', 'GEZDGNB1', 'GEZDGNBV=', 'G']) secret;

-- The URI and its picture.
select is(rowhouse.totp_uri('Rowhouse & Co: x', 'ana+b@tap.example', 'GEZDGNBV'),
          'otpauth://totp/Rowhouse%20%26%20Co%3A%20x:ana%2Bb%40tap.example?secret=GEZDGNBV&issuer=Rowhouse%20%26%20Co%3A%20x&algorithm=SHA1&digits=6&period=30',
          'the URI is percent-encoded');
select rowhouse.totp_uri('Rowhouse', 'ana@tap.example', :'secret') as uri \gset
select is(xpath(path, rowhouse.qr_svg(:'uri')::xml, '{{s,http://www.w3.org/2000/svg}}')::text, expected, 'a QR code is well-formed XML: ' || path)
  from (values ('name(/*)', '{svg}'), ('count(//s:path)', '{1}'), ('//@href', '{}'), ('string(/*/@shape-rendering)', '{crispEdges}')) v (path, expected);
select cmp_ok(length(rowhouse.qr_svg(:'uri')), '<', 20000, 'and not large');

-- What another program reads in the pictures.
create temporary table pictures (number serial, content text);
insert into pictures (content)
select content from unnest(array[:'uri', 'x', 'Zürich → 北京', repeat('0123456789', 10), repeat('long ', 200)]) content;
create temporary table seen (number integer, content text);
\set file `mktemp`
\setenv file :file
\copy (select number, translate(encode(convert_to(rowhouse.qr_svg(content), 'UTF8'), 'base64'), E'\n', '') from pictures order by number) to program 'tr "\t" " " >"$file"'
\copy seen from program 'while read -r n svg; do printf %s "$svg" | base64 -d | rsvg-convert --width=1200 --output="$file.png" && echo "$n $(zbarimg --nodbus --quiet --raw "$file.png" | base64 -w 0)"; done <"$file"; rm -f "$file" "$file.png"' (delimiter ' ')
select is(convert_from(decode(s.content, 'base64'), 'UTF8'), p.content || E'\n', format('a QR code of %s bytes is read', octet_length(p.content)))
  from pictures p left join seen s using (number) order by number;
select throws_ok(format('select rowhouse.qr_svg(%L)', content), 'RH422', null, 'no bytes or more than 1000 make no QR code')
  from unnest(array['', repeat('x', 1001), repeat('ü', 501)]) content;
select ok(rowhouse.qr_svg(repeat('ü', 500)) like '<svg%', 'a thousand do');

-- Backup codes.
select matches(rowhouse.backup_code(), '^([a-z2-7]{4}-){3}[a-z2-7]{4}$', 'a backup code is 80 bits in base32');
select is(count(distinct rowhouse.backup_code()), 1000::bigint, 'of a thousand no two are alike') from generate_series(1, 1000);
select is(rowhouse.normal_backup_code(typed), 'abcdefgh2345wxyz', format('"%s" is read', typed))
  from unnest(array['abcd-efgh-2345-wxyz', 'ABCD EFGH 2345 WXYZ', ' abcdefgh2345wxyz', 'a-b-cdefgh2345wxyz-']) typed;
select is(rowhouse.normal_backup_code(c.code), replace(c.code, '-', ''), 'what was made is read') from rowhouse.backup_code() c (code);
select is(rowhouse.normal_backup_code(typed), null, format('"%s" is none', typed))
  from unnest(array['', '-', 'abcd-efgh-2345-wxy', 'abcd-efgh-2345-wxyzz', 'abcd-efgh-2345-wxy0', 'abcd.efgh.2345.wxyz', null]) typed;

-- Nobody but the application's own functions makes or checks them.
select ok(not has_function_privilege(r, f, 'execute'), format('%s may not execute %s', r, f))
  from unnest('{rowhouse_tenant,rowhouse_public,rowhouse_gateway,rowhouse_owner}'::name[]) r,
       unnest('{rowhouse.totp_secret(),"rowhouse.totp_step(text,text,bigint,timestamptz)",rowhouse.backup_code()}'::text[]) f;

select * from finish();
