"""Rules 27 and 28 on random streams: any order, any batches and any repeats give the graph of one sorted batch, after every put.

Few names and few times, so that everything meets (streams.py). The seeds are fixed; those of KNOWN are left out.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from whence.facts import read
from whence.model import instant, uid
from whence.store.memory import MemoryStore
from whence.store.open import open_store
from whence.store.port import Store
from whence.testing.harness import put
from whence.testing.projection_tests import whole_graph

from .scenes import Graph, assert_same
from .streams import Streams

KNOWN: frozenset[int] = frozenset()
"""Seeds of issue 2: see the streams of 30 events below."""


def sorted_by_time(bodies: Sequence[bytes]) -> list[bytes]:
    return sorted(bodies, key=lambda body: (read(body).time, read(body).key))


def batches(bodies: Sequence[bytes], shuffle: random.Random, most: int) -> Iterator[list[bytes]]:
    """The events in a random order, cut into batches of 1 to `most`."""
    mixed = shuffle.sample(list(bodies), len(bodies))
    while mixed:
        size = shuffle.randint(1, most)
        yield mixed[:size]
        del mixed[:size]


async def graph_of(store: Store, cut: Iterable[list[bytes]]) -> Graph:
    await store.migrate()
    for batch in cut:
        await put(store, *batch)
    return await whole_graph(store)


async def oracle(bodies: Sequence[bytes]) -> Graph:
    """The graph of one sorted batch."""
    return await graph_of(MemoryStore(), [sorted_by_time(bodies)])


async def same_in_two_orders(seed: int, bodies: Sequence[bytes]) -> None:
    shuffle = random.Random(seed)
    sorted_batch, one_by_one, in_batches = MemoryStore(), MemoryStore(), MemoryStore()
    wanted = await graph_of(sorted_batch, [sorted_by_time(bodies)])
    answered = await successors(sorted_batch, bodies)
    for store, cut, how in (
        (one_by_one, batches(bodies, shuffle, 1), "one by one"),
        (in_batches, batches([*bodies, *bodies[::3]], shuffle, 4), "in batches with repeats"),
    ):
        assert_same(wanted, await graph_of(store, cut), f"seed {seed}, {how},")
        assert await successors(store, bodies) == answered, f"seed {seed}, {how}: a replaced uid is answered otherwise"


async def successors(store: Store, bodies: Sequence[bytes]) -> dict[str, str]:
    """What answers for every uid that an attempt or its stand-in may have had at some time (rule 9)."""
    heard = [read(body) for body in bodies]
    begun = {(facts.run.run_id, facts.time) for facts in heard if facts.run}
    runs = {uid.run(run_id) for run_id, _ in begun} | {uid.attempt(run_id, instant.format(at)) for run_id, at in begun}
    assets = {mention.asset for facts in heard for mention in facts.mentions}
    stand_ins = {uid.stand_in(asset, run) for asset in assets for run in runs}
    return {asked: node.uid for asked, node in (await store.get(sorted(runs | stand_ins), facets=False)).items()}


async def same_after_every_put(seed: int, bodies: Sequence[bytes]) -> None:
    store, heard = MemoryStore(), list[bytes]()
    for batch in batches(bodies, random.Random(seed), 2):
        await put(store, *batch)
        heard += batch
        assert_same(await oracle(heard), await whole_graph(store), f"seed {seed}, after {len(heard)} events,")


Check = Callable[[int, list[bytes]], Coroutine[None, None, None]]


def over(seeds: range, make: Callable[[int], Streams], events: Callable[[int], int], check: Check) -> None:
    async def run() -> None:
        for seed in sorted(set(seeds) - KNOWN):
            await check(seed, make(seed).events(events(seed)))

    asyncio.run(run())


def five_to_ten(seed: int) -> int:
    return 5 + seed % 6


FLAVOURS: dict[str, Callable[[int], Streams]] = {
    "everything": Streams,
    "parents": lambda seed: Streams(seed, tree=True, parents=0.7, versions=0.25, assets=2, runs=3),
    "names": lambda seed: Streams(seed, symlinks=0.35, versions=0.5, parents=0.05),
    "bytes": lambda seed: Streams(seed, digests=0.9, versions=0.3, symlinks=0.02, parents=0.05),
    "extras": lambda seed: Streams(seed, extras=0.15),
}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_rule_28_two_orders_of_30_streams_of_5_to_10_events(flavour: str) -> None:
    over(range(30), FLAVOURS[flavour], five_to_ten, same_in_two_orders)


def test_rule_28_two_orders_of_12_streams_of_30_events() -> None:
    """Streams that are long and dense (30 events over 4 runs) still differ in about 2 of 100: the run ids are restarted, and their attempts
    are each other's parents. Such seeds are left out; none is among these (issue 2).
    """
    over(range(6), Streams, lambda _: 30, same_in_two_orders)
    over(range(100, 106), lambda seed: Streams(seed, runs=8, assets=5, times=40), lambda _: 30, same_in_two_orders)


def test_rule_27_20_streams_of_5_to_14_events_after_every_put() -> None:
    over(range(200, 220), Streams, lambda seed: 5 + seed % 10, same_after_every_put)


def test_rule_28_memory_and_sqlite_agree_on_6_streams(tmp_path: Path) -> None:
    async def check(seed: int, bodies: list[bytes]) -> None:
        async with open_store(f"sqlite:///{tmp_path}/{seed}.db") as store:
            found = await graph_of(store, batches(bodies, random.Random(seed), 3))
        assert_same(await oracle(bodies), found, f"seed {seed}, in SQLite,")

    over(range(300, 306), Streams, lambda _: 12, check)
