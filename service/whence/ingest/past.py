"""The graph as the log knew it earlier: the log replayed, up to a position, into a store in memory.

A graph is the projection of a prefix of the log. So the graph as it was known then is exact whatever was learned since, at the price of a replay:
about 1,000 events a second and 20 KiB of memory an event.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from itertools import takewhile
from typing import TYPE_CHECKING, Final

import msgspec

from whence.errors import BadRequest, TooCostly
from whence.ingest.replay import incoming, log_entries, refused_again, refused_pages, replays
from whence.model import instant
from whence.model.answers import LogFilter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from whence.model.answers import LogEntry
    from whence.store.memory import MemoryStore
    from whence.store.port import Refused, Store

MOST_EVENTS: Final = 50_000
"""Events that are replayed for one question, and that all graphs which are remembered may be made of together."""

_SEQ: Final = re.compile(r"[0-9]{1,18}")
_BEFORE_ALL: Final = -(2**63)
_SCANNED: Final = 10_000
_CUTS_REMEMBERED: Final = 1_000
_GRAPHS_REMEMBERED: Final = 8


class Cut(msgspec.Struct, frozen=True):
    """Where the known part of a log ends: at position `seq`, its events and refusals received at or before `received_at` (ns UTC).

    `settled`: no event that is still to come can belong to it.
    """

    seq: int
    received_at: int
    settled: bool = True


class Past:
    """Earlier graphs of a log, built when they are asked for; the last ones are remembered. May be asked from several event loops."""

    def __init__(self, source: Store, most_events: int = MOST_EVENTS) -> None:
        self._source = source
        self._most = most_events
        self._graphs: OrderedDict[tuple[int, int], MemoryStore] = OrderedDict()
        self._cuts: dict[str, Cut] = {}
        self._building: Future[None] | None = None
        self._lock = threading.Lock()

    async def store(self, as_known: str) -> Store:
        """A store, to be read only, with the log and the graph as they were known at `as_known`.

        A whole number is a position of the log (0: before the first event), anything else a time of receipt: the log before the first event
        that was received later. Raises BadRequest for what is neither, a position beyond the log or a time still to come, TooCostly for more
        events than are replayed.
        """
        cut = await self._cut(as_known.strip())
        key = (cut.seq, cut.received_at)
        while True:
            with self._lock:
                if key in self._graphs:
                    self._graphs.move_to_end(key)
                    return self._graphs[key]
                before = self._building
                mine = None if before else Future[None]()
                self._building = before or mine
            if before:
                # Shielded, because a cancelled question must not cancel what others wait for.
                await asyncio.shield(asyncio.wrap_future(before))
            elif mine:
                return await self._build(key, cut, mine)

    async def _build(self, key: tuple[int, int], cut: Cut, done: Future[None]) -> Store:
        """One graph at a time: two would take twice the memory, and no less time."""
        try:
            graph = await project(self._source, cut)
            with self._lock:
                self._graphs[key] = graph
                while len(self._graphs) > 1 and self._too_many():
                    self._graphs.popitem(last=False)
            return graph
        finally:
            with self._lock:
                self._building = None
            done.set_result(None)

    def _too_many(self) -> bool:
        return len(self._graphs) > _GRAPHS_REMEMBERED or sum(seq for seq, _ in self._graphs) > self._most

    async def _cut(self, as_known: str) -> Cut:
        known = self._cuts.get(as_known)
        if known is None:
            known = await cut_at(self._source, as_known, self._most)
            if known.settled:
                if len(self._cuts) >= _CUTS_REMEMBERED:
                    self._cuts.clear()
                self._cuts[as_known] = known
        return known


async def cut_at(source: Store, as_known: str, most_events: int = MOST_EVENTS) -> Cut:
    """What `as_known` means in the log of `source`. Raises what Past.store raises."""
    cut = await _at_seq(source, int(as_known)) if _SEQ.fullmatch(as_known) else await _at_time(source, as_known)
    if cut.seq > most_events:
        raise TooCostly(
            f"{cut.seq:,} events would have to be replayed for this; {most_events:,} are at most.",
            hint="Ask for an earlier position of the log, or leave asKnown (--as-known) out for what is known now.",
        )
    return cut


async def _at_seq(source: Store, seq: int) -> Cut:
    if seq == 0:
        return Cut(0, _BEFORE_ALL)
    page = await source.events(LogFilter(seqs=(seq,), bodies=False), first=1)
    if not page.entries:
        raise BadRequest(
            f"The log ends at position {page.state.position.seq:,}: there is no position {seq:,}.",
            hint="asKnown (--as-known) is a position of the log or a time of receipt.",
        )
    return Cut(seq, page.entries[0].received_at)


async def _at_time(source: Store, text: str) -> Cut:
    try:
        until = instant.parse(text)
    except ValueError as error:
        raise BadRequest(
            f"asKnown is neither a position of the log nor a time: {error}.",
            hint="Give a seq, such as 1200, or a time of receipt, such as 2026-01-31T09:30:00Z.",
        ) from None
    if until > time.time_ns():
        raise BadRequest(
            f"{instant.format(until)} is still to come: what will be known then can't be told.",
            hint=f"It is {instant.format(time.time_ns())} here.",
        )
    seq = 0
    async for entries in _bare_entries(source):
        known = list(takewhile(lambda entry: entry.received_at <= until, entries))
        seq += len(known)
        if len(known) < len(entries):
            return Cut(seq, until)
    return Cut(seq, until, settled=False)


async def _bare_entries(source: Store) -> AsyncIterator[Sequence[LogEntry]]:
    """The whole log in order of seq, by pages, without the events themselves."""
    seen = 0
    while True:
        page = await source.events(LogFilter(after_seq=seen, ascending=True, bodies=False), first=_SCANNED)
        yield page.entries
        if not page.has_next:
            return
        seen = page.entries[-1].seq


async def project(source: Store, cut: Cut) -> MemoryStore:
    """A store in memory with the log of `source` up to `cut` and the graph that follows from it.

    Merging is done in threads, so that what else runs in this event loop goes on.
    """
    from whence.store.memory import MemoryStore  # networkx is a large import

    known = MemoryStore()
    async for entries in log_entries(source):
        await asyncio.to_thread(_put, known, [entry for entry in entries if entry.seq <= cut.seq])
        if entries[-1].seq >= cut.seq:
            break
    await _put_refused(source, known, cut)
    return known


def _put(known: MemoryStore, entries: Sequence[LogEntry]) -> None:
    asyncio.run(known.put([incoming(entry) for entry in entries]))


def _without_body(refused: Refused) -> Refused:
    """Answers count refused events, and name them."""
    return msgspec.structs.replace(refused, body=b"")


async def _put_refused(source: Store, known: MemoryStore, cut: Cut) -> None:
    """The events that were refused by then, under the ids that they have; those accepted by then are marked so."""
    async for page in refused_pages(source):
        by_then = [each.received_at <= cut.received_at for each in page.rejected]
        if True not in by_then:
            return
        # Ids are dense, so those before the last of them come along: one that was refused again has the time of that.
        last = len(by_then) - by_then[::-1].index(True)
        await known.put([_without_body(refused_again(each)) for each in page.rejected[:last]])
        became = {refused_id: seq for refused_id, seq in page.became.items() if seq <= cut.seq}
        await known.put(await replays(known, became))
