"""What the merge reads, from SQLite: records (with the decoded ones kept at hand), ordered entries, events read again from the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from whence.facts import read
from whence.merge.records import decode
from whence.merge.state import MAX_TIME, MIN_TIME, Entry, Scan
from whence.model import uid as uids
from whence.store.recent import Recent

if TYPE_CHECKING:
    from whence.merge.records import Record
    from whence.model.facts import Facts

_RECORDS_KEPT: Final = 8192
_LOWEST: Final = (MIN_TIME, MIN_TIME, "", "")
_HIGHEST: Final = (MAX_TIME, MAX_TIME, b"", b"")  # to SQLite every blob is greater than every text

_READ_RECORDS: Final = "SELECT r.key, r.doc FROM json_each(?) AS asked JOIN records AS r ON r.key = asked.value"
_SCAN_ALL: Final = """
SELECT space, key, time, rank, uid, extra FROM entries WHERE space = ? AND key = ? ORDER BY time, rank, uid, extra"""
_SCAN: Final = """
SELECT space, key, time, rank, uid, extra FROM entries
WHERE space = ? AND key = ? AND (time, rank, uid, extra) >= (?, ?, ?, ?) AND (time, rank, uid, extra) <= (?, ?, ?, ?)
ORDER BY time, rank, uid, extra"""
_SCAN_BACK: Final = """
SELECT space, key, time, rank, uid, extra FROM entries
WHERE space = ? AND key = ? AND (time, rank, uid, extra) >= (?, ?, ?, ?) AND (time, rank, uid, extra) <= (?, ?, ?, ?)
ORDER BY time DESC, rank DESC, uid DESC, extra DESC"""
_RUN_EVENTS: Final = (
    "SELECT e.seq, b.body FROM events AS e JOIN bodies AS b ON b.seq = e.seq WHERE e.run = ? ORDER BY e.seq"
)


class RecordCache(Recent["Record"]):
    """The records last used, decoded. Right only while this process is the one that writes; dropped when a transaction fails."""

    def __init__(self) -> None:
        super().__init__(_RECORDS_KEPT)


class SqliteKnown:
    """`merge.state.Known` inside a write transaction."""

    def __init__(self, connection: sqlite3.Connection, cache: RecordCache) -> None:
        self._connection = connection
        self._cache = cache

    def records(self, keys: Sequence[str]) -> dict[str, Record]:
        found = {key: record for key in keys if (record := self._cache.get(key)) is not None}
        missing = [key for key in keys if key not in found]
        if missing:
            asked = msgspec.json.encode(missing).decode()
            for key, doc in self._connection.execute(_READ_RECORDS, (asked,)):
                found[key] = record = decode(doc)
                self._cache.set(key, record)
        return found

    def scan(
        self,
        space: str,
        key: str,
        *,
        low: tuple[int, int, str, str] | None = None,
        high: tuple[int, int, str, str] | None = None,
        reverse: bool = False,
    ) -> Iterator[Entry]:
        if low is None and high is None and not reverse:
            return map(Entry._make, self._connection.execute(_SCAN_ALL, (space, key)))
        bounds = (*(low or _LOWEST), *(high or _HIGHEST))
        return map(Entry._make, self._connection.execute(_SCAN_BACK if reverse else _SCAN, (space, key, *bounds)))

    def expect(self, scans: Sequence[Scan]) -> None:
        """Nothing to do: a scan costs no journey here."""

    def run_events(self, run_id: str) -> list[tuple[int, Facts]]:
        rows = self._connection.execute(_RUN_EVENTS, (uids.run(run_id),)).fetchall()
        return [(seq, read(body)) for seq, body in rows]
