"""What a store holds, held against what was acknowledged."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from whence.cli import store_work
from whence.model.answers import LogFilter, Position
from whence.store import open_store
from whence.store.intake import next_head

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence.model.answers import LogEntry

PAGE = 1000


class Audit(NamedTuple):
    """Of one store: events in its log, acknowledged events that are not there (or elsewhere), events that are there more than once, and the graph's digest."""

    events: int
    lost: int
    twice: int
    digest: str
    equal: bool
    """Whether the digest is that of a replay of the log."""


def audit(store: str, acknowledged: Mapping[bytes, int | None]) -> Audit:
    """Opens the store as nobody's, reads all of it, and replays it. Its positions have to be dense and its head hash that of its keys."""
    entries, position = asyncio.run(_log(store))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1)), "dense"
    head = Position()
    for entry in entries:
        head = Position(entry.seq, next_head(head.head_hash, entry.key))
    assert position == head
    logged = {entry.body: entry.seq for entry in entries}
    lost = sum(body not in logged or seq not in {None, logged[body]} for body, seq in acknowledged.items())
    verified = store_work.verify(store)
    return Audit(len(entries), lost, len(entries) - len(logged), verified.digest, verified.equal)


async def _log(store: str) -> tuple[list[LogEntry], Position]:
    entries: list[LogEntry] = []
    async with open_store(store, read_only=True) as opened:
        while True:
            page = await opened.events(LogFilter(after_seq=len(entries), ascending=True), first=PAGE)
            entries += page.entries
            if not page.has_next:
                return entries, page.state.position
