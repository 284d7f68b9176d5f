#!/bin/sh
# Every check runs, so that one answer names all that is wrong; those that take long run side by side.
failed=0
said=$(mktemp -d) || exit 1
trap 'rm -rf "$said"' EXIT
check() {
    echo "· $*"
    "$@" || failed=1
}
check_types() {
    check mypy
    check env MYPYPATH=scripts mypy scripts
    return $failed
}

cd "$(dirname "$0")/.." || exit 1
PATH="$PWD/.venv/bin:$PATH"

check_types >"$said/types" 2>&1 &
types=$!
check ruff check .
check ruff format --check .
check lint-imports
check python scripts/check_layout.py
check python scripts/export_constraints.py --check
if [ -x ui/node_modules/.bin/tsc ] && command -v node >/dev/null; then
    check ui/node_modules/.bin/tsc --noEmit -p ui
else
    echo "· tsc: not run, ui/ is not built here (make ui)"
fi
wait $types || failed=1
cat "$said/types"

[ "$failed" = 0 ] && echo "lint: all good"
exit "$failed"
