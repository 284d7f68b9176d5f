"""Uids that later events replaced (rule 9): whoever asks by an old one is answered by its successor."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Final

from whence.merge.overlay import run_key
from whence.merge.records import RunRecord, decode
from whence.merge.state import ALIAS
from whence.merge.successors import attempt_answering

MOST_RENAMES: Final = 16
"""How many times in a row a uid may have been replaced before we stop following: a circle would be a defect of the merge."""

_NODE: Final = "SELECT 1 FROM ids AS i JOIN nodes AS n ON n.id = i.id WHERE i.uid = ?"
_SUCCESSOR: Final = """
SELECT uid FROM entries WHERE space = ? AND key = ? ORDER BY time DESC, rank DESC, uid DESC, extra DESC LIMIT 1"""

_RECORD: Final = "SELECT doc FROM records WHERE key = ?"


def current(connection: sqlite3.Connection, uid: str) -> str:
    """The uid itself when there is such a node, else what replaced it, else itself."""
    return uid if connection.execute(_NODE, (uid,)).fetchone() else successor(connection, uid)


def successor(connection: sqlite3.Connection, uid: str) -> str:
    """What replaced this uid, or itself."""
    for _ in range(MOST_RENAMES):
        row = connection.execute(_SUCCESSOR, (ALIAS, uid)).fetchone()
        found = row[0] if row else attempt_answering(uid, partial(_run_record, connection))
        if found is None:
            break
        uid = found
    return uid


def _run_record(connection: sqlite3.Connection, run_id: str) -> RunRecord | None:
    row = connection.execute(_RECORD, (run_key(run_id),)).fetchone()
    record = decode(row[0]) if row else None
    return record if isinstance(record, RunRecord) else None
