#!/bin/sh
# Prints the interpreter to use: $PYTHON when set, else the newest known Python, else python3.
# A name on PATH may be a shim without an interpreter behind it, so each candidate has to run and say its version.
version='import sys; print("%d.%d" % sys.version_info[:2])'
found=

for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    said=$("$candidate" -c "$version" 2>/dev/null) || continue
    case $said in
        3.[0-9] | 3.10 | 2.*) found=$said ;;
        3.*) command -v "$candidate" && exit 0 ;;
    esac
done

if [ -n "$found" ]; then
    echo "whence needs Python 3.11 or later, found $found. Install a newer one, or name it: make demo PYTHON=/path/to/python3.11" >&2
else
    echo "whence needs Python 3.11 or later, found none. Install it (Debian and Ubuntu: apt install python3 python3-venv)." >&2
fi
exit 1
