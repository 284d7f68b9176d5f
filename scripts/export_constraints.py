"""Writes constraints.txt from uv.lock, for those who install with pip: `export_constraints.py [--check]`.

One line a locked package, `name==version`, with the lock's markers where it holds several versions of one package.
Format: pip's constraints files. https://pip.pypa.io/en/stable/user_guide/#constraints-files
"""

from __future__ import annotations

import sys
from typing import Any

from project import ROOT, read_toml, say

CONSTRAINTS = ROOT / "constraints.txt"
HEADER = "# Written by scripts/export_constraints.py from uv.lock. Do not edit.\n"


def line(package: dict[str, Any]) -> str:
    """One constraint. A package with `resolution-markers` is the choice where any of them holds."""
    pin = f"{package['name']}=={package['version']}"
    markers = package.get("resolution-markers", [])
    return pin if not markers else f"{pin} ; {' or '.join(f'({marker})' for marker in markers)}"


def render(lock: dict[str, Any]) -> str:
    """The text of constraints.txt: every package of the lock that comes from an index."""
    return HEADER + "".join(
        f"{each}\n" for each in sorted(line(p) for p in lock["package"] if "registry" in p["source"])
    )


def main(arguments: list[str]) -> int:
    wanted = render(read_toml(ROOT / "uv.lock"))
    if arguments == ["--check"]:
        if CONSTRAINTS.is_file() and CONSTRAINTS.read_text("utf-8") == wanted:
            return 0
        say("constraints.txt is not what uv.lock says: run scripts/export_constraints.py")
        return 1
    CONSTRAINTS.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
