"""What the merge reads, in memory: records and ordered entries."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from whence.merge.overlay import run_key
from whence.merge.records import RunRecord
from whence.merge.state import ALIAS, Changes, Entry, Logged, Scan
from whence.merge.successors import attempt_answering
from whence.model import uid as uids

if TYPE_CHECKING:
    from whence.merge.records import Record
    from whence.model.facts import Facts

MAX_RENAMES = 16
"""How many times in a row a uid may have been replaced before we stop following (a circle would be a defect of the merge)."""


class MemoryKnown:
    """`merge.state.Known` over dictionaries."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._entries: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        self._runs: dict[str, list[tuple[int, Facts]]] = defaultdict(list)

    def records(self, keys: Sequence[str]) -> dict[str, Record]:
        return {key: self._records[key] for key in keys if key in self._records}

    def scan(
        self,
        space: str,
        key: str,
        *,
        low: tuple[int, int, str, str] | None = None,
        high: tuple[int, int, str, str] | None = None,
        reverse: bool = False,
    ) -> Iterator[Entry]:
        entries = self._entries.get((space, key), [])
        begin = bisect_left(entries, low, key=_place) if low is not None else 0
        end = bisect_right(entries, high, key=_place) if high is not None else len(entries)
        found = entries[begin:end]
        return reversed(found) if reverse else iter(found)

    def expect(self, scans: Sequence[Scan]) -> None:
        """Nothing to do: a scan costs no journey here."""

    def run_events(self, run_id: str) -> list[tuple[int, Facts]]:
        return list(self._runs.get(run_id, ()))

    def successor(self, uid: str) -> str:
        """What replaced this uid, or itself (rule 9)."""
        for _ in range(MAX_RENAMES):
            entries = self._entries.get((ALIAS, uid))
            found = entries[-1].uid if entries else attempt_answering(uid, self._run_record)
            if found is None:
                break
            uid = found
        return uid

    def _run_record(self, run_id: str) -> RunRecord | None:
        record = self._records.get(run_key(run_id))
        return record if isinstance(record, RunRecord) else None

    def log(self, logged: Iterable[Logged]) -> None:
        for seq, facts in logged:
            if facts.run is not None:
                self._runs[uids.normal_run_id(facts.run.run_id)].append((seq, facts))

    def apply(self, changes: Changes) -> None:
        for key, record in changes.records.items():
            if record is None:
                self._records.pop(key, None)
            else:
                self._records[key] = record
        for entry in changes.entries_removed:
            entries = self._entries[entry.space, entry.key]
            place = bisect_left(entries, entry)
            if entries[place : place + 1] == [entry]:
                del entries[place]
        for entry in changes.entries_added:
            entries = self._entries[entry.space, entry.key]
            if entries[(place := bisect_left(entries, entry)) : place + 1] != [entry]:
                insort(entries, entry)


def _place(entry: Entry) -> tuple[int, int, str, str]:
    return entry[2:]
