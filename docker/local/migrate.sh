#!/bin/bash
# `make migrate`: brings the schema up to date. With ROWHOUSE_ADMIN_URL set, of that
# database, from this checkout; else of the local installation, started for it if need be.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"

migrate_local() {
    home=$(data_home) prefix=$home/prefix
    cluster_paths
    [[ -f $pgdata/PG_VERSION ]] || die "there is no cluster in $home: 'make run' makes one"
    "$root_dir/docker/local/prefix.sh" "$prefix"
    if cluster_is_running; then
        socket=$(running_socket)
    else
        trap cluster_stop EXIT
        cluster_start
    fi
    migrate_database
}

load_env
if [[ -n ${ROWHOUSE_ADMIN_URL:-} ]]; then
    ROWHOUSE_SOURCE_DIR=$root_dir exec "$root_dir/server/build/rowhoused" migrate
fi
migrate_local
