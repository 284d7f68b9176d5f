"""What the merge reads, from Neo4j: records, ordered entries, events read again from the log. Every statement is a journey, so many questions share one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import neo4j

from whence.facts import read
from whence.merge.records import decode
from whence.merge.state import Entry, Place, Scan
from whence.model import uid as uids
from whence.store.neo4j.bodies import unpack_body
from whence.store.neo4j.connecting import collected
from whence.store.neo4j.keys import end_key, first_key, key_of, order_of, place_key

if TYPE_CHECKING:
    from whence.merge.records import Record
    from whence.model.facts import Facts
    from whence.store.recent import Recent

_FIRST_PAGE: Final = 64
_NEXT_PAGE: Final = 1024

RECORDS: Final = "UNWIND $keys AS key MATCH (r:Record {key: key}) RETURN collect([r.key, r.doc])"
SCAN: Final = """
UNWIND $asked AS a
CALL (a) {
  MATCH (e:Entry) WHERE e.k >= a[1] AND e.k < a[2]
  WITH e ORDER BY e.k LIMIT $limit
  RETURN collect([e.k, e.extra, e.uid]) AS found
}
RETURN collect([a[0], found])"""
SCAN_BACK: Final = """
UNWIND $asked AS a
CALL (a) {
  MATCH (e:Entry) WHERE e.k >= a[1] AND e.k < a[2]
  WITH e ORDER BY e.k DESC LIMIT $limit
  RETURN collect([e.k, e.extra, e.uid]) AS found
}
RETURN collect([a[0], found])"""
RUN_EVENTS: Final = (
    "MATCH (e:Event {runKey: $key}) WHERE e.run = $run WITH e ORDER BY e.seq RETURN collect([e.seq, e.body])"
)

Row = Sequence[Any]
"""An entry as it is kept: k, extra or None, the whole uid where k has not all of it."""


class Neo4jKnown:
    """`merge.state.Known` inside a write transaction."""

    def __init__(self, transaction: neo4j.Transaction, records: Recent[Record]) -> None:
        """`records`: those at hand, which are kept up to date by whoever writes."""
        self._transaction = transaction
        self._records = records
        self._expected: dict[Scan, list[Row]] = {}
        self.absent: set[str] = set()
        """Keys under which there is no record."""

    def records(self, keys: Sequence[str]) -> dict[str, Record]:
        found = {key: record for key in keys if (record := self._records.get(key)) is not None}
        missing = [key for key in keys if key not in found and key not in self.absent]
        if missing:
            asked = [key_of(key) for key in missing]
            docs: dict[str, bytes] = dict(collected(self._transaction, RECORDS, keys=asked))
            found |= self.learn(missing, docs)
        return found

    def learn(self, keys: Sequence[str], docs: Mapping[str, bytes]) -> dict[str, Record]:
        """Take in what was read for these keys, by `key_of`."""
        found: dict[str, Record] = {}
        for key in keys:
            doc = docs.get(key_of(key))
            if doc is None:
                self.absent.add(key)
            else:
                found[key] = record = decode(doc)
                self._records.set(key, record)
        return found

    def expect(self, scans: Sequence[Scan]) -> None:
        for reverse in (False, True):
            asked = [scan for scan in dict.fromkeys(scans) if scan.reverse is reverse and scan not in self._expected]
            if asked:
                between = [[number, *bounds(scan)] for number, scan in enumerate(asked)]
                for number, found in self._pages(between, _FIRST_PAGE, reverse=reverse):
                    self._expected[asked[number]] = found

    def scan(
        self,
        space: str,
        key: str,
        *,
        low: Place | None = None,
        high: Place | None = None,
        reverse: bool = False,
    ) -> Iterator[Entry]:
        scan = Scan(space, key, low, high, reverse)
        return entries_of(scan, self._rows(scan))

    def run_events(self, run_id: str) -> list[tuple[int, Facts]]:
        run = uids.run(run_id)
        found = collected(self._transaction, RUN_EVENTS, key=key_of(run), run=run)
        return [(seq, read(unpack_body(body))) for seq, body in found]

    def _rows(self, scan: Scan) -> Iterator[Row]:
        """In the order of their keys, a page at a time."""
        low, high = bounds(scan)
        page = self._expected.get(scan)
        size = _FIRST_PAGE
        while True:
            if page is None:
                ((_, page),) = self._pages([[0, low, high]], size, reverse=scan.reverse)
            yield from page
            if len(page) < size:
                return
            if scan.reverse:
                high = page[-1][0]
            else:
                low = page[-1][0] + "\0"
            page, size = None, _NEXT_PAGE

    def _pages(self, asked: list[list[Any]], size: int, *, reverse: bool) -> list[list[Any]]:
        return collected(self._transaction, SCAN_BACK if reverse else SCAN, asked=asked, limit=size)


def bounds(scan: Scan) -> tuple[str, str]:
    """Between which keys the entries lie, the second of them excluded."""
    place = place_key(scan.space, scan.key)
    return first_key(place, scan.low), end_key(place, scan.high)


def entries_of(scan: Scan, found: Iterable[Row]) -> Iterator[Entry]:
    """The entries that a scan means, in order and each once, from rows in the order of their keys: that is the same but where uids are cut."""
    for _, near in groupby(found, key=lambda row: order_of(row[0])):
        for entry in sorted({_entry(scan, row) for row in near}, reverse=scan.reverse):
            if (scan.low is None or entry[2:] >= scan.low) and (scan.high is None or entry[2:] <= scan.high):
                yield entry


def _entry(scan: Scan, row: Row) -> Entry:
    key, extra, uid = row
    time, rank, kept = order_of(key)
    return Entry(scan.space, scan.key, time, rank, kept if uid is None else uid, extra or "")
