#!/bin/bash
# Makes DIR a private PostgreSQL installation with Rowhouse in it, so that nothing
# under /usr changes and several checkouts live side by side. Usage: prefix.sh DIR
#
# A PostgreSQL binary finds lib and share relative to its own place; DIR/usr mirrors
# /usr, with the binaries copied (a link would be resolved back to /usr) and all the
# rest linked file by file. `make install DESTDIR=DIR` then lands in the right places.
# Everything is readable by all: PostgreSQL and rowhoused may run as another user
# than the owner of the checkout.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
umask 022

lib=usr/lib/postgresql/$pg_major
share=usr/share/postgresql/$pg_major

# Changes when a package is installed, upgraded or removed.
fingerprint() {
    find "/$lib/bin" "/$lib/lib" "/$share" -not -path '*/bitcode/*' \
        -printf '%p %s %T@\n' | LC_ALL=C sort | sha256sum
}

link_postgresql() {
    local stamp=$prefix/.postgresql now
    now=$(fingerprint)
    [[ -f $stamp && $(<"$stamp") == "$now" ]] && return
    rm -rf "${prefix:?}/$lib" "${prefix:?}/$share"
    mkdir -p "$prefix/$lib" "$prefix/$share"
    cp -L -r "/$lib/bin" "$prefix/$lib/"
    cp -rs "/$lib/lib" "$prefix/$lib/"
    cp -rs "/$share/." "$prefix/$share/"
    printf '%s\n' "$now" >"$stamp"
}

# The lock keeps two prefixes made at once from building the same files twice.
install_extension() {
    flock "$root_dir/Makefile" \
        make --no-print-directory -s -C "$root_dir/extension" install DESTDIR="$prefix" >/dev/null
}

# ROWHOUSE_TEST_BUILD names one of the builds with sanitizers: address-undefined or thread.
install_server() {
    local built=$root_dir/server/build${ROWHOUSE_TEST_BUILD:+/$ROWHOUSE_TEST_BUILD}/rowhoused installed=$prefix/usr/bin/rowhoused
    [[ -x $built ]] || die "there is no server/build/rowhoused: run 'make build' first"
    cmp -s "$built" "$installed" || install -D -m 0755 "$built" "$installed"
}

copy_sources() {
    local target=$prefix/usr/share/rowhouse folder
    rm -rf "$target"
    mkdir -p "$target"
    for folder in sql policies; do
        [[ ! -d $root_dir/$folder ]] || cp -r "$root_dir/$folder" "$target/"
    done
    chmod -R a+rX "$target"
}

[[ $# -eq 1 ]] || die "usage: prefix.sh DIR"
mkdir -p "$1"
prefix=$(realpath "$1")
link_postgresql
install_extension
install_server
copy_sources
