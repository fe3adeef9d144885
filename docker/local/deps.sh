#!/bin/bash
# Installs the Debian packages of the named sections of packages.txt, and only
# those that are missing. Usage: deps.sh SECTION…   (run, test, soak, ops)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

section() {
    awk -v want="[$1]" '
        /^\[/ { inside = ($1 == want); found = found || inside; next }
        inside { sub(/#.*/, ""); if ($1 != "") print $1 }
        END { exit !found }' "$root_dir/docker/local/packages.txt"
}

is_installed() {
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

missing() {
    local package
    for package in "$@"; do
        is_installed "$package" || printf '%s\n' "$package"
    done
}

# Prints the command prefix that gives us root, or explains what is needed.
become_root() {
    if is_root; then
        printf 'env'
    elif command -v sudo >/dev/null; then
        printf 'sudo'
    else
        die "these packages are missing and installing them needs root or sudo: $*"
    fi
}

install_packages() {
    local root
    root=$(become_root "$@")
    say "installing: $*"
    "$root" apt-get update -qq
    "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        </dev/null >/dev/null
}

main() {
    command -v dpkg-query >/dev/null || die "this is not Debian: see docker/local/packages.txt for what to install"
    local wanted=() absent=() name
    for name in "$@"; do
        mapfile -t -O "${#wanted[@]}" wanted < <(section "$name")
    done
    [[ ${#wanted[@]} -gt 0 ]] || die "usage: deps.sh SECTION…, a section of docker/local/packages.txt"
    mapfile -t absent < <(missing "${wanted[@]}")
    [[ ${#absent[@]} -eq 0 ]] || install_packages "${absent[@]}"
}

main "$@"
