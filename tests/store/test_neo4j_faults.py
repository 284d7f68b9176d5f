"""A Neo4j that goes away and comes back while it is written to: clear errors, then on without opening the store again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from neo4j_sources import endpoint_of
from neo4j_stores import store_of

from whence.errors import StoreUnavailable
from whence.model.answers import LogFilter
from whence.store.memory import MemoryStore
from whence.testing import incoming, run_event
from whence.testing.projection_tests import whole_graph

if TYPE_CHECKING:
    from collections.abc import Callable

    from neo4j_server import Server

    from whence.store import Store
    from whence.store.port import Incoming


def event(number: int) -> Incoming:
    return incoming(run_event(f"r{number}", inputs=["shared"], outputs=[f"made/{number % 3}"]))


async def write_until_it_fails(store: Store, acknowledged: dict[int, str], going: asyncio.Event) -> str:
    """Put one event after another, and note what was acknowledged, until StoreUnavailable: its hint. `going` is set after five."""
    first = len(acknowledged)
    for number in range(first, first + 100_000):
        given = event(number)
        try:
            (receipt,) = await store.put([given])
        except StoreUnavailable as error:
            return error.hint
        acknowledged[receipt.seq] = given.facts.key
        if number == first + 5:
            going.set()
    raise AssertionError("the server never went away")


def test_a_server_that_is_stopped_and_one_that_is_killed_come_back_with_all_that_was_acknowledged(
    neo4j_private: Server,
) -> None:
    async def run() -> None:
        acknowledged: dict[int, str] = {}
        async with store_of(endpoint_of(neo4j_private)) as store:
            await store.migrate()
            ends: tuple[Callable[[], None], ...] = (neo4j_private.stop, neo4j_private.kill)
            for end in ends:
                going = asyncio.Event()
                writing = asyncio.create_task(write_until_it_fails(store, acknowledged, going))
                await going.wait()
                await asyncio.to_thread(end)
                assert await asyncio.wait_for(writing, 60)
                with pytest.raises(StoreUnavailable, match="can't be reached"):
                    await store.events(LogFilter())
                await asyncio.to_thread(neo4j_private.start)
                page = await store.events(LogFilter(ascending=True), first=10_000)
                logged = {entry.seq: entry.key for entry in page.entries}
                assert list(logged) == list(range(1, len(logged) + 1)), "dense"
                assert acknowledged.items() <= logged.items()
                acknowledged |= logged
            memory = MemoryStore()
            await memory.put([incoming(entry.body) for entry in page.entries])
            assert await whole_graph(store) == await whole_graph(memory)

    asyncio.run(run())
