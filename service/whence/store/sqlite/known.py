"""What the merge reads, from SQLite: records (with the decoded ones kept at hand), ordered entries, events read again from the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from whence.facts import read
from whence.merge.pending import with_pending
from whence.merge.records import decode
from whence.merge.state import MAX_TIME, MIN_TIME, Entry, Scan
from whence.model import uid as uids
from whence.store.recent import Recent

if TYPE_CHECKING:
    from whence.merge.records import Record
    from whence.model.facts import Facts
    from whence.store.sqlite.ahead import Ahead

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
    """`merge.state.Known` of the one process that writes."""

    def __init__(self, connection: sqlite3.Connection, cache: RecordCache, ahead: Ahead | None = None) -> None:
        """`ahead`: a put that is not committed yet, or only since a moment."""
        self._connection = connection
        self._cache = cache
        self._ahead = ahead

    def records(self, keys: Sequence[str]) -> dict[str, Record]:
        found = {key: record for key in keys if (record := self._cache.get(key)) is not None}
        missing = [key for key in keys if key not in found]
        if self._ahead is not None:
            changed = self._ahead.records
            found.update({key: record for key in missing if (record := changed.get(key)) is not None})
            missing = [key for key in missing if key not in changed]
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
            rows = self._connection.execute(_SCAN_ALL, (space, key))
        else:
            bounds = (*(low or _LOWEST), *(high or _HIGHEST))
            rows = self._connection.execute(_SCAN_BACK if reverse else _SCAN, (space, key, *bounds))
        found = map(Entry._make, rows)
        if self._ahead is None:
            return found
        place = (space, key)
        added, removed = self._ahead.added.get(place), self._ahead.removed.get(place)
        return with_pending(found, added, removed, low, high, reverse=reverse)

    def expect(self, scans: Sequence[Scan]) -> None:
        """Nothing to do: a scan costs no journey here."""

    def run_events(self, run_id: str) -> list[tuple[int, Facts]]:
        rows = self._connection.execute(_RUN_EVENTS, (uids.run(run_id),)).fetchall()
        found = {seq: read(body) for seq, body in rows}
        if self._ahead is not None:
            found.update(self._ahead.events.get(run_id, ()))
        return sorted(found.items())
