"""What a walk must answer, worked out from the whole graph with networkx: slow, obvious, and without the code that it judges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec
import networkx

from whence.model.graph import Edge, Node
from whence.model.kinds import CutBy, Direction, EdgeType
from whence.testing.graphs import Graph


class Expected(msgspec.Struct, frozen=True):
    """The parts of a closure that a reference can know."""

    roots: tuple[str, ...]
    nodes: tuple[str, ...]
    depths: tuple[int, ...]
    edges: tuple[tuple[str, str, str, str], ...]
    cut_by: tuple[CutBy, ...]
    frontier: tuple[str, ...]
    remaining: int
    remaining_exact: bool


def expected_closure(
    given: Graph,
    roots: Sequence[str],
    direction: Direction,
    types: Sequence[EdgeType],
    *,
    as_of: int | None,
    depth: int | None,
    max_nodes: int,
) -> Expected:
    """The semantics page's cut rule, read literally, over all shortest distances."""
    there = {node.uid: node for node in given.nodes if _exists(node, as_of)}
    edges = [
        edge
        for edge in given.edges
        if edge.type in types and _exists(edge, as_of) and edge.source in there and edge.target in there
    ]
    links = [_oriented(edge, direction) for edge in edges]
    starts = sorted({root for root in roots if root in there})
    kept, cut_by, everything = _kept(there, links, starts, depth, max_nodes)
    left = len(everything) - len(kept)
    frontier = {near for near, far, _ in links if near in kept and far not in kept}
    order = sorted(kept, key=lambda uid: (kept[uid], uid))
    return Expected(
        roots=tuple(uid for uid in order if kept[uid] == 0),
        nodes=tuple(order),
        depths=tuple(kept[uid] for uid in order),
        edges=tuple(sorted(edge.key for edge in edges if edge.source in kept and edge.target in kept)),
        cut_by=cut_by,
        frontier=tuple(sorted(frontier)[:100]),
        remaining=min(left, 10 * max_nodes),
        remaining_exact=left <= 10 * max_nodes,
    )


_Link = tuple[str, str, int | None]


def _kept(
    there: dict[str, Node], links: Iterable[_Link], starts: list[str], depth: int | None, max_nodes: int
) -> tuple[dict[str, int], tuple[CutBy, ...], set[str]]:
    walkable: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    walkable.add_nodes_from(there)
    walkable.add_edges_from((near, far) for near, far, _ in links)
    distances = networkx.multi_source_dijkstra_path_length(walkable, set(starts)) if starts else {}
    everything = set(distances)
    if len(starts) > max_nodes:
        newest = sorted(starts, key=lambda uid: (_descending(there[uid].at), uid))[:max_nodes]
        return dict.fromkeys(newest, 0), (CutBy.NODES,), everything
    kept: dict[str, int] = {}
    for distance, layer in groupby(sorted(distances, key=lambda uid: (distances[uid], uid)), key=distances.__getitem__):
        uids = list(layer)
        if depth is not None and distance > depth:
            return kept, (CutBy.DEPTH,), everything
        if len(kept) + len(uids) > max_nodes:
            if distance == 1:
                newest_link = {
                    uid: min(_descending(at) for near, far, at in links if far == uid and near in kept) for uid in uids
                }
                first = sorted(uids, key=lambda uid: (newest_link[uid], uid))[: max_nodes - len(kept)]
                kept |= dict.fromkeys(first, 1)
            return kept, (CutBy.NODES,), everything
        kept |= dict.fromkeys(uids, int(distance))
    return kept, (), everything


def _exists(thing: Node | Edge, as_of: int | None) -> bool:
    return as_of is None or thing.at is None or thing.at <= as_of


def _oriented(edge: Edge, direction: Direction) -> _Link:
    near, far = (edge.source, edge.target) if direction is Direction.UPSTREAM else (edge.target, edge.source)
    return near, far, edge.at


def _descending(at: int | None) -> tuple[bool, int]:
    return (True, 0) if at is None else (False, -at)
