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

# Each file and what makes it.
declare -A made=([.env.example]=env_example)

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
