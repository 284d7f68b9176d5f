"""Walks from hubs in SQLite: the same answer as the default walk gives, without reading every link of the hub."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whence.merge.state import Changes
from whence.model.answers import Closure
from whence.model.graph import Edge
from whence.model.kinds import CutBy, Direction, EdgeType
from whence.store.port import Store
from whence.store.reach import most_of_a_hub
from whence.store.sqlite.hops import Hops
from whence.store.sqlite.store import SqliteStore
from whence.store.walk import closure_over_expand
from whence.testing import graph_changes
from whence.testing.graphs import Graph, graph, node, uid_of
from whence.testing.harness import StoreSuite, with_store

TYPES = (EdgeType.USED, EdgeType.GENERATED_BY)
HUBS = ["v0", "v1", "v2"]
WORDS = [*HUBS, *(f"r{number}" for number in range(40))]


@st.composite
def hubs(draw: st.DrawFn) -> Graph:
    """Up to three hubs that share what depends on them, by one edge or two, and depend on each other and on some of it."""
    chance = draw(st.randoms(use_true_random=False))
    nodes = [node(word, chance.choice((None, 1, 9, 30))) for word in WORDS]
    consumers = nodes[len(HUBS) :]
    drawn: list[Edge] = []
    for hub in nodes[: len(HUBS)]:
        many, oldest = draw(st.sampled_from([0, 11, 13, 26, 40])), draw(st.sampled_from([1, 3, 30]))
        reads = [
            Edge(TYPES[0], each.uid, hub.uid, chance.randint(1, oldest)) for each in chance.sample(consumers, many)
        ]
        reads.sort(key=lambda edge: -(edge.at or 0))
        drawn += reads
        # Some of the newest tell of it a second time, long ago: those links lie beyond what is read.
        drawn += [Edge(TYPES[1], each.source, hub.uid, 1) for each in reads[: chance.randint(0, 4)]]
        drawn += [Edge(TYPES[0], hub.uid, each.uid, 5) for each in chance.sample(nodes, chance.randint(0, 3))]
    return Graph(tuple(nodes), tuple({edge.key: edge for edge in drawn}.values()))


questions = st.tuples(
    st.lists(st.sampled_from(WORDS[:4]), min_size=1, max_size=2),
    st.fixed_dictionaries(
        {
            "as_of": st.sampled_from([None, 3, 20]),
            "depth": st.sampled_from([None, 1, 2]),
            "max_nodes": st.sampled_from([1, 2, 3]),
        }
    ),
)


class Suite(StoreSuite):
    async def make_store(self, folder: Path) -> Store:
        return SqliteStore(folder / "whence.db", "sqlite:///whence.db")

    async def apply(self, store: Store, changes: Changes) -> None:
        assert isinstance(store, SqliteStore)
        await store.apply(changes)


@settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(hubs(), st.lists(questions, min_size=3, max_size=8))
def test_what_is_read_of_hubs_changes_no_answer(drawn: Graph, asked: list[tuple[list[str], dict[str, Any]]]) -> None:
    async def check(store: Store) -> None:
        # Some first, so that the numbers of nodes are not in the order of their uids.
        await Suite().apply(store, graph_changes(drawn.nodes[20:], []))
        await Suite().apply(store, drawn.changes)
        for words, walk in asked:
            roots = [uid_of(word) for word in words]
            own = await store.closure(roots, Direction.DOWNSTREAM, TYPES, **walk)
            assert own == await closure_over_expand(store, roots, Direction.DOWNSTREAM, TYPES, **walk)

    with_store(Suite(), check)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "whence.db"


def walked_from_a_hub(file: Path, consumers: int, *roots: str, at_once: bool = False, **walk: Any) -> Closure:
    """`v0` has so many consumers, a moment after each other or all at once; the oldest tells of it twice and is used by `v9`."""
    edges = [f"r{number} USED v0 @{1 if at_once else number}" for number in range(1, consumers + 1)]
    drawn = graph(*edges, "r1 GENERATED_BY v0 @1", "v9 USED r1 @1")

    async def run() -> Closure:
        async with SqliteStore(file, "sqlite:///whence.db") as store:
            await store.migrate()
            await store.apply(drawn.changes)
            return await store.closure([uid_of(word) for word in roots], Direction.DOWNSTREAM, TYPES, **walk)

    return asyncio.run(run())


@contextmanager
def hops_in(file: Path, as_of: int | None = None) -> Iterator[Hops]:
    connection = sqlite3.connect(file)
    yield Hops(connection, Direction.DOWNSTREAM, TYPES, as_of)
    connection.close()


@pytest.mark.parametrize("as_of", [None, 10**9], ids=["now", "as of"])
def test_of_a_hub_only_so_many_links_are_read_as_the_budget_needs(file: Path, as_of: int | None) -> None:
    answer = walked_from_a_hub(file, 3000, "v0", as_of=as_of, max_nodes=10)
    newest = {uid_of(f"r{number}") for number in range(2992, 3001)}
    assert {each.uid for each in answer.nodes} == {uid_of("v0"), *newest}
    assert (answer.cut_by, answer.frontier) == ((CutBy.NODES,), (uid_of("v0"),))
    assert (answer.remaining, answer.remaining_exact) == (100, False)
    with hops_in(file, as_of) as hops:
        root, _ = hops.ids([uid_of("v0")])[uid_of("v0")]
        assert len(hops.links_for([root], 10)) == most_of_a_hub(10)
        assert hops.in_part == {root}


def test_a_hub_among_many_nodes_is_found_while_they_are_read(file: Path) -> None:
    answer = walked_from_a_hub(file, 300, "v0", "r1", max_nodes=3)
    told = [edge.type for edge in answer.edges if edge.source == uid_of("r1")]
    assert told == [EdgeType.GENERATED_BY, EdgeType.USED], "links to nodes that are kept are told, however old"
    with hops_in(file) as hops:
        ids = hops.ids([uid_of(word) for word in ("r1", "r2", "v0", "v9", "r3")])
        links = hops.links_for([ids[uid][0] for uid in ids], 2)
        assert hops.in_part == {ids[uid_of("v0")][0]}
        assert len(links) == most_of_a_hub(2) + 1, "those of the hub, and that v9 used r1"


def test_a_hub_whose_links_are_all_of_one_age_is_read_whole(file: Path) -> None:
    answer = walked_from_a_hub(file, 300, "v0", at_once=True, max_nodes=3)
    assert [each.uid for each in answer.nodes] == [uid_of(word) for word in ("v0", "r1", "r10")]
    with hops_in(file) as hops:
        root, _ = hops.ids([uid_of("v0")])[uid_of("v0")]
        assert len(hops.links_for([root], 3)) == 301
        assert hops.in_part == set()
