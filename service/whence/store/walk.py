"""The default walk: breadth first over `expand`, one batched hop a layer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from whence.errors import StoreUnavailable
from whence.model.answers import Closure, Hop, Position
from whence.model.graph import Edge
from whence.model.kinds import Direction, EdgeType
from whence.store.hops import Hopping
from whence.store.order import age, cutoff
from whence.store.reach import Link, Reach, closure, newest_uids, reach

_ATTEMPTS: Final = 5


async def closure_over_expand(
    store: Hopping,
    roots: Sequence[str],
    direction: Direction,
    types: Sequence[EdgeType],
    *,
    as_of: int | None = None,
    depth: int | None = None,
    max_nodes: int = 1000,
) -> Closure:
    """Walk from those of `roots` that exist (at `as_of`, ns UTC), up to `depth` hops and `max_nodes` nodes, the roots among them.

    All of the answer is of one position of the log: when that moves between hops, the walk starts again.
    Raises StoreUnavailable when it has moved each time.
    """
    for _ in range(_ATTEMPTS):
        walk = _Walk(store, direction, types, as_of)
        answer = await walk.run(roots, depth, max_nodes)
        if answer is not None:
            return answer
    raise StoreUnavailable(
        "events arrive faster than this walk can be answered", hint="Ask again, with a smaller depth or maxNodes."
    )


class _Walk:
    """One attempt at a walk: all of its hops at one position of the log, or no answer."""

    def __init__(self, store: Hopping, direction: Direction, types: Sequence[EdgeType], as_of: int | None) -> None:
        self._store = store
        self._direction = direction
        self._types = types
        self._as_of = as_of

    async def run(self, asked: Sequence[str], depth: int | None, max_nodes: int) -> Closure | None:
        start = await self._position()
        roots = {node.uid: age(node.at) for node in (await self._store.get(asked, facets=False)).values()}
        existing = {uid: seen for uid, seen in roots.items() if seen >= cutoff(self._as_of)}
        got = await self._drive(existing, depth, max_nodes)
        nodes = await self._store.get(tuple(got.depths), facets=False)
        if await self._position() != start:  # positions only grow: equal now, equal all the time
            return None
        edges: list[Edge] = [link[3] for link in got.links]
        return closure(got, nodes, sorted(edges, key=lambda edge: edge.key), start)

    async def _drive(self, roots: dict[str, int], depth: int | None, max_nodes: int) -> Reach[str]:
        steps = reach(roots, depth, max_nodes, newest_uids)
        layer = next(steps)
        while True:
            hop = await self._hop(layer)
            try:
                layer = steps.send(self._links(hop))
            except StopIteration as end:
                got: Reach[str] = end.value
                return got

    async def _hop(self, uids: Iterable[str]) -> Hop:
        return await self._store.expand(tuple(uids), self._direction, self._types, as_of=self._as_of)

    async def _position(self) -> Position:
        return (await self._hop(())).position

    def _links(self, hop: Hop) -> list[Link[str]]:
        upstream = self._direction is Direction.UPSTREAM
        return [
            (uid, edge.target if upstream else edge.source, age(edge.at), edge)
            for uid, edges in hop.edges.items()
            for edge in edges
        ]
