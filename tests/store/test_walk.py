"""The default walk: one position of the log for the whole answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from whence.errors import StoreUnavailable
from whence.model.answers import Hop
from whence.model.kinds import Direction, EdgeType
from whence.store.memory import MemoryStore
from whence.testing import graph, incoming, run_event
from whence.testing.graphs import uid_of

GIVEN = graph("v1 USED v2", "v2 USED v3", "v3 USED v4")


class BusyStore(MemoryStore):
    """Takes in an event at each of the first `busy` hops."""

    busy = 0
    hops = 0

    async def expand(self, *args: Any, **options: Any) -> Hop:
        self.hops += 1
        if self.busy > 0:
            self.busy -= 1
            await self.put([incoming(run_event(f"r{self.busy}"))])
        return await super().expand(*args, **options)


def walk(busy: int) -> tuple[BusyStore, int]:
    async def run() -> tuple[BusyStore, int]:
        store = BusyStore()
        store.apply(GIVEN.changes)
        store.busy = busy
        answer = await store.closure([uid_of("v1")], Direction.UPSTREAM, [EdgeType.USED])
        assert len(answer.nodes) == 4
        return store, answer.position.seq

    return asyncio.run(run())


def test_a_walk_that_the_log_overtakes_starts_again() -> None:
    quiet, _ = walk(0)
    store, seq = walk(3)
    assert seq == 3
    assert quiet.hops < store.hops


def test_a_walk_that_is_always_overtaken_says_so() -> None:
    with pytest.raises(StoreUnavailable, match="faster"):
        walk(1000)
