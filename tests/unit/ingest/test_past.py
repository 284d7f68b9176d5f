"""The graph as the log knew it: exactly what a replay of that part of the log gives, whatever was learned since."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from whence.errors import BadRequest, TooCostly
from whence.ingest import graph_digest, past
from whence.ingest.past import Past
from whence.model import instant
from whence.model.answers import LogFilter
from whence.store import Store, open_store
from whence.store.memory import MemoryStore
from whence.store.port import Refused
from whence.testing.events import dataset, incoming, run_event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

STORES = {"memory": "memory:", "sqlite": "sqlite:///{folder}/whence.db"}
SECOND = 1_000_000_000
LOG = [
    run_event("r", "START", "2024-05-01T10:00:00Z", inputs=["raw"]),
    run_event("r", "COMPLETE", "2024-05-01T10:01:00Z", inputs=["raw"], outputs=["clean"]),
    run_event("t", "COMPLETE", "2024-05-01T11:00:00Z", inputs=["clean"], outputs=["model@1"]),
    run_event("e", "COMPLETE", "2024-05-01T09:00:00Z", outputs=["raw@1"]),
    run_event("x", "COMPLETE", "2024-05-01T12:00:00Z", outputs=[dataset("raw", symlinks={"identifiers": [{"namespace": "s3://b", "name": "raw", "type": "TABLE"}]})]),
]  # fmt: skip
"""The fourth and fifth change what was known of the first three."""


@pytest.fixture(params=STORES.values(), ids=STORES)
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Callable[[Store], Awaitable[Any]]], Any]:
    """Asks a store whose n-th event was received n seconds after 1970."""

    def ask(question: Callable[[Store], Awaitable[Any]]) -> Any:
        async def run() -> Any:
            async with open_store(request.param.format(folder=tmp_path)) as store:
                await store.migrate()
                await store.put([incoming(body, number * SECOND) for number, body in enumerate(LOG, 1)])
                return await question(store)

        return asyncio.run(run())

    return ask


def at(seconds: float) -> str:
    return instant.format(int(seconds * SECOND))


async def state(store: Store) -> Any:
    return (await store.events(LogFilter(bodies=False), first=1)).state


@pytest.mark.parametrize("seq", range(len(LOG) + 1))
def test_it_is_the_graph_of_that_part_of_the_log(asked, seq: int) -> None:
    async def question(store: Store) -> None:
        known = await Past(store).store(str(seq))
        alone = MemoryStore()
        await alone.put([incoming(body, number * SECOND) for number, body in enumerate(LOG[:seq], 1)])
        assert await graph_digest(known) == await graph_digest(alone)
        assert (await state(known)).position == (await state(alone)).position
        assert (await state(known)).position.seq == seq

    asked(question)


@pytest.mark.parametrize(
    ("moment", "seq"), [(0.5, 0), (1, 1), (1.999999999, 1), (2, 2), (4.5, 4), (5, 5), (1_000_000, 5)]
)
def test_a_time_is_one_of_receipt(asked, moment: float, seq: int) -> None:
    async def question(store: Store) -> int:
        return (await state(await Past(store).store(at(moment)))).position.seq

    assert asked(question) == seq


def test_a_time_without_a_zone_is_utc_and_blanks_around_it_are_nothing(asked) -> None:
    async def question(store: Store) -> int:
        return (await state(await Past(store).store(" 1970-01-01T00:00:03 "))).position.seq

    assert asked(question) == 3


def test_nothing_received_later_is_in_it_though_the_clock_went_back() -> None:
    async def run() -> int:
        store = MemoryStore()
        for body, received in zip(LOG, (1, 2, 9, 3, 10), strict=True):
            await store.put([incoming(body, received * SECOND)])
        return (await state(await Past(store).store(at(5)))).position.seq

    assert asyncio.run(run()) == 2


@pytest.mark.parametrize(
    ("as_known", "says"),
    [
        ("6", "ends at position 5"),
        ("999999999999999999", "ends at position 5"),
        ("yesterday", "neither a position of the log nor a time"),
        ("-1", "neither a position of the log nor a time"),
        ("", "neither a position of the log nor a time"),
        ("9" * 40, "neither a position of the log nor a time"),
        ("2200-01-01T00:00:00Z", "still to come"),
    ],
)
def test_what_is_no_earlier_position_is_refused(asked, as_known: str, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        asked(lambda store: Past(store).store(as_known))


@pytest.mark.parametrize("as_known", ["5", at(5), at(1_000_000)])
def test_more_events_than_are_replayed_are_refused_before_any_is(asked, as_known: str, monkeypatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("replayed")

    monkeypatch.setattr(past, "_put", never)
    with pytest.raises(TooCostly, match="5 events would have to be replayed"):
        asked(lambda store: Past(store, most_events=4).store(as_known))


def test_refused_events_are_those_known_then(asked) -> None:
    """One is refused at 2.5 s, one at 4.5 s; the first is accepted as event 6."""

    async def question(store: Store) -> list[int]:
        await store.put(
            [
                Refused(b"{", "NOT_JSON", "no JSON", False, int(2.5 * SECOND)),
                Refused(b"[", "NOT_JSON", "no JSON", False, int(4.5 * SECOND)),
            ]
        )
        again = incoming(run_event("again", outputs=["late@1"]), 6 * SECOND, replay_of="1")
        await store.put([again])
        graphs = Past(store)
        return [(await state(await graphs.store(known))).rejected for known in ("2", at(2.5), "3", "5", "6")]

    assert asked(question) == [0, 1, 1, 2, 1]


def test_the_last_graphs_are_remembered_and_no_more_than_fit(asked, monkeypatch) -> None:
    built = []
    project = past.project

    async def noted(source: Store, cut: past.Cut) -> MemoryStore:
        built.append(cut.seq)
        return await project(source, cut)

    monkeypatch.setattr(past, "project", noted)

    async def question(store: Store) -> None:
        graphs = Past(store, most_events=6)
        for known in ("2", "3", "2", "2", "4", "2", "3"):
            await graphs.store(known)

    asked(question)
    assert built == [2, 3, 4, 3]


def test_however_small_graphs_are_only_a_few_are_remembered(asked) -> None:
    """Before the first event there are as many times as anybody likes to ask for."""

    async def question(store: Store) -> int:
        graphs = Past(store)
        for number in range(20):
            await graphs.store(at(number / 100))
        return len(graphs._graphs)

    assert asked(question) == 8


def test_a_time_that_more_may_come_before_is_looked_up_again(asked) -> None:
    async def question(store: Store) -> list[int]:
        graphs, now = Past(store), instant.format(time.time_ns())
        before = (await state(await graphs.store(now))).position.seq
        await store.put([incoming(run_event("late", outputs=["late@1"]), 6 * SECOND)])
        return [before, (await state(await graphs.store(now))).position.seq]

    assert asked(question) == [5, 6]


def test_questions_at_once_share_one_replay_and_one_that_is_cancelled_harms_none(asked, monkeypatch) -> None:
    started = []
    building = asyncio.Event()
    project = past.project

    async def slow(source: Store, cut: past.Cut) -> MemoryStore:
        started.append(cut.seq)
        building.set()
        if len(started) == 1:
            await asyncio.Event().wait()
        return await project(source, cut)

    monkeypatch.setattr(past, "project", slow)

    async def question(store: Store) -> None:
        graphs = Past(store)
        first = asyncio.create_task(graphs.store("3"))
        await building.wait()
        others = [asyncio.create_task(graphs.store("3")) for _ in range(3)]
        waiting = asyncio.create_task(graphs.store("3"))
        await asyncio.sleep(0)
        waiting.cancel()
        first.cancel()
        found = await asyncio.gather(*others)
        assert len({id(each) for each in found}) == 1

    asked(question)
    assert started == [3, 3], "once, and once more because the one that began it was cancelled"


def test_graphs_are_built_for_several_event_loops_at_once(tmp_path: Path) -> None:
    async def fill() -> None:
        async with open_store(f"sqlite:///{tmp_path}/whence.db") as store:
            await store.migrate()
            await store.put([incoming(body, number) for number, body in enumerate(LOG, 1)])

    asyncio.run(fill())
    store = open_store(f"sqlite:///{tmp_path}/whence.db", read_only=True)
    graphs = Past(store)

    async def run() -> int:
        threads = (asyncio.to_thread(asyncio.run, graphs.store(known)) for known in ("4", "5", "4"))
        found = await asyncio.gather(*threads)
        assert found[0] is found[2]
        return (await state(found[1])).position.seq

    assert asyncio.run(run()) == 5
    asyncio.run(store.close())


def test_a_question_goes_on_while_a_graph_is_built(asked, monkeypatch) -> None:
    """Merging is done in a thread: this event loop is held up by no page of it."""
    put = past._put

    def slow(*arguments: Any) -> None:
        time.sleep(0.5)
        put(*arguments)

    monkeypatch.setattr(past, "_put", slow)

    async def question(store: Store) -> float:
        building = asyncio.create_task(Past(store).store("3"))
        longest = 0.0
        while not building.done():
            begin = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - begin)
        await building
        return longest

    assert asked(question) < 0.4
