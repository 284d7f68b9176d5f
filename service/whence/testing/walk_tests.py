"""What must hold for walks: the cut, what is counted, and the same answer from the store's own walk, the default one and a reference."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whence.model.answers import Closure
from whence.model.graph import Edge
from whence.model.kinds import CutBy, Direction, EdgeType
from whence.store.port import Store
from whence.store.walk import closure_over_expand
from whence.testing.graphs import Graph, graph, node, uid_of
from whence.testing.harness import StoreSuite, on_a_store, with_store
from whence.testing.reference import Expected, expected_closure

UP, DOWN = Direction.UPSTREAM, Direction.DOWNSTREAM
TYPES = (EdgeType.USED, EdgeType.GENERATED_BY, EdgeType.SAME_AS)
WORDS = [f"v{number}" for number in range(12)]

times = st.one_of(st.none(), st.integers(1, 4))


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Cycles, diamonds, hubs and parallel edges, with times that tie."""
    nodes = [node(word, draw(times)) for word in WORDS]
    hub = st.just(nodes[0])
    ends = st.tuples(st.sampled_from(nodes) | hub, st.sampled_from(nodes) | hub, st.sampled_from(TYPES), times)
    drawn = draw(st.lists(ends, max_size=40))
    edges = {
        edge.key: edge
        for source, target, kind, at in drawn
        for edge in [Edge(kind, source.uid, target.uid, None if kind is EdgeType.SAME_AS else at or 1)]
    }
    return Graph(tuple(nodes), tuple(edges.values()))


walks = st.fixed_dictionaries(
    {
        "as_of": times,
        "depth": st.one_of(st.none(), st.integers(0, 4)),
        "max_nodes": st.integers(1, 14),
    }
)
questions = st.tuples(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
    st.sampled_from(Direction),
    st.lists(st.sampled_from(TYPES), min_size=1, unique=True),
    walks,
)


class WalkTests(StoreSuite):
    def test_the_walk_agrees_with_the_default_walk_and_with_the_reference(self) -> None:
        @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(graphs(), st.lists(questions, min_size=1, max_size=6))
        def agree(drawn: Graph, asked: list[tuple[list[str], Direction, list[EdgeType], dict[str, Any]]]) -> None:
            async def check(store: Store) -> None:
                await self.apply(store, drawn.changes)
                for words, direction, types, walk in asked:
                    roots = [uid_of(word) for word in words]
                    own = await store.closure(roots, direction, types, **walk)
                    assert own == await closure_over_expand(store, roots, direction, types, **walk)
                    assert told(own) == expected_closure(drawn, roots, direction, types, **walk)

            with_store(self, check)

        agree()

    @on_a_store
    async def test_cycles_end_and_diamonds_count_once(self, store: Store) -> None:
        given = graph("v1 USED v2", "v1 USED v3", "v2 USED v4", "v3 USED v4", "v4 USED v1")
        await self.apply(store, given.changes)
        answer = await store.closure([uid_of("v1")], UP, [EdgeType.USED])
        assert [each.uid for each in answer.nodes] == [uid_of(word) for word in ("v1", "v2", "v3", "v4")]
        assert (answer.depths, len(answer.edges), answer.cut_by) == ((0, 1, 1, 2), 5, ())
        assert (answer.frontier, answer.remaining, answer.remaining_exact) == ((), 0, True)
        assert all(each.facets is None for each in answer.nodes)

    @on_a_store
    async def test_unknown_roots_are_left_out(self, store: Store) -> None:
        await self.apply(store, graph("v1 USED v2").changes)
        answer = await store.closure(["nothing", uid_of("v1"), uid_of("v1")], UP, [EdgeType.USED])
        assert (answer.roots, len(answer.nodes)) == ((uid_of("v1"),), 2)
        nothing = await store.closure(["nothing"], UP, [EdgeType.USED])
        assert (nothing.roots, nothing.nodes, nothing.cut_by) == ((), (), ())

    @on_a_store
    async def test_whole_depths_are_kept_and_the_rest_is_counted(self, store: Store) -> None:
        given = graph("v1 USED v2", "v1 USED v3", *(f"v2 USED v{number}" for number in range(10, 17)))
        await self.apply(store, given.changes)
        answer = await store.closure([uid_of("v1")], UP, [EdgeType.USED], max_nodes=9)
        assert [each.uid for each in answer.nodes] == [uid_of(word) for word in ("v1", "v2", "v3")]
        assert (answer.cut_by, answer.frontier) == ((CutBy.NODES,), (uid_of("v2"),))
        assert (answer.remaining, answer.remaining_exact) == (7, True)

    @on_a_store
    async def test_a_first_hop_too_wide_keeps_the_newest_and_neighbours_goes_on(self, store: Store) -> None:
        given = graph(*(f"r{number:02d} USED v1 @{number // 2}" for number in range(30)))
        await self.apply(store, given.changes)
        answer = await store.closure([uid_of("v1")], DOWN, [EdgeType.USED], max_nodes=8)
        page = await store.expand([uid_of("v1")], DOWN, [EdgeType.USED], first=7)
        assert {each.uid for each in answer.nodes[1:]} == {edge.source for edge in page.edges[uid_of("v1")]}
        assert (answer.cut_by, answer.frontier) == ((CutBy.NODES,), (uid_of("v1"),))
        assert (answer.remaining, answer.remaining_exact) == (23, True)
        assert [each.uid for each in answer.nodes[1:]] == sorted(each.uid for each in answer.nodes[1:])

    @on_a_store
    async def test_the_newest_of_several_edges_counts_at_the_cut(self, store: Store) -> None:
        given = graph("r1 USED v1 @1", "r2 USED v1 @5", "r1 GENERATED_BY v1 @9", "r3 USED v1 @4")
        await self.apply(store, given.changes)
        answer = await store.closure([uid_of("v1")], DOWN, TYPES, max_nodes=3)
        assert [each.uid for each in answer.nodes] == [uid_of(word) for word in ("v1", "r1", "r2")]

    @on_a_store
    async def test_more_than_ten_budgets_are_a_lower_bound(self, store: Store) -> None:
        await self.apply(store, graph(*(f"r{number:02d} USED v1 @{number}" for number in range(31))).changes)
        for budget, remaining, exact in ((2, 20, False), (3, 29, True)):
            answer = await store.closure([uid_of("v1")], DOWN, [EdgeType.USED], max_nodes=budget)
            assert (len(answer.nodes), answer.remaining, answer.remaining_exact) == (budget, remaining, exact)

    @on_a_store
    async def test_depth_is_named_as_what_cut(self, store: Store) -> None:
        await self.apply(store, graph("v1 USED v2", "v2 USED v3", "v3 USED v4").changes)
        answer = await store.closure([uid_of("v1")], UP, [EdgeType.USED], depth=1)
        assert (len(answer.nodes), answer.cut_by, answer.remaining) == (2, (CutBy.DEPTH,), 2)
        only = await store.closure([uid_of("v1")], UP, [EdgeType.USED], depth=0)
        assert (len(only.nodes), only.cut_by, only.remaining) == (1, (CutBy.DEPTH,), 3)
        whole = await store.closure([uid_of("v1")], UP, [EdgeType.USED], depth=3)
        assert (len(whole.nodes), whole.cut_by) == (4, ())

    @on_a_store
    async def test_as_of_leaves_out_what_came_later(self, store: Store) -> None:
        """Rule 24: the final graph, filtered."""
        given = graph("v1 USED v2 @2", "v2 USED v3 @2", "v2 USED v4 @5", at={"v1": 2, "v3": 3, "v2": 1, "v4": 1})
        await self.apply(store, given.changes)
        answer = await store.closure([uid_of("v1")], UP, [EdgeType.USED], as_of=2)
        assert [each.uid for each in answer.nodes] == [uid_of("v1"), uid_of("v2")]
        assert (await store.closure([uid_of("v1")], UP, [EdgeType.USED], as_of=1)).nodes == ()


def told(answer: Closure) -> Expected:
    """The parts of a closure that the reference knows."""
    return Expected(
        answer.roots,
        tuple(each.uid for each in answer.nodes),
        answer.depths,
        tuple(edge.key for edge in answer.edges),
        answer.cut_by,
        answer.frontier,
        answer.remaining,
        answer.remaining_exact,
    )
