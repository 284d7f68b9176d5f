#!/bin/sh
# Every check runs, so that one answer names all that is wrong.
failed=0
check() {
    echo "· $*"
    "$@" || failed=1
}

cd "$(dirname "$0")/.." || exit 1
PATH="$PWD/.venv/bin:$PATH"

check ruff check .
check ruff format --check .
check mypy
check env MYPYPATH=scripts mypy scripts
check lint-imports
check python scripts/check_layout.py
check python scripts/export_constraints.py --check
if [ -x ui/node_modules/.bin/tsc ] && command -v node >/dev/null; then
    check ui/node_modules/.bin/tsc --noEmit -p ui
else
    echo "· tsc: not run, ui/ is not built here (make ui)"
fi

[ "$failed" = 0 ] && echo "lint: all good"
exit "$failed"
