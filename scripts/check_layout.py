"""Checks what no other tool does: no package in the folders that only hold packages, nothing built in a commit.

service/, emitters/ and schema/ with an `__init__.py` would be importable from the root of the repository, as other
modules than the installed ones.
"""

from __future__ import annotations

import sys

from project import ROOT, output, say

FOLDERS = ("service", "emitters", "schema")


def problems() -> list[str]:
    """One sentence for each thing that is wrong."""
    tracked = (output(["git", "-C", ROOT, "ls-files"]) or "").splitlines()
    packages = [
        f"{folder}/__init__.py must not be: {folder}/ is a folder, not a package"
        for folder in FOLDERS
        if (ROOT / folder / "__init__.py").exists()
    ]
    built = [
        f"{path} is built and must not be committed"
        for path in tracked
        if path.startswith(("service/whence/static/", "dist/", "demo/")) or "node_modules/" in path
    ]
    return packages + built


def main() -> int:
    found = problems()
    for problem in found:
        say(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
