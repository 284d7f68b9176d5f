"""Shortest paths over a closure's edges, compared with networkx on random graphs with cycles, diamonds and hubs."""

from __future__ import annotations

import itertools

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence.model.graph import Edge
from whence.model.kinds import Direction, EdgeType
from whence.queries.paths import chain, spread

PLACES = "abcdefgh"


def edge(source: str, target: str, kind: EdgeType = EdgeType.DERIVED_FROM) -> Edge:
    return Edge(kind, source, target, 0)


pairs = st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES)), max_size=24, unique=True)


@given(pairs, st.sets(st.sampled_from(PLACES), min_size=1, max_size=3), st.sampled_from(Direction))
def test_distances_are_those_of_networkx_and_trails_are_that_long(
    found: list[tuple[str, str]], starts: set[str], direction: Direction
) -> None:
    graph = networkx.DiGraph(found)
    graph.add_nodes_from(PLACES)
    if direction is Direction.DOWNSTREAM:
        graph = graph.reverse()
    lengths = networkx.multi_source_dijkstra_path_length(graph, starts)

    tree = spread(starts, sorted((edge(*pair) for pair in found), key=lambda e: e.key), direction)

    assert tree.distance == lengths
    for place in tree.distance:
        trail = tree.trail(place)
        passed = chain(place, trail)
        assert len(trail) == lengths[place]
        assert passed[-1] in starts
        assert all(graph.has_edge(b, a) for a, b in itertools.pairwise(passed))


def test_of_several_shortest_ways_the_least_uid_then_the_least_edge_wins() -> None:
    edges = sorted(
        [edge("a", "c"), edge("a", "b"), edge("c", "z"), edge("b", "z"), edge("b", "z", EdgeType.USED)],
        key=lambda e: e.key,
    )

    trail = spread({"z"}, edges, Direction.DOWNSTREAM).trail("a")

    assert [(e.type, e.source, e.target) for e in trail] == [
        (EdgeType.DERIVED_FROM, "a", "b"),
        (EdgeType.DERIVED_FROM, "b", "z"),
    ]


def test_what_was_not_reached_has_no_trail() -> None:
    with pytest.raises(KeyError):
        spread({"a"}, [], Direction.UPSTREAM).trail("b")


def test_the_least_uid_wins_also_where_a_greater_one_was_reached_first() -> None:
    edges = sorted(
        [edge("a", "x"), edge("a", "y"), edge("x", "c"), edge("y", "b"), edge("b", "z"), edge("c", "z")],
        key=lambda e: e.key,
    )

    assert chain("a", spread({"z"}, edges, Direction.DOWNSTREAM).trail("a")) == ("a", "x", "c", "z")
