"""Writes schema/cypher/ from the code: `export_cypher.py`. A test fails while the two differ.

For those who make a Neo4j database ready themselves, or look at what whence made: `cypher-shell -f FILE` runs each.
"""

from __future__ import annotations

import sys

from project import ROOT

from whence.store.neo4j.schema import CONSTRAINTS, INDEXES

FOLDER = ROOT / "schema" / "cypher"
HEADER = "// Written by scripts/export_cypher.py. Do not edit.\n"


def files() -> dict[str, str]:
    """Name and text of each file."""
    parts = {"001_constraints.cypher": CONSTRAINTS, "002_indexes.cypher": INDEXES}
    return {name: HEADER + "".join(f"{each};\n" for each in statements) for name, statements in parts.items()}


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
