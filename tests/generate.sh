#!/bin/bash
# The files that are made from the code. `make generate` writes them; without --write this
# checks, in TAP, that the committed ones are what the code makes now. Runs in with_cluster.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The database's settings as environment variables of `make run`.
database_settings() {
    psql -XAt <<-'END'
	select format(E'\n# %s%s\n#ROWHOUSE_DB_%s=%s', short_desc,
	              case when unit is not null then ' In ' || unit || '.' end,
	              upper(replace(name, 'rowhouse.', '')), boot_val)
	  from pg_settings
	 where name like 'rowhouse.%'
	   and name not in ('rowhouse.key_file', 'rowhouse.environment')
	 order by name
	END
}

env_example() {
    cat <<-'END'
	# Settings of an installation, with their defaults: copy to .env and change.
	# Made from the code by `make generate`.

	# folder of the cluster, its secrets and logs, for `make run`; by default data/ in the
	# checkout, for root a folder below /var/lib/rowhouse
	#ROWHOUSE_DATA=

	END
    "$ROWHOUSE_TEST_ROWHOUSED" config
    printf '\n# Settings of the database, handed to PostgreSQL by make run.\n'
    database_settings
}

# What is written by hand, down to the mark, and below it what the database tells.
api_page() {
    sed '/^<!-- made from the database/q' docs/api.md
    psql -Xq -v ON_ERROR_STOP=1 -f tests/openapi/api.sql
}

# The tests whose text has the path, whatever the method; `:id` stands for anything.
tests_naming() {
    local path=${1#/api/v1}
    path=$(sed -E 's/[.]/\\./g; s,/:[a-z_]+/,/.*/,g; s,/:[a-z_]+$,/,' <<<"$path")
    [[ $path == */ ]] || path+='(["'\''`? ]|$)'
    { grep -rlE --include='*_test.cpp' --include='[0-9]*' --exclude-dir=build "$path" tests/api tests/sql tests/attack || true; } |
        LC_ALL=C sort | sed 's,^tests/,,; s,\.[a-z]*$,,' | paste -sd, | sed 's/,/, /g'
}

audit_page() {
    local method pattern access permission function role policies names
    cat <<-'END'
	# Endpoint audit

	Made from the database by `make generate`: who may call each endpoint, and what stands between it and the rows.

	- **as**: the role that the function runs as. `rowhouse_system` is past row-level security, so such a function limits itself: `tests/sql/40_install.sql` names each one.
	- **policies**: those of the tables that the function reaches, for that role, as far as the catalog tells: bodies that are `begin atomic`, through other such functions. — for the rest. `same_tenant` is the wall, which every other policy is joined to.
	- **tests**: the files of `tests/` whose text has the path. Besides, `tests/openapi` sends valid and invalid requests to every endpoint.

	| endpoint | access | permission | function | as | policies | tests |
	|---|---|---|---|---|---|---|
	END
    while IFS='|' read -r method pattern access permission function role policies; do
        names=$(tests_naming "$pattern")
        # shellcheck disable=SC2016  # Markdown's marks of code
        printf '| `%s %s` | %s | %s | `%s` | %s | %s | %s |\n' "$method" "$pattern" "$access" "$permission" \
            "$function" "$role" "$policies" "${names:-—}"
    done < <(psql -Xq -v ON_ERROR_STOP=1 -f tests/openapi/audit.sql)
}

audit_events_page() {
    cat <<-'END'
	# Events of the audit trail

	Made from the database by `make generate`. Each is a row of `rowhouse.audit_log` with actor, tenant, address, request id and trace id; [operations](operations.md#logs) says where the rest is.

	| event | what happened |
	|---|---|
	END
    psql -XAtq -c "select format('| \`%s\` | %s |', name, description) from rowhouse.audit_events order by name"
}

# Each file and what makes it.
declare -A made=([.env.example]=env_example [docs/api.md]=api_page [docs/endpoint-audit.md]=audit_page [docs/audit-events.md]=audit_events_page)

number=0
for file in "${!made[@]}"; do
    if [[ ${1:-} == --write ]]; then
        "${made[$file]}" >"$file.new"
        mv "$file.new" "$file"
        continue
    fi
    number=$((number + 1))
    if diff -u "$file" <("${made[$file]}"); then
        printf 'ok %d - %s is what the code makes\n' "$number" "$file"
    else
        printf 'not ok %d - %s is stale: run make generate\n' "$number" "$file"
    fi
done
[[ ${1:-} == --write ]] || printf '1..%d\n' "$number"
