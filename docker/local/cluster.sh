#!/bin/bash
# A private PostgreSQL cluster for Rowhouse, reached by a Unix socket only.
#
# As a command it serves the installation of `make run`:
#     cluster.sh start|stop|status|psql [ARGUMENTS OF psql…]
# Sourced, it gives the cluster_* functions; set `home` and `prefix` first, then call
# cluster_paths. Layout of home: postgres/ (data), secrets/, socket/, postgres.log.
#
# The superuser is always named `postgres`: by peer authentication the operating
# system's user who runs the cluster, and root, are let in as it. Everybody else
# shows a password.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

database=rowhouse

cluster_paths() {
    bin=$prefix/usr/lib/postgresql/$pg_major/bin
    rowhoused=$prefix/usr/bin/rowhoused
    source_dir=$prefix/usr/share/rowhouse
    pgdata=$home/postgres
    secrets=$home/secrets
    pg_log=$home/postgres.log
    key_file=$secrets/root.key
}

# initdb works beside the final place, so a killed first run leaves no half cluster.
cluster_init() {
    private_dir "$secrets"
    [[ ! -f $pgdata/PG_VERSION ]] || return 0
    rm -rf "$pgdata.new"
    private_dir "$pgdata.new"
    # shellcheck disable=SC2086  # a list of options
    as_db "$bin/initdb" --pgdata="$pgdata.new" --username=postgres --encoding=UTF8 \
        --locale=C.UTF-8 --data-checksums --auth-local=peer --auth-host=reject \
        --no-instructions ${cluster_initdb_options:-} >/dev/null
    printf "include_dir = 'conf.d'\n" >>"$pgdata.new/postgresql.conf"
    mv "$pgdata.new" "$pgdata"
}

quote_setting() {
    [[ $1 != *$'\n'* ]] || die "a setting must be one line"
    local value=${1//\\/\\\\}
    printf "'%s'" "${value//\'/\'\'}"
}

# ROWHOUSE_DB_FOO_BAR=x becomes rowhouse.foo_bar = 'x'.
settings_from_environment() {
    local variable name
    while IFS= read -r variable; do
        name=${variable#ROWHOUSE_DB_}
        printf 'rowhouse.%s = %s\n' "${name,,}" "$(quote_setting "${!variable}")"
    done < <(compgen -e ROWHOUSE_DB_ | LC_ALL=C sort)
}

# What Rowhouse sets on any machine; cluster_extra holds lines of the caller's own.
cluster_settings() {
    cat <<-END
	# Written anew at every start: change the environment or .env instead.
	cluster_name = 'rowhouse'
	listen_addresses = ''
	unix_socket_directories = $(quote_setting "$socket")
	unix_socket_permissions = 0700
	shared_preload_libraries = 'rowhouse'
	log_line_prefix = '%m [%p] %q%u@%d '
	log_parameter_max_length = 0
	log_parameter_max_length_on_error = 0
	rowhouse.key_file = $(quote_setting "$key_file")
	rowhouse.environment = $(quote_setting "${ROWHOUSE_ENV:-development}")
	$(settings_from_environment)
	${cluster_extra:-}
	END
}

cluster_access() {
    cat <<-END
	# Written anew at every start.
	local all postgres peer map=operator
	local all all scram-sha-256
	END
}

write_configuration() {
    mkdir -p "$pgdata/conf.d"
    cluster_settings >"$pgdata/conf.d/rowhouse.conf"
    cluster_access >"$pgdata/pg_hba.conf"
    printf 'operator %s postgres\n' "$(db_user)" root >"$pgdata/pg_ident.conf"
    give_to_db "$pgdata/conf.d" "$pgdata/conf.d/rowhouse.conf" "$pgdata"/pg_{hba,ident}.conf
}

# A socket's whole path must stay under 107 bytes; a deep home gets a short one.
choose_socket() {
    socket=$home/socket
    ((${#socket} <= 80)) || socket=$(mktemp -d /tmp/rowhouse.XXXXXXXX)
    private_dir "$socket"
}

cluster_is_running() { as_db "$bin/pg_ctl" status --pgdata="$pgdata" >/dev/null 2>&1; }

# Where a running cluster listens; the fifth line of its pid file says so.
running_socket() { sed -n 5p "$pgdata/postmaster.pid"; }

cluster_start() {
    choose_socket
    write_configuration
    touch "$pg_log"
    give_to_db "$pg_log"
    as_db "$bin/pg_ctl" start --wait --silent --pgdata="$pgdata" --log="$pg_log" 9>&- || {
        tail -n 20 "$pg_log" >&2
        die "PostgreSQL did not start; its log is $pg_log"
    }
}

cluster_stop() {
    [[ -f $pgdata/postmaster.pid ]] || return 0
    local used
    used=$(running_socket)
    as_db "$bin/pg_ctl" stop --wait --silent --mode=fast --pgdata="$pgdata" || true
    [[ $used != /tmp/rowhouse.* ]] || rm -rf "$used"
}

# psql as the superuser: cluster_psql DATABASE ARGUMENT…
cluster_psql() {
    local name=$1
    shift
    as_db "$bin/psql" -X -q -v ON_ERROR_STOP=1 -d "$(admin_url "$name")" "$@"
}

admin_url() { printf "host='%s' user=postgres dbname=%s" "$socket" "${1:-$database}"; }
role_url() { printf "host='%s' user=%s dbname=%s" "$socket" "$1" "$database"; }

create_database() {
    cluster_psql postgres <<-END
	select 'create database $database'
	where not exists (select from pg_database where datname = '$database') \gexec
	END
}

# The password goes through standard input and with logging off for the session, so
# that it stands in no argument list and no log.
set_role_password() {
    local role=$1 file=$secrets/$1.password
    make_secret "$file" 32
    cluster_psql "$database" <<-END
	set log_statement = 'none';
	set log_min_duration_statement = -1;
	set log_min_error_statement = 'panic';
	alter role $role password '$(<"$file")';
	END
}

# Chained, because `set -e` is off within a caller's `||`.
migrate_database() {
    ROWHOUSE_ADMIN_URL=$(admin_url) ROWHOUSE_SOURCE_DIR=$source_dir as_db "$rowhoused" migrate &&
        set_role_password rowhouse_gateway && set_role_password rowhouse_worker
}

cluster_command() {
    load_env
    home=$(data_home) prefix=$home/prefix
    cluster_paths
    [[ -f $pgdata/PG_VERSION ]] || die "there is no cluster in $home: 'make run' makes one"
    local verb=${1:-}
    shift || true
    case $verb in
        start) cluster_is_running || cluster_start ;;
        stop) cluster_stop ;;
        status) as_db "$bin/pg_ctl" status --pgdata="$pgdata" ;;
        psql)
            socket=$(running_socket)
            cluster_psql "$database" "$@"
            ;;
        *) die "usage: cluster.sh start|stop|status|psql" ;;
    esac
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || cluster_command "$@"
