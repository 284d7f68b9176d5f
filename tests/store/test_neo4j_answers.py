"""What the suite's small graphs don't reach in a Neo4j store: many roots, portions, hubs, searches for what is everywhere, very long names."""

from __future__ import annotations

import asyncio
import itertools
import random
from functools import partial
from typing import TYPE_CHECKING

import msgspec
import pytest

from whence.model.answers import NodeFilter
from whence.model.graph import Digest, Edge, VersionDetail
from whence.model.kinds import UPSTREAM_EDGES, Direction, EdgeType, Kind
from whence.store.memory import MemoryStore, graph_changes
from whence.store.neo4j import finding, hops, paths, walks
from whence.store.neo4j.connecting import Login, address_of
from whence.store.neo4j.store import Neo4jStore
from whence.testing.graphs import Graph, node

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from neo4j_sources import Endpoint

TYPES = (EdgeType.USED, EdgeType.GENERATED_BY, EdgeType.SAME_AS)
WORDS = [f"v{number:02d}" for number in range(40)]


def drawn(seed: int) -> Graph:
    """Forty nodes and ninety edges, half of them at two hubs, with times that tie."""
    pick = random.Random(seed)
    nodes = [node(word, pick.choice([None, 1, 2, 3])) for word in WORDS]
    edges = {}
    for _ in range(90):
        near, far = pick.choice([pick.choice(nodes), nodes[0], nodes[1]]), pick.choice(nodes)
        kind = pick.choice(TYPES)
        source, target = (near, far) if pick.random() < 0.5 else (far, near)
        edge = Edge(kind, source.uid, target.uid, None if kind is EdgeType.SAME_AS else pick.choice([1, 2, 3]))
        edges[edge.key] = edge
    return Graph(tuple(nodes), tuple(edges.values()))


def with_both(endpoint: Endpoint, given: Graph, compare: Callable[[Neo4jStore, MemoryStore], Awaitable[None]]) -> None:
    """The same graph in Neo4j and in memory."""

    async def run() -> None:
        login = Login(endpoint.user, endpoint.password)
        async with Neo4jStore(address_of(endpoint.url), endpoint.url, login) as store:
            await store.migrate()
            await store.apply(given.changes)
            await compare(store, MemoryStore.from_graph(given.nodes, given.edges))

    asyncio.run(run())


def test_walks_agree_from_one_root_and_from_many_and_in_portions(
    neo4j_database: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walks, "_AT_ONCE", 7)
    monkeypatch.setattr(walks, "_FIRST_PAGE", 3)
    monkeypatch.setattr(walks, "_FEW", 2)
    given = drawn(1)
    pick = random.Random(2)

    async def compare(store: Neo4jStore, oracle: MemoryStore) -> None:
        cut = set()
        for number in range(60):
            roots = [node(word).uid for word in pick.sample(WORDS, pick.choice([1, 2, 3, 12, 30]))]
            asked = (roots, pick.choice(list(Direction)), pick.sample(TYPES, pick.choice([1, 2, 3])))
            as_of, depth = pick.choice([None, 1, 2]), pick.choice([None, None, 0, 1, 2])
            budget = pick.choice([1, 2, 5, 11, 25, 100])
            own = await store.closure(*asked, as_of=as_of, depth=depth, max_nodes=budget)
            assert own == await oracle.closure(*asked, as_of=as_of, depth=depth, max_nodes=budget), number
            cut.add((len(roots) > 2, own.cut_by))
        assert len(cut) == 6, "both ways to walk, whole, cut by depth and by nodes"

    with_both(neo4j_database, given, compare)


def test_pages_of_hubs_agree_wherever_they_end(neo4j_database: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hops, "_HUB", 3)
    monkeypatch.setattr(hops, "_AT_ONCE", 4)
    given = drawn(3)
    uids = [node(word).uid for word in WORDS]

    async def compare(store: Neo4jStore, oracle: MemoryStore) -> None:
        for direction, as_of in itertools.product(Direction, (None, 2)):
            asked = (direction, TYPES)
            assert await store.expand(uids, *asked, as_of=as_of) == await oracle.expand(uids, *asked, as_of=as_of)
            page = await store.expand(uids, *asked, as_of=as_of, first=4)
            assert page == await oracle.expand(uids, *asked, as_of=as_of, first=4)
            for uid in uids[:2]:
                after = page.more.get(uid)
                while after is not None:
                    hop = await store.expand([uid], *asked, as_of=as_of, first=4, after=after)
                    assert hop == await oracle.expand([uid], *asked, as_of=as_of, first=4, after=after)
                    after = hop.more.get(uid)
        # Beyond the limit of counting even all edges are read page by page.
        monkeypatch.setattr(hops, "COUNT_LIMIT", 6)
        for direction in Direction:
            whole = await store.expand(uids, direction, TYPES)
            assert whole.edges == (await oracle.expand(uids, direction, TYPES)).edges
            assert max(whole.totals.values()) == 6

    with_both(neo4j_database, given, compare)


def test_distances_are_those_of_the_graph(neo4j_database: Endpoint) -> None:
    given = drawn(5)
    pick = random.Random(6)

    async def compare(store: Neo4jStore, oracle: MemoryStore) -> None:
        seen = set()
        for as_of in [None, 1, 2] * 12:
            ends = [[node(word).uid for word in pick.sample(WORDS, pick.choice([1, 1, 3]))] for _ in range(2)]
            walked = await oracle.closure(ends[0], Direction.UPSTREAM, UPSTREAM_EDGES, as_of=as_of)
            expected = min(
                (depth for each, depth in zip(walked.nodes, walked.depths, strict=True) if each.uid in ends[1]),
                default=None,
            )
            question = partial(paths.distance, sources=ends[0], targets=ends[1], as_of=as_of)
            assert await store._read(question) == expected
            seen.add(expected)
        assert {None, 0, 2, 3} <= seen
        many = [node(word).uid for word in WORDS]
        assert await store._read(partial(paths.distance, sources=many[:20], targets=many[20:], as_of=None)) is None

    with_both(neo4j_database, given, compare)


def test_what_is_everywhere_is_found_in_order(neo4j_database: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit of counting a search goes by age, with the same answer."""
    given = drawn(4)
    tagged = tuple(msgspec.structs.replace(each, tags=("t",), owners=("o",)) for each in given.nodes)
    monkeypatch.setattr(finding, "COUNT_LIMIT", 9)

    async def compare(store: Neo4jStore, oracle: MemoryStore) -> None:
        for wanted in (
            NodeFilter(text="file"),
            NodeFilter(tag="t"),
            NodeFilter(owner="o", text="v1"),
            NodeFilter(kinds=(Kind.DATASET_VERSION, Kind.RUN), tag="t", as_of=2),
            NodeFilter(name="table", namespace="file"),
            NodeFilter(namespace="file", since=2),
        ):
            after = None
            while True:
                page = await store.find(wanted, first=3, after=after)
                expected = await oracle.find(wanted, first=3, after=after)
                assert (page.items, page.cursors, page.has_next) == (
                    expected.items,
                    expected.cursors,
                    expected.has_next,
                )
                assert (page.total, page.total_exact) == (min(9, expected.total), expected.total <= 9)
                if not page.has_next:
                    break
                after = page.cursors[-1]

    with_both(neo4j_database, Graph(tagged, given.edges), compare)


def test_names_longer_than_any_index_holds(neo4j_database: Endpoint) -> None:
    long = "x" * 20_000
    digest = Digest("sha256", "ab" * 5000)
    detail = VersionDetail(f"asset/{long}/a", long, "a", "1", digests=(digest,))
    version = msgspec.structs.replace(
        node("v1"), uid=f"version/{long}/a/1", name=long, tags=(long,), owners=(long,), detail=detail
    )
    huge = msgspec.structs.replace(node("v2"), uid=f"version/{long}/a/2", name="needle" + long + long)
    other = node("v3")
    edges = (
        Edge(EdgeType.DERIVED_FROM, version.uid, huge.uid, 1),
        Edge(EdgeType.DERIVED_FROM, other.uid, version.uid, 1),
    )
    nodes = graph_changes([version, huge, other], edges)

    async def compare(store: Neo4jStore, oracle: MemoryStore) -> None:
        for wanted in (
            NodeFilter(name=long),
            NodeFilter(namespace=long),
            NodeFilter(tag=long, owner=long),
            NodeFilter(versions_of=(f"asset/{long}/a",)),
            NodeFilter(digest=f"sha256:{digest.value}"),
            NodeFilter(digest=digest.value[:1500]),
            NodeFilter(digest=digest.value[:-1] + "a"),
            NodeFilter(digest="ab" * 4),
            NodeFilter(text="NEEDLE"),
            NodeFilter(text=digest.value[:1200]),
        ):
            assert await store.find(wanted) == await oracle.find(wanted)
        for asked in ([version.uid, huge.uid], [other.uid]):
            assert await store.get(asked) == await oracle.get(asked)
            up = (Direction.UPSTREAM, (EdgeType.DERIVED_FROM,))
            assert await store.expand(asked, *up) == await oracle.expand(asked, *up)
            assert await store.closure(asked, *up) == await oracle.closure(asked, *up)

    given = Graph(tuple(each for each in nodes.nodes.values() if each is not None), edges)
    with_both(neo4j_database, given, compare)
