"""Writing to a real Neo4j: several writers, tries whose end is unknown, reads beside a commit, the limits of keys and memory."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import AsyncExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import neo4j
import pytest
from neo4j.exceptions import IncompleteCommit, ServiceUnavailable
from neo4j_fixtures import turn
from neo4j_sources import Endpoint, find
from neo4j_stores import clear, store_of

from whence.errors import StoreUnavailable, StoreUnusable, TooCostly
from whence.model.answers import LogFilter, NodeFilter
from whence.store import open_store
from whence.store.memory import MemoryStore
from whence.store.neo4j.connecting import Login, address_of
from whence.store.neo4j.store import Neo4jStore
from whence.store.port import PROJECTION, Incoming, NotMigrated, Refused
from whence.testing import dataset, incoming, run_event
from whence.testing.projection_tests import EVENTS, whole_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from whence.store import Store
    from whence.store.neo4j.snapshot import Reading

WRITER = Path(__file__).parent.parent / "support" / "neo4j_writer.py"


@pytest.fixture
def endpoint(neo4j_server: Endpoint) -> Iterator[Endpoint]:
    """A server with an empty store in it."""
    with nullcontext() if find().is_ours else turn(neo4j_server.url):

        async def migrated() -> None:
            async with store_of(neo4j_server) as store:
                await store.migrate()

        clear(neo4j_server)
        asyncio.run(migrated())
        yield neo4j_server


def runs(word: str, count: int) -> list[Incoming]:
    return [
        incoming(run_event(f"{word}{n}", time=f"2024-05-01T{n % 24:02d}:{n % 60:02d}:00Z", inputs=["shared"], outputs=[f"made/{n % 7}"]))
        for n in range(count)
    ]  # fmt: skip


async def oracle(batch: list[Incoming]) -> object:
    store = MemoryStore()
    await store.put(batch)
    return await whole_graph(store)


def test_a_url_opens_it_with_the_login_of_the_environment(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in endpoint.environment().items():
        monkeypatch.setenv(name, value)

    async def run() -> None:
        async with open_store(f"{endpoint.url}?database=neo4j") as store:
            await store.put(runs("r", 1))
            assert (await store.events(LogFilter())).total == 1
            assert store.url == endpoint.url

    asyncio.run(run())


def test_several_stores_put_at_once_and_give_one_log_and_one_graph(endpoint: Endpoint) -> None:
    events = runs("r", 60)

    async def run() -> None:
        stores = [store_of(endpoint) for _ in range(3)]

        async def writes(store: Store, mine: list[Incoming]) -> list[int]:
            seqs: list[int] = []
            for start in range(0, len(mine), 4):
                seqs += [receipt.seq for receipt in await store.put(mine[start : start + 4])]
            return seqs

        parts = [events[number::3] for number in range(3)]
        seqs = await asyncio.gather(*(writes(store, part) for store, part in zip(stores, parts, strict=True)))
        assert sorted(seq for part in seqs for seq in part) == list(range(1, 61)), "each has its own, none is left out"
        for store in stores:
            assert await whole_graph(store) == await oracle(events)
            await store.close()

    asyncio.run(run())


def test_an_edge_to_a_node_that_somebody_deleted_is_refused(endpoint: Endpoint) -> None:
    """A writer remembers nodes: edges must never lead to others than they are meant for."""

    async def run() -> None:
        async with store_of(endpoint) as store:
            await store.put(runs("r", 3))
            with endpoint.driver() as driver:
                driver.execute_query("MATCH (n:Job) DETACH DELETE n")
            with pytest.raises(StoreUnusable, match="no longer in its database"):
                await store.put(runs("s", 3))
            assert (await store.events(LogFilter())).total == 3

    asyncio.run(run())


def test_the_same_events_from_two_stores_at_once_are_logged_once(endpoint: Endpoint) -> None:
    events = runs("r", 12)

    async def run() -> None:
        stores = [store_of(endpoint) for _ in range(2)]
        answers = await asyncio.gather(*(store.put(events) for store in stores for _ in range(2)))
        told = sorted([[(each.seq, each.duplicate) for each in receipts] for receipts in answers])
        assert told == [[(seq, False) for seq in range(1, 13)], *[[(seq, True) for seq in range(1, 13)]] * 3]
        for store in stores:
            await store.close()

    asyncio.run(run())


def test_what_a_store_remembers_is_forgotten_when_another_has_written(endpoint: Endpoint) -> None:
    async def run() -> None:
        first, second = store_of(endpoint), store_of(endpoint)
        for number, body in enumerate(EVENTS):
            await (first, second)[number % 2].put([incoming(body)])
        assert await whole_graph(first) == await oracle([incoming(body) for body in EVENTS])
        for store in (first, second):
            await store.close()

    asyncio.run(run())


def test_three_processes_write_to_one_database(endpoint: Endpoint) -> None:
    command = [sys.executable, str(WRITER), endpoint.url]
    processes = [
        subprocess.Popen([*command, word, "8"], env={**os.environ, **endpoint.environment()}, stdout=subprocess.PIPE)
        for word in ("a", "b", "c")
    ]
    said = [process.communicate(timeout=120)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sorted(int(seq) for each in said for seq in each) == list(range(1, 25))

    async def run() -> None:
        async with store_of(endpoint) as store:
            logged = (await store.events(LogFilter(ascending=True), first=100)).entries
            assert await whole_graph(store) == await oracle([incoming(entry.body) for entry in logged])

    asyncio.run(run())


@pytest.mark.parametrize("error", [ServiceUnavailable("cut off"), IncompleteCommit("cut off")])
@pytest.mark.parametrize("committed", [True, False])
def test_a_commit_whose_end_is_unknown_is_neither_lost_nor_a_repeat(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, error: Exception, committed: bool
) -> None:
    commit = neo4j.Transaction.commit
    cut_off: list[object] = []

    def once(transaction: neo4j.Transaction) -> None:
        if committed or cut_off:
            commit(transaction)
        if not cut_off:
            cut_off.append(transaction)
            raise error

    async def run() -> None:
        async with store_of(endpoint) as store:
            await store.put(runs("before", 1))
            with monkeypatch.context() as patched:
                patched.setattr(neo4j.Transaction, "commit", once)
                batch = [*runs("r", 2), Refused(b"x", "BAD_REQUEST", "no JSON", False, 7), *runs("r", 1)]
                receipts = await store.put(batch)
            told = [(each.seq, each.duplicate, each.rejected_id) for each in receipts]
            assert told == [(2, False, None), (3, False, None), (0, False, "1"), (2, True, None)]
            with monkeypatch.context() as patched:
                cut_off.clear()
                patched.setattr(neo4j.Transaction, "commit", once)
                assert [each.rejected_id for each in await store.put([Refused(b"y", "X", "y", False, 8)])] == ["2"]
            state = (await store.events(LogFilter())).state
            assert (state.position.seq, state.rejected) == (3, 2)

    asyncio.run(run())


def test_own_writes_are_read(endpoint: Endpoint) -> None:
    async def run() -> None:
        async with store_of(endpoint) as store:
            for number, event in enumerate(runs("r", 10), 1):
                await store.put([event])
                assert (await store.events(LogFilter())).state.position.seq == number

    asyncio.run(run())


def test_names_that_no_index_can_hold(endpoint: Endpoint) -> None:
    long = "n" * 20_000
    events = [
        incoming(run_event("r1", inputs=[f"{long}a@{long}"], outputs=["clean@1", dataset(f"{long}b@1")], job=long)),
        incoming(run_event("r2", time="2024-05-01T13:00:00Z", inputs=[f"{long}b"], outputs=[f"{long}a@2"], job=long)),
    ]

    async def run() -> None:
        async with store_of(endpoint) as store:
            for event in events:
                await store.put([event])
            assert await whole_graph(store) == await oracle(events)
            memory = MemoryStore()
            await memory.put(events)
            for wanted in (NodeFilter(name=f"{long}a"), NodeFilter(text=f"{long}b"), NodeFilter(text=long)):
                assert (await store.find(wanted)).items == (await memory.find(wanted)).items != ()

    asyncio.run(run())


def test_the_largest_event_is_kept_byte_for_byte(endpoint: Endpoint) -> None:
    body = run_event(run_facets={"large": {"text": "x" * (16 * 2**20 - 2000)}})

    async def run() -> None:
        async with store_of(endpoint) as store:
            await store.put([incoming(body)])
            assert (await store.events(LogFilter())).entries[0].body == body

    asyncio.run(run())


def test_a_question_over_the_memory_of_the_server_is_too_costly_at_once(endpoint: Endpoint) -> None:
    async def ask(question: Callable[[Reading], Any]) -> None:
        async with store_of(endpoint) as store:
            with pytest.raises(TooCostly, match="memory"):
                await asyncio.wait_for(store._read(question), 60)
            assert (await store.events(LogFilter())).total == 0, "and the server goes on"

    asyncio.run(ask(lambda reading: reading.rows("UNWIND range(1, 20000000) AS x RETURN collect(toString(x))")))


def test_who_may_not_in_and_what_is_not_there(endpoint: Endpoint) -> None:
    right, wrong = Login(endpoint.user, endpoint.password), Login(endpoint.user, "s3cret")
    cases = [(endpoint.url, wrong, "WHENCE_NEO4J_PASSWORD"), (f"{endpoint.url}?database=absent", right, "?database=")]

    async def run() -> None:
        for url, login, hint in cases:
            async with Neo4jStore(address_of(url), endpoint.url, login) as store:
                for work in (store.events(LogFilter()), store.put(runs("r", 1)), store.migrate()):
                    with pytest.raises(StoreUnusable) as raised:
                        await work
                    assert hint in raised.value.hint
                    assert "s3cret" not in raised.value.message + raised.value.hint

    asyncio.run(run())


def test_nothing_is_added_to_a_graph_of_another_projection(endpoint: Endpoint) -> None:
    async def refused() -> str:
        async with store_of(endpoint) as store:
            with pytest.raises(StoreUnavailable, match="projection 1") as error:
                await store.put(runs("r", 1))
        return error.value.hint

    def built_by(number: int) -> None:
        with endpoint.driver() as driver:
            driver.execute_query("MATCH (l:Log) SET l.projection = $number", number=number)

    built_by(1)
    try:
        assert "whence migrate --to" in asyncio.run(refused())
    finally:
        built_by(PROJECTION)


def test_a_read_only_store_writes_nothing(endpoint: Endpoint) -> None:
    async def run() -> None:
        async with store_of(endpoint, read_only=True) as store:
            for work in (store.put(runs("r", 1)), store.migrate()):
                with pytest.raises(StoreUnavailable, match="reading only"):
                    await work
            assert (await store.events(LogFilter())).total == 0

    asyncio.run(run())


def test_an_empty_database_is_made_a_store_by_the_first_event_or_by_several_at_once(neo4j_database: Endpoint) -> None:
    async def run() -> None:
        async with AsyncExitStack() as opened:
            stores = [await opened.enter_async_context(store_of(neo4j_database)) for _ in range(3)]
            with pytest.raises(NotMigrated):
                await stores[0].events(LogFilter())
            receipts = await asyncio.gather(*(store.put(runs(f"{number}-", 1)) for number, store in enumerate(stores)))
            assert sorted(receipt.seq for (receipt,) in receipts) == [1, 2, 3]
            for store in stores:
                await store.migrate()

    asyncio.run(run())


def test_what_is_no_store_of_ours_is_left_alone(neo4j_database: Endpoint) -> None:
    async def run(expected: str) -> None:
        async with store_of(neo4j_database) as store:
            for work in (store.events(LogFilter()), store.put(runs("r", 1)), store.migrate()):
                with pytest.raises(StoreUnusable, match=expected):
                    await work

    for statement, expected in (("CREATE (:Person)", "not a whence store"), ("CREATE (:Log {name: 'log', schema: 99})", "newer")):  # fmt: skip
        with neo4j_database.driver() as driver:
            driver.execute_query(statement)
        asyncio.run(run(expected))
