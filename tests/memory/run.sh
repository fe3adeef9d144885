#!/bin/bash
# The memory of every function in C: under valgrind, then over many calls. Prints TAP.
# Usage: run.sh [valgrind | growth [PART OF A LINE OF THE LISTS]]; ROWHOUSE_TEST_SOAK=1 for all calls,
# KEEP=folder to keep what valgrind and the backend said
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/world.sh"
. "$tests/valgrind.sh"
. "$tests/growth.sh"

make_world
[[ ${1:-} == growth ]] || check_valgrind
[[ ${1:-} == valgrind ]] || check_growth "${2:-}"
finish_tap
