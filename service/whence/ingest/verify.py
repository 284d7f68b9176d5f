"""Is the graph what its log gives? Built once more from the log, beside it, and compared."""

from __future__ import annotations

from typing import Final

import msgspec

from whence.errors import StoreUnavailable
from whence.ingest.differences import Difference, differences
from whence.ingest.digest import graph_lines
from whence.ingest.replay import copy_log
from whence.model.answers import LogFilter, Position
from whence.store.port import Store

SHOWN_DIFFERENCES: Final = 20


class Verification(msgspec.Struct, frozen=True):
    """The digest of the graph as it stands and as its log of `events` events gives it. `differences`: at most 20, nodes by uid before edges by id."""

    digest: str
    replayed: str
    equal: bool
    events: int
    differences: tuple[Difference, ...] = ()


async def verify(store: Store, fresh: Store) -> Verification:
    """Replay the log of `store` into `fresh`, an empty store, and compare the two graphs. `store` is only read.

    Raises StoreUnavailable when events came in meanwhile: then the two are of different positions.
    """
    before = await _position(store)
    events = await copy_log(store, fresh, refused=False)
    async with graph_lines(store) as graph, graph_lines(fresh) as replayed:
        if await _position(store) != before:
            raise StoreUnavailable(
                "Events came in while the graph was compared with its log.",
                hint="Ask again when nothing is sent, or verify a copy of the store.",
            )
        here, there = graph.digest(), replayed.digest()
        found = differences(graph, replayed, SHOWN_DIFFERENCES) if here != there else []
    return Verification(here, there, here == there, events, tuple(found))


async def _position(store: Store) -> Position:
    return (await store.events(LogFilter(bodies=False), first=1)).state.position
