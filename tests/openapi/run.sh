#!/bin/bash
# Judges the OpenAPI document by public tools, in TAP: Redocly lints it, and Prism, as a proxy
# before the server, holds every operation's answers against it. Runs in with_cluster.sh --serve.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# The tools stay until the lock file changes; without a network these serve.
install_tools() {
    ! cmp -s package-lock.json node_modules/.installed || return 0
    command -v npm >/dev/null || {
        printf 'npm is missing: run make deps\n' >&2
        return 1
    }
    npm ci --no-progress && cp package-lock.json node_modules/.installed
}

# The codes that the server answers by itself are listed in the extension by hand; client_gone is
# for the log alone.
codes_of_server() {
    grep -ohPz '\{\s*\d{3},\s*"[a-z_]+"' ../../server/src/*.[ch]pp ../../server/src/http/*.[ch]pp |
        tr -d '\0' | grep -oP '"\K[a-z_]+' | grep -vx client_gone | LC_ALL=C sort -u
}

codes_of_document() {
    node -p 'JSON.parse(fs.readFileSync(process.argv[1])).components.schemas.problem.properties.code.enum.join("\n")' \
        "$document" | LC_ALL=C sort -u
}

lint() {
    local log=$ROWHOUSE_TEST_HOME/redocly.log
    if REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
        node_modules/.bin/redocly lint --config redocly.yaml "$document" >"$log" 2>&1; then
        printf 'ok 1 - Redocly finds nothing wrong\n'
    else
        printf 'not ok 1 - Redocly finds nothing wrong\n'
        cat "$log"
    fi
}

compare_codes() {
    local missing
    missing=$(comm -23 <(codes_of_server) <(codes_of_document))
    if [[ -n $(codes_of_server) && -z $missing ]]; then
        printf 'ok 2 - the document has every code of the server\n'
    else
        printf 'not ok 2 - the document has every code of the server\n# not: %s\n' "$missing"
    fi
}

fetch_document() {
    curl --silent --show-error --fail --output "$1" "$ROWHOUSE_TEST_URL/api/v1/openapi.json"
}

# Another comment, and another domain after all others, reach the document by a migration.
migrate_changed() {
    local sources=$ROWHOUSE_TEST_HOME/changed changed=$ROWHOUSE_TEST_HOME/changed.json
    mkdir "$sources"
    cp -r ../../sql ../../policies "$sources"
    sed -i "s/^'A contact\.';/'A person, since the migration.';/" "$sources/sql/30_contacts.sql"
    cat >"$sources/sql/99_probe.sql" <<-'END'
	-- Something new.
	-- definitions
	create or replace function api.probe(word text) returns json
	    language sql stable parallel safe
	begin atomic
	    select to_json(word);
	end;
	comment on function api.probe(text) is 'Says a word.';
	select rowhouse.route('GET', '/probe', 'api.probe', access => 'public');
	END
    ROWHOUSE_ADMIN_URL="host='$PGHOST' user=postgres dbname=$PGDATABASE" ROWHOUSE_SOURCE_DIR=$sources \
        "$ROWHOUSE_TEST_ROWHOUSED" migrate &&
        fetch_document "$changed" && grep -q 'A person, since the migration' "$changed" &&
        grep -q '"/api/v1/probe"' "$changed" && ! grep -q '/api/v1/probe' "$document"
}

check_migration() {
    local log=$ROWHOUSE_TEST_HOME/changed.log
    if migrate_changed >"$log" 2>&1; then
        printf 'ok 3 - a migration renews the document\n'
    else
        printf 'not ok 3 - a migration renews the document\n'
        cat "$log"
    fi
}

install_tools >&2
document=$ROWHOUSE_TEST_HOME/openapi.json
fetch_document "$document"
lint
compare_codes
check_migration
psql -XqAt -v ON_ERROR_STOP=1 -f domain_values.sql | node conformance.mjs "$document" 3
