"""What of a source was imported already, in a small database outside the source: one for each source and destination.

For each record it keeps the stamp that the importer gave and a fingerprint of its events. A record is done when the destination has
acknowledged its events, and not before, so an import can be broken off at any moment and taken up again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from whence_emitters.errors import ImportBusyError, SourceError
from whence_emitters.facets import PRODUCER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from whence_emitters.importing.contract import Record

_LAYOUT = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS imported (key TEXT PRIMARY KEY, stamp TEXT NOT NULL, fingerprint BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


def cursors_folder() -> Path:
    """WHENCE_CURSORS, else `whence/imports` under $XDG_STATE_HOME or ~/.local/state."""
    if given := os.environ.get("WHENCE_CURSORS"):
        return Path(given).expanduser().absolute()
    state = os.environ.get("XDG_STATE_HOME") or Path("~/.local/state").expanduser()
    return Path(state) / "whence" / "imports"


def cursor_file(system: str, source: str, destination: str) -> Path:
    """The file of one source at one destination."""
    named = hashlib.sha256("\0".join((system, source, destination)).encode()).hexdigest()[:32]
    return cursors_folder() / f"{system}-{named}.db"


def fingerprint(record: Record) -> bytes:
    """16 bytes that differ when the record's events do; the release of this package that made them is no difference."""
    text = json.dumps(record.events, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.replace(PRODUCER, "").encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Cursor:
    """The memory of one import. Not safe for threads."""

    def __init__(self, database: sqlite3.Connection, *, read_only: bool = False) -> None:
        self._database = database
        self._read_only = read_only
        self._asked: tuple[str, tuple[str, bytes] | None] | None = None

    def stamp(self, key: str) -> str | None:
        """The stamp under which a record was imported; None when it never was."""
        row = self._row(key)
        return None if row is None else row[0]

    def holds(self, key: str, made: bytes) -> bool:
        """Whether the record was imported with these very events."""
        row = self._row(key)
        return row is not None and row[1] == made

    def _row(self, key: str) -> tuple[str, bytes] | None:
        # One record is asked about several times in a row: by its importer, by `unchanged`, by the engine.
        if self._asked is None or self._asked[0] != key:
            found = self._database.execute("SELECT stamp, fingerprint FROM imported WHERE key = ?", (key,)).fetchone()
            self._asked = (key, None if found is None else (str(found[0]), bytes(found[1])))
        return self._asked[1]

    def done(self, records: Iterable[tuple[str, str, bytes]]) -> None:
        """Remember (key, stamp, fingerprint) of records that were acknowledged."""
        if self._read_only:
            return
        self._asked = None
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO imported VALUES (?, ?, ?)", records)

    def forget(self) -> None:
        """Forget everything."""
        self._asked = None
        with self._database:
            self._database.execute("DELETE FROM imported")


@contextmanager
def open_cursor(path: Path | None, *, read_only: bool = False, **about: str) -> Iterator[Cursor]:
    """Open the cursor in a file, or one in memory that forgets everything at the end; a read-only one takes nothing in.

    Raises `ImportBusyError` when another process holds it, `SourceError` when the file is none of ours or cannot be written.
    """
    try:
        if path is not None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = sqlite3.connect(":memory:" if path is None else path, timeout=1.0)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from error
    try:
        _prepare(database, path, about)
        yield Cursor(database, read_only=read_only)
    finally:
        database.close()


def _prepare(database: sqlite3.Connection, path: Path | None, about: dict[str, str]) -> None:
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        with database:
            database.execute("BEGIN EXCLUSIVE")
            for statement in _SCHEMA.strip().splitlines():
                database.execute(statement)
            layout = database.execute("SELECT value FROM about WHERE name = 'layout'").fetchone()
            if layout is not None and layout[0] != str(_LAYOUT):
                raise _unusable(path, sqlite3.DatabaseError(f"layout {layout[0]}"))
            named = {"layout": str(_LAYOUT), **about}
            database.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", named.items())
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise ImportBusyError(
                "Another process is importing this source.", "wait until it ends, then start again"
            ) from error
        raise _unusable(path, error) from error
    except sqlite3.DatabaseError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path | None, error: Exception) -> SourceError:
    return SourceError(
        f"The memory of this import, {path}, cannot be used: {error}.",
        "remove the file to import everything again: what the service knows already changes nothing",
    )
