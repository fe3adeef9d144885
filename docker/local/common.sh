# shellcheck shell=bash
# What the scripts of this folder and tests/harness share. Sourced, never run.
# shellcheck disable=SC2034  # variables are for those who source it

pg_major=15
root_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# A caller's make hands down its job server, which our own make calls cannot use.
unset MAKEFLAGS MAKELEVEL MFLAGS

say() { printf '%s\n' "$*"; }
die() {
    printf '%s\n' "rowhouse: $*" >&2
    exit 1
}

is_root() { [[ $EUID -eq 0 ]]; }

# PostgreSQL refuses to run as root, so root hands everything to `postgres`.
db_user() { if is_root; then printf postgres; else id -un; fi; }

# Replaces this (sub)shell, so that `exec_as_db … &` has the program's own id.
exec_as_db() {
    if is_root; then
        exec setpriv --reuid=postgres --regid=postgres --init-groups --no-new-privs \
            env -C / HOME=/ LC_ALL=C.UTF-8 "$@"
    fi
    exec env -C / LC_ALL=C.UTF-8 "$@"
}
as_db() { (exec_as_db "$@"); }

give_to_db() { if is_root; then chown postgres:postgres "$@"; fi; }

# mkdir that belongs to the database user and to nobody else.
private_dir() {
    mkdir -p "$1"
    chmod 0700 "$1"
    give_to_db "$1"
}

random_hex() { head -c "$1" /dev/urandom | od -An -vtx1 | tr -d ' \n'; }

# Writes a new secret into FILE unless it is there. Never shown, never in argv.
make_secret() {
    local file=$1 bytes=$2
    [[ ! -e $file ]] || return 0
    (umask 077 && random_hex "$bytes" >"$file.new")
    give_to_db "$file.new"
    mv "$file.new" "$file"
}

# Where `make run` keeps its state. Root's lies outside the checkout, because the
# `postgres` user must reach it and the checkout may be under a 0700 home.
data_home() {
    if [[ -n ${ROWHOUSE_DATA:-} ]]; then
        realpath -m "$ROWHOUSE_DATA"
    elif is_root; then
        printf '/var/lib/rowhouse/%s-%s' "$(basename "$root_dir")" \
            "$(printf '%s' "$root_dir" | sha256sum | head -c 8)"
    else
        printf '%s/data' "$root_dir"
    fi
}

# Reads KEY=value lines of .env; what the environment already says wins, and
# nothing in the file is executed.
load_env() {
    local line key value
    [[ -f $root_dir/.env ]] || return 0
    while IFS= read -r line || [[ -n $line ]]; do
        [[ $line =~ ^(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] || continue
        key=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
        [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]] && value=${BASH_REMATCH[1]}
        [[ -n ${!key+set} ]] || export "$key=$value"
    done <"$root_dir/.env"
}

port_is_taken() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# A process that answers may still miss its database: says so, with the server's own
# findings, when it is not ready within some seconds. Being unready is no failure here.
warn_unless_ready() {
    local _
    for _ in {1..5}; do
        curl -fsS -o /dev/null --max-time 2 "$1/readyz" 2>/dev/null && return
        sleep 1
    done
    say "not ready yet: $(curl -s --max-time 2 "$1/readyz")"
}

# Waits until URL answers 2xx or process PID is gone; at most SECONDS.
wait_for_url() {
    local url=$1 pid=$2 deadline=$((SECONDS + $3))
    until curl -fsS -o /dev/null --max-time 2 "$url" 2>/dev/null; do
        kill -0 "$pid" 2>/dev/null || return 1
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}
