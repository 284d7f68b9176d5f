"""Uids that later events replaced (rule 9): whoever asks by an old one is answered by its successor."""

from __future__ import annotations

import sqlite3
from typing import Final

from whence.merge.state import ALIAS

MOST_RENAMES: Final = 16
"""How many times in a row a uid may have been replaced before we stop following: a circle would be a defect of the merge."""

_NODE: Final = "SELECT 1 FROM ids AS i JOIN nodes AS n ON n.id = i.id WHERE i.uid = ?"
_SUCCESSOR: Final = """
SELECT uid FROM entries WHERE space = ? AND key = ? ORDER BY time DESC, rank DESC, uid DESC, extra DESC LIMIT 1"""


def current(connection: sqlite3.Connection, uid: str) -> str:
    """The uid itself when there is such a node, else what replaced it, else itself."""
    return uid if connection.execute(_NODE, (uid,)).fetchone() else successor(connection, uid)


def successor(connection: sqlite3.Connection, uid: str) -> str:
    """What replaced this uid, or itself."""
    for _ in range(MOST_RENAMES):
        row = connection.execute(_SUCCESSOR, (ALIAS, uid)).fetchone()
        if row is None:
            break
        uid = row[0]
    return uid
