"""What the merge reads of a store, counted: a wrapper around `Known` that any adapter's merge can be given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields

from whence.merge.records import Record, encode
from whence.merge.state import Entry, Known, Place, Scan
from whence.model.facts import Facts


@dataclass
class Reads:
    """Everything that one merge, or several, fetched."""

    entries: int = 0
    """Index rows that were really fetched: scans are lazy."""
    records: int = 0
    record_bytes: int = 0
    events: int = 0
    """Events read again from the log."""
    scans: int = 0
    unannounced: int = 0
    """Scans that were not said beforehand with `expect`: on a store across a network each is a journey."""
    announcements: int = 0
    """Calls of `expect` with something in it."""
    spaces: dict[str, int] = field(default_factory=dict)
    """Entries by space."""
    missed: dict[str, int] = field(default_factory=dict)
    """Unannounced scans by space."""

    @property
    def rows(self) -> int:
        return self.entries + self.records + self.events

    def __str__(self) -> str:
        told = [f"{each.name} {getattr(self, each.name)}" for each in fields(self) if getattr(self, each.name)]
        return ", ".join(told) or "nothing"


class CountingKnown:
    """`Known` that counts. One for each merge, because what is announced is announced for one."""

    def __init__(self, known: Known, reads: Reads) -> None:
        self._known = known
        self._reads = reads
        self._announced: set[Scan] = set()

    def records(self, keys: Sequence[str]) -> dict[str, Record]:
        found = self._known.records(keys)
        self._reads.records += len(found)
        self._reads.record_bytes += sum(len(encode(record)) for record in found.values())
        return found

    def scan(
        self, space: str, key: str, *, low: Place | None = None, high: Place | None = None, reverse: bool = False
    ) -> Iterator[Entry]:
        self._reads.scans += 1
        if Scan(space, key, low, high, reverse) not in self._announced:
            self._reads.unannounced += 1
            self._reads.missed[space] = self._reads.missed.get(space, 0) + 1
        return self._counted(space, self._known.scan(space, key, low=low, high=high, reverse=reverse))

    def _counted(self, space: str, entries: Iterator[Entry]) -> Iterator[Entry]:
        for entry in entries:
            self._reads.entries += 1
            self._reads.spaces[space] = self._reads.spaces.get(space, 0) + 1
            yield entry

    def expect(self, scans: Sequence[Scan]) -> None:
        self._announced.update(scans)
        self._reads.announcements += bool(scans)
        self._known.expect(scans)

    def run_events(self, run_id: str) -> list[tuple[int, Facts]]:
        found = self._known.run_events(run_id)
        self._reads.events += len(found)
        return found
