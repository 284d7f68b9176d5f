"""The walk over many hops: what is reached and how far it is comes from one statement, the cut from store/reach.py, then what was kept is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from operator import itemgetter
from typing import Any, Final, NamedTuple

from whence.model.answers import Closure
from whence.model.graph import Edge, Node
from whence.model.kinds import CutBy, Direction, EdgeType
from whence.store.documents import unpack_node
from whence.store.neo4j import walk_statements as cypher
from whence.store.neo4j.hops import Hops, Located, edge_of, located, place_of
from whence.store.neo4j.snapshot import Reading
from whence.store.order import FarEnd, cutoff
from whence.store.reach import COUNTED_BUDGETS, Reach, closure, remaining, whole_layers

_FEW: Final = 8
"""Roots that are walked from one by one, in one statement. From more, layer by layer: what they reach in common is then read once."""
_AT_ONCE: Final = 10_000
"""Nodes whose documents or edges one statement reads: about 16 MB of Neo4j's memory."""
_FIRST_PAGE: Final = 1000


class _Whole(NamedTuple):
    """Everything that a walk reaches, by Neo4j's numbers, and the edges between them in the order of their keys."""

    depths: dict[int, int]
    nodes: dict[int, Node]
    edges: list[Edge]


class _Walk:
    """One direction, some types, as of some instant."""

    def __init__(self, reading: Reading, direction: Direction, types: Sequence[EdgeType], as_of: int | None) -> None:
        self._reading = reading
        self._direction = direction
        self._statement = (direction, as_of is not None)
        self._bounds = {"types": [kind.value for kind in types], "least": cutoff(as_of)}
        self._hops = Hops(reading, direction, types, as_of)

    def reached(self, roots: dict[int, Located], limit: int) -> _Whole | dict[int, int]:
        """All that a few roots reach, read at once; where that is `limit` nodes or more, what `depths` says."""
        asked = {"keys": [root.key for root in roots.values()]}
        [row] = self._reading.rows(cypher.WHOLE[self._statement], asked=asked, limit=limit, **self._bounds)
        is_whole, handles, documents, depths, *edges = row
        if not is_whole:
            return dict(zip(handles, depths, strict=True))
        nodes = {handle: unpack_node(document) for handle, document in zip(handles, documents, strict=True)}
        names = {handle: node.uid for handle, node in nodes.items()}
        return _Whole(dict(zip(handles, depths, strict=True)), nodes, _by_key(_edges(names, edges)))

    def depths(self, roots: dict[int, Located], limit: int) -> dict[int, int]:
        """The nearest `limit` nodes that are reached, at least, or all of them: their distances from the nearest root."""
        if len(roots) > _FEW:
            return self._layers(roots, limit)
        asked = {"keys": [root.key for root in roots.values()]}
        statement = cypher.REACHED[self._statement]
        [[handles, depths]] = self._reading.rows(statement, asked=asked, limit=limit, **self._bounds)
        # Of a node that several roots reach, the least distance is the one that stays.
        return dict(sorted(zip(handles, depths, strict=True), key=itemgetter(1), reverse=True))

    def count(self, roots: dict[int, Located], limit: int) -> int:
        """How many nodes are reached, the roots among them; at least `limit` where there are more."""
        if len(roots) > _FEW:
            return len(self._layers(roots, limit))
        asked = {"keys": [root.key for root in roots.values()]}
        [[number]] = self._reading.rows(cypher.COUNTED[self._statement], asked=asked, limit=limit, **self._bounds)
        return int(number)

    def _layers(self, roots: Collection[int], limit: int) -> dict[int, int]:
        depths = dict.fromkeys(roots, 0)
        layer = list(depths)
        depth = 0
        while layer and len(depths) < limit:
            depth += 1
            statement = cypher.NEXT_LAYER[self._statement]
            [[found]] = self._reading.rows(statement, asked={"ids": layer}, limit=len(depths) + limit, **self._bounds)
            layer = [handle for handle in found if handle not in depths]
            depths |= dict.fromkeys(layer, depth)
        return depths

    def newest_of_first_hop(self, roots: Collection[int], room: int) -> list[int]:
        """As many of those one hop away as there is room for: newest edge first, then by uid."""
        found: dict[int, None] = {}
        after: FarEnd | None = None
        while len(found) < room:
            page = self._hops.newest(roots, _FIRST_PAGE, after)
            found |= dict.fromkeys(row[0] for row in page if row[0] not in roots)
            if len(page) < _FIRST_PAGE:
                break
            after = place_of(page[-1])
        return list(islice(found, room))

    def nodes(self, handles: Collection[int]) -> dict[int, Node]:
        found: dict[int, Node] = {}
        for ids in _portions(handles):
            [columns] = self._reading.rows(cypher.DOCUMENTS, asked={"ids": ids})
            found.update((handle, unpack_node(document)) for handle, document in zip(*columns, strict=True))
        return found

    def edges(self, names: dict[int, str], *, complete: bool) -> list[Edge]:
        """All edges between the nodes that were kept, in the order of their keys."""
        statement = cypher.EDGES_FROM[self._direction] if complete else cypher.EDGES_AMONG
        kept = {} if complete else {"kept": list(names)}
        made: list[Edge] = []
        for ids in _portions(names):
            [columns] = self._reading.rows(statement, asked={"ids": ids}, **kept, **self._bounds)
            made += _edges(names, columns)
        return _by_key(made)

    def frontier(self, kept: dict[int, int]) -> frozenset[int]:
        """Those of the kept nodes that have a neighbour which was left out: layers are kept whole, so they lie in the last ones."""
        last = max(kept.values(), default=0)
        found: set[int] = set()
        for ids in _portions([handle for handle, depth in kept.items() if depth >= last - 1]):
            statement = cypher.FRONTIER[self._direction]
            [[handles]] = self._reading.rows(statement, asked={"ids": ids}, kept=list(kept), **self._bounds)
            found.update(handles)
        return frozenset(found)


def walk(
    reading: Reading,
    roots: Sequence[str],
    direction: Direction,
    types: Sequence[EdgeType],
    as_of: int | None,
    depth: int | None,
    max_nodes: int,
) -> Closure:
    """`Store.closure`."""
    least = cutoff(as_of)
    starts = {node.handle: node for node in located(reading, roots).values() if node.age >= least}
    steps = _Walk(reading, direction, types, as_of)
    at_once = 0 < len(starts) <= _FEW and depth is None
    found = steps.reached(starts, min(max_nodes, _AT_ONCE) + 1) if at_once else None
    if isinstance(found, _Whole):
        return _answer(found, reading, None, (), (0, True))
    kept, ended = _kept(steps, starts, found if max_nodes <= _AT_ONCE else None, depth, max_nodes)
    nodes = steps.nodes(kept)
    names = {handle: node.uid for handle, node in nodes.items()}
    edges = steps.edges(names, complete=ended is None)
    frontier: Collection[int] = ()
    left_out, exact = 0, True
    if ended is not None:
        frontier = steps.frontier(kept)
        reached = steps.count(starts, (COUNTED_BUDGETS + 1) * max_nodes + 1)
        left_out, exact = remaining(reached - len(kept), max_nodes)
    return _answer(_Whole(kept, nodes, edges), reading, ended, frontier, (left_out, exact))


def _answer(
    found: _Whole, reading: Reading, cut_by: CutBy | None, frontier: Iterable[int], left_out: tuple[int, bool]
) -> Closure:
    names = {handle: node.uid for handle, node in found.nodes.items()}
    got = Reach[str](
        depths={names[handle]: distance for handle, distance in found.depths.items()},
        links=[],
        cut_by=(cut_by,) if cut_by is not None else (),
        frontier=frozenset(names[handle] for handle in frontier),
        remaining=left_out[0],
        remaining_exact=left_out[1],
    )
    return closure(got, {node.uid: node for node in found.nodes.values()}, found.edges, reading.position)


def _edges(names: dict[int, str], columns: Sequence[Sequence[Any]]) -> list[Edge]:
    """Of edges as (sources, targets, ages, documents), those between nodes that have a name."""
    return [
        edge_of(names[source], names[target], age, document)
        for source, target, age, document in zip(*columns, strict=True)
        if source in names and target in names
    ]


def _kept(
    steps: _Walk, starts: dict[int, Located], near: dict[int, int] | None, depth: int | None, max_nodes: int
) -> tuple[dict[int, int], CutBy | None]:
    """The nodes of the answer with their depths, and what cut it. `near`: what `depths` says of one node more than the answer may have, where that is known."""
    if len(starts) > max_nodes:
        newest = sorted(starts.values(), key=lambda node: (node.age, node.uid))[:max_nodes]
        return dict.fromkeys((node.handle for node in newest), 0), CutBy.NODES
    if near is None:
        near = steps.depths(starts, max_nodes + 1)
    kept, ended = whole_layers(near, depth, max_nodes)
    if ended is None:
        return kept, None
    if ended.room:
        kept |= dict.fromkeys(steps.newest_of_first_hop(starts, ended.room), 1)
    return kept, ended.by


def _by_key(edges: list[Edge]) -> list[Edge]:
    """In the order of `Edge.key`, whose last part is worked out only where the others leave two edges equal: that is rare, and slow."""
    edges.sort(key=_ends)
    return sorted(edges, key=lambda edge: edge.key) if any(_ends(a) == _ends(b) for a, b in pairwise(edges)) else edges


def _ends(edge: Edge) -> tuple[EdgeType, str, str]:
    return (edge.type, edge.source, edge.target)


def _portions(handles: Collection[int]) -> Iterator[list[int]]:
    every = list(handles)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]
