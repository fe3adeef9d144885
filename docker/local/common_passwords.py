"""Writes SQL that brings in the 30 000 most common passwords, which Debian's python3-zxcvbn ships.

Shorter ones are left out: no password may have fewer than 8 characters anyway.
"""

from zxcvbn.frequency_lists import FREQUENCY_LISTS

words = sorted({word.lower() for word in FREQUENCY_LISTS["passwords"] if len(word) >= 8})
assert len(words) > 10000 and not any(set(word) & set(" '\\") for word in words)

print("-- Made by `make build` from the list of python3-zxcvbn.\n\n-- definitions\n")
print("insert into rowhouse_private.common_passwords (password)")
print(f"select string_to_table('{' '.join(words)}', ' ')")
print("on conflict do nothing;")
