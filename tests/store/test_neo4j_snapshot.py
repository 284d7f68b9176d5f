"""Exact answers beside commits, and how often a question is asked for that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import neo4j
import pytest
from neo4j.exceptions import ClientError
from neo4j_stores import store_of

from whence.model.answers import NodeFilter
from whence.model.kinds import Kind
from whence.store.neo4j.connecting import Connecting, Login, address_of, rows
from whence.store.neo4j.snapshot import LastSeen, Reading, ask
from whence.testing import incoming, run_event

if TYPE_CHECKING:
    from neo4j_sources import Endpoint


@dataclass
class Counting:
    """A session that counts its transactions."""

    session: neo4j.Session
    transactions: int = field(default=0)

    def begin_transaction(self) -> neo4j.Transaction:
        self.transactions += 1
        return self.session.begin_transaction()


@pytest.fixture
def session(neo4j_database: Endpoint) -> Iterator[neo4j.Session]:
    """A session in an empty store."""

    async def migrated() -> None:
        async with store_of(neo4j_database) as store:
            await store.migrate()

    asyncio.run(migrated())
    connecting = Connecting(address_of(neo4j_database.url), Login(neo4j_database.user, neo4j_database.password))
    with connecting.session() as session:
        yield session
    connecting.close()


def put(endpoint: Endpoint, word: str) -> None:
    async def run() -> None:
        async with store_of(endpoint) as store:
            await store.put([incoming(run_event(word))])

    asyncio.run(run())


def test_while_nothing_is_written_a_question_takes_one_transaction(
    session: neo4j.Session, neo4j_database: Endpoint
) -> None:
    last_seen, seen = LastSeen(), []

    def cost() -> tuple[int, int]:
        """(transactions, times it was asked)"""
        counting, asked = Counting(session), []

        def question(reading: Reading) -> int:
            asked.append(reading.position.seq)
            return reading.position.seq

        seen.append(ask(counting, question, last_seen))  # type: ignore[arg-type]
        return counting.transactions, len(asked)

    assert cost() == (2, 1), "at first it looks where the log stands"
    assert cost() == (1, 1)
    put(neo4j_database, "by another process")
    assert cost() == (2, 2), "asked again, because the log had moved"
    assert cost() == (1, 1)
    assert seen == [0, 0, 1, 1]


def test_after_an_error_it_looks_again_where_the_log_stands(session: neo4j.Session) -> None:
    def broken(reading: Reading) -> Any:
        return reading.rows("RETURN 1 / 0")

    last_seen = LastSeen()
    ask(session, lambda reading: reading.position, last_seen)
    with pytest.raises(ClientError):
        ask(session, broken, last_seen)
    assert last_seen.state is None
    assert rows(session, "RETURN 1") == [[1]]


def test_no_answer_shows_half_of_a_commit(session: neo4j.Session, neo4j_database: Endpoint) -> None:
    """Each event brings one run: an answer at seq n that does not count n runs has seen a part of another position."""

    async def run() -> None:
        async with store_of(neo4j_database) as writer, store_of(neo4j_database) as reader:
            events = [incoming(run_event(f"r{number}")) for number in range(240)]
            await writer.put(events[:1])
            await reader.find(NodeFilter(kinds=(Kind.RUN,)), first=1000)  # planned, once for all

            async def write() -> None:
                for start in range(1, len(events), 20):
                    await writer.put(events[start : start + 20])

            writing = asyncio.create_task(write())
            seen: set[int] = set()
            while not writing.done():
                page = await reader.find(NodeFilter(kinds=(Kind.RUN,)), first=1000)
                assert page.total == len(page.items) == page.position.seq
                seen.add(page.position.seq)
            await writing
            assert len(seen) > 2, "it was asked while it was written"

    asyncio.run(run())
