"""The tables, and how a file gets them.

log       events (dense seq, chain of hashes; found by key under their time, which follows from it) apart from bodies;
          rejected (`became`: the seq that a replay gave it; meta `replayed` counts these)
graph     ids (uid -> number, for ever), nodes (document without facets), facets (name -> text), texts, edges; `age` is store/order.py's
finding   search, tags, owners, fingerprints: what store/matching.py derives from a node
merge     records (one value a key), entries (ordered rows; those of one key lie together, so that fewer pages change),
          touches and touches_lately (which event speaks of which node: touches.py)
"""

from __future__ import annotations

import sqlite3
from typing import Final

from whence.errors import StoreUnusable
from whence.store.port import PROJECTION, NotMigrated

SCHEMA: Final = 3
"""Number of the layout of the tables: raised with every change of it, with a step in `migrate`."""

_APPLICATION_ID: Final = 2003723109
"""Marks a file as ours (SQLite file format, offset 68): the bytes "wnce"."""

_EVENTS: Final = """CREATE TABLE events (
  seq INTEGER PRIMARY KEY, key BLOB NOT NULL, head BLOB NOT NULL, time INTEGER NOT NULL, event_time TEXT NOT NULL,
  received_at INTEGER NOT NULL, producer TEXT NOT NULL, event_type TEXT, run TEXT, job TEXT, sender TEXT)"""
_EVENTS_BY_TIME: Final = "CREATE UNIQUE INDEX events_by_time ON events (time, key)"
_EVENTS_BY_RUN: Final = "CREATE INDEX events_by_run ON events (run) WHERE run IS NOT NULL"
_ENTRIES: Final = """CREATE TABLE entries (
  key TEXT NOT NULL, space TEXT NOT NULL, time INTEGER NOT NULL, rank INTEGER NOT NULL, uid TEXT NOT NULL, extra TEXT NOT NULL,
  PRIMARY KEY (key, space, time, rank, uid, extra)) WITHOUT ROWID"""
_NODES_BY_KIND: Final = "CREATE INDEX nodes_by_kind ON nodes (kind, age, uid, namespace, state)"
_NODES_BY_STATE: Final = "CREATE INDEX nodes_by_state ON nodes (state, age, uid) WHERE state IS NOT NULL"
_TOUCHES_LATELY: Final = (
    "CREATE TABLE touches_lately (place INTEGER PRIMARY KEY, seq INTEGER NOT NULL, nodes TEXT NOT NULL)"
)

_TABLES: Final = f"""
BEGIN IMMEDIATE;
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

{_EVENTS};
{_EVENTS_BY_TIME};
{_EVENTS_BY_RUN};
CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE rejected (
  id INTEGER PRIMARY KEY, received_at INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, retriable INTEGER NOT NULL,
  sender TEXT, body BLOB NOT NULL, became INTEGER);
CREATE INDEX rejected_still ON rejected (id) WHERE became IS NULL;

CREATE TABLE ids (uid TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE nodes (
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL, age INTEGER NOT NULL, kind TEXT NOT NULL, namespace TEXT, state TEXT, whole TEXT,
  name TEXT NOT NULL, doc BLOB NOT NULL);
{_NODES_BY_KIND};
{_NODES_BY_STATE};
CREATE INDEX nodes_by_whole ON nodes (whole) WHERE whole IS NOT NULL;
CREATE INDEX nodes_by_name ON nodes (name);
CREATE TABLE facets (node INTEGER PRIMARY KEY, doc BLOB NOT NULL);
CREATE TABLE texts (name TEXT PRIMARY KEY, text BLOB NOT NULL);
CREATE TABLE edges (
  source INTEGER NOT NULL, type INTEGER NOT NULL, target INTEGER NOT NULL, qualifier TEXT NOT NULL, age INTEGER NOT NULL,
  doc BLOB NOT NULL, PRIMARY KEY (source, type, target, qualifier)) WITHOUT ROWID;
CREATE INDEX edges_in ON edges (target, age, type, source, qualifier, doc);

CREATE TABLE search (node INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE tags (tag TEXT NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (tag, node)) WITHOUT ROWID;
CREATE TABLE owners (owner TEXT NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (owner, node)) WITHOUT ROWID;
CREATE TABLE fingerprints (
  value TEXT NOT NULL, algorithm TEXT NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (value, algorithm, node)) WITHOUT ROWID;

CREATE TABLE records (key TEXT PRIMARY KEY, doc BLOB NOT NULL);
{_ENTRIES};
CREATE TABLE touches (node INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (node, seq)) WITHOUT ROWID;
{_TOUCHES_LATELY};
"""

_STEPS: Final[dict[int, tuple[str, ...]]] = {
    1: (
        "ALTER TABLE rejected ADD COLUMN became INTEGER",
        "CREATE INDEX rejected_still ON rejected (id) WHERE became IS NULL",
        "INSERT INTO meta VALUES ('replayed', 0)",
    ),
    2: (
        "ALTER TABLE events RENAME TO events_before",
        _EVENTS,
        "INSERT INTO events SELECT seq, key, head, time, event_time, received_at, producer, event_type, run, job, sender FROM events_before",
        "DROP TABLE events_before",
        _EVENTS_BY_TIME,
        _EVENTS_BY_RUN,
        "ALTER TABLE entries RENAME TO entries_before",
        _ENTRIES,
        "INSERT INTO entries SELECT key, space, time, rank, uid, extra FROM entries_before ORDER BY key, space",
        "DROP TABLE entries_before",
        _TOUCHES_LATELY,
        "DROP INDEX nodes_by_age",
        _NODES_BY_KIND,
        _NODES_BY_STATE,
    ),
}
"""What leads from a layout to the next."""


def migrate(connection: sqlite3.Connection) -> None:
    """Give an empty file its tables, an earlier release's what it lacks; leave a current store as it is. Raises StoreUnusable for what is none of these."""
    try:
        if _is_empty(connection):
            connection.executescript(_TABLES)
            connection.execute("PRAGMA application_id = 2003723109")
            connection.execute(
                "INSERT INTO meta VALUES ('schema', ?), ('projection', ?), ('last_id', 0), ('replayed', 0)",
                (SCHEMA, PROJECTION),
            )
            connection.execute("COMMIT")
        else:
            _step_up(connection)
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    check(connection)


def _step_up(connection: sqlite3.Connection) -> None:
    _check_is_ours(connection)
    for found in range(meta(connection, "schema"), SCHEMA):
        connection.execute("BEGIN IMMEDIATE")
        for statement in _STEPS[found]:
            connection.execute(statement)
        connection.execute("UPDATE meta SET value = ? WHERE name = 'schema'", (found + 1,))
        connection.execute("COMMIT")


def check(connection: sqlite3.Connection) -> None:
    """Raises StoreUnusable when this file is no whence store, or a newer release's, NotMigrated when it is empty or an earlier release's."""
    if _is_empty(connection):
        raise NotMigrated("this store is still empty", hint="Make it with: whence migrate, or send it an event.")
    _check_is_ours(connection)
    found = meta(connection, "schema")
    if found < SCHEMA:
        raise NotMigrated(
            f"this store has the layout {found} of an earlier release; this one reads {SCHEMA}",
            hint="Bring it up to date with: whence migrate",
        )
    if found > SCHEMA:
        raise StoreUnusable(
            f"this store has the layout {found} of a newer release; this one reads up to {SCHEMA}",
            hint="Use the release that wrote it, or a later one.",
        )


def _check_is_ours(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION_ID:
        raise StoreUnusable("this is a database, but not a whence store")


def meta(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()[0]
    return value


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
