"""The log in memory: events, refused events, counts by bucket of time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec

from whence.model import uid as uids
from whence.model.answers import LogEntry, LogFilter, Position, RejectedEntry, Stat
from whence.model.graph import Node, RunDetail
from whence.model.kinds import Kind, RunState
from whence.store.intake import COUNT_LIMIT, Admission, bucket_starts
from whence.store.order import seq_cursor
from whence.store.port import PROJECTION, Buckets, LogPage, LogState

E = TypeVar("E", LogEntry, RejectedEntry)


class MemoryLog:
    """Everything that was sent, accepted or refused."""

    def __init__(self) -> None:
        self.position = Position()
        self.seqs: dict[str, int] = {}
        self._rejected: dict[str, RejectedEntry] = {}
        self._became: dict[str, int] = {}
        self._entries: list[LogEntry] = []

    def keep(self, admission: Admission) -> None:
        self._entries += admission.entries
        self.seqs.update((entry.key, entry.seq) for entry in admission.entries)
        self._rejected.update((entry.id, entry) for entry in admission.rejected)
        for again in admission.refused_again:
            if again.id in self._rejected and again.id not in self._became:
                self._rejected[again.id] = _with_reason_of(again, self._rejected[again.id])
        for rejected_id, seq in admission.became.items():
            if rejected_id in self._rejected:
                self._became.setdefault(rejected_id, seq)
        self.position = admission.position

    @property
    def last_rejected(self) -> int:
        """The greatest id of a refused event; ids are dense."""
        return len(self._rejected)

    @property
    def state(self) -> LogState:
        return LogState(self.position, len(self._rejected) - len(self._became), PROJECTION)

    def accepted_page(self, wanted: LogFilter, touching: set[int] | None, first: int, after: str | None) -> LogPage:
        """`touching`: the seqs that `wanted.touching` means, None when it is not given."""
        found = [
            entry
            for entry in self._entries
            if (touching is None or entry.seq in touching)
            and (wanted.since is None or entry.time >= wanted.since)
            and (wanted.until is None or entry.time < wanted.until)
            and (wanted.after_seq is None or entry.seq > wanted.after_seq)
            and (not wanted.seqs or entry.seq in wanted.seqs)
            and (wanted.run_id is None or entry.run == uids.run(wanted.run_id))
        ]
        page = self._page(found, lambda entry: entry.seq, wanted.ascending, first, after)
        return msgspec.structs.replace(page[1], entries=_with_bodies(page[0], wanted.bodies))

    def rejected_page(self, wanted: LogFilter, ids: Sequence[str], first: int, after: str | None) -> LogPage:
        found = [each for each in self._rejected.values() if (each.id in ids if ids else each.id not in self._became)]
        page = self._page(found, lambda entry: int(entry.id), wanted.ascending, first, after)
        became = {entry.id: self._became[entry.id] for entry in page[0] if entry.id in self._became}
        return msgspec.structs.replace(page[1], rejected=_with_bodies(page[0], wanted.bodies), became=became)

    def _page(
        self, found: list[E], place: Callable[[E], int], ascending: bool, first: int, after: str | None
    ) -> tuple[list[E], LogPage]:
        rest = found if ascending else found[::-1]
        if after is not None:
            seen = seq_cursor(after)
            rest = [entry for entry in rest if (place(entry) > seen if ascending else place(entry) < seen)]
        return rest[:first], LogPage(
            self.state,
            has_next=len(rest) > first,
            total=min(len(found), COUNT_LIMIT),
            total_exact=len(found) <= COUNT_LIMIT,
        )

    def stats(self, buckets: Buckets, nodes: Iterable[Node]) -> LogPage:
        starts = bucket_starts(buckets)
        events: Counter[int] = Counter()
        runs: dict[int, Counter[RunState]] = defaultdict(Counter)
        kinds: dict[int, Counter[Kind]] = defaultdict(Counter)
        for entry in self._entries:
            if buckets.since <= entry.time < buckets.until:
                events[(entry.time - starts.start) // starts.step] += 1
        for node in nodes if buckets.nodes else ():
            if node.at is not None and buckets.since <= node.at < buckets.until:
                number = (node.at - starts.start) // starts.step
                kinds[number][node.kind] += 1
                if isinstance(node.detail, RunDetail):
                    runs[number][node.detail.state] += 1
        return LogPage(
            self.state,
            stats=tuple(
                Stat(start, events[number], dict(runs[number]), dict(kinds[number]))
                for number, start in enumerate(starts)
            ),
        )


def _with_reason_of(again: RejectedEntry, kept: RejectedEntry) -> RejectedEntry:
    return msgspec.structs.replace(again, body=kept.body, sender=kept.sender)


def _with_bodies(entries: list[E], bodies: bool) -> tuple[E, ...]:
    return tuple(entries if bodies else (msgspec.structs.replace(entry, body=b"") for entry in entries))
