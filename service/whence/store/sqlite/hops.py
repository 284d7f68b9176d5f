"""One hop, and the walk over many, on row ids: uids and documents are read once, for what is in the answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from whence.model.answers import Closure, Hop
from whence.model.graph import Edge
from whence.model.kinds import Direction, EdgeType
from whence.store.documents import unpack_edge, unpack_node
from whence.store.intake import COUNT_LIMIT
from whence.store.order import (
    FAR_END,
    OLDEST_CUTOFF,
    UNKNOWN_AGE,
    FarEnd,
    cutoff,
    far_end,
    from_cursor,
    one_uid_for,
    to_cursor,
)
from whence.store.reach import Link, Reach, closure, reach
from whence.store.sqlite.aliases import successor
from whence.store.sqlite.edge_types import TYPE_CODES, type_mask
from whence.store.sqlite.log import position

# `reach` reads the first three columns of these.
_OUT: Final = """
SELECT e.source, e.target, e.age, e.qualifier, e.doc FROM json_each(:near) AS near
CROSS JOIN edges AS e ON e.source = near.value WHERE (1 << e.type) & :types"""
_IN: Final = """
SELECT e.target, e.source, e.age, e.qualifier, e.doc FROM json_each(:near) AS near
CROSS JOIN edges AS e INDEXED BY edges_in ON e.target = near.value WHERE (1 << e.type) & :types"""
_OUT_AS_OF: Final = """
SELECT e.source, e.target, e.age, e.qualifier, e.doc FROM json_each(:near) AS near
CROSS JOIN edges AS e ON e.source = near.value CROSS JOIN nodes AS far ON far.id = e.target
WHERE (1 << e.type) & :types AND e.age >= :least AND far.age >= :least"""
_IN_AS_OF: Final = """
SELECT e.target, e.source, e.age, e.qualifier, e.doc FROM json_each(:near) AS near
CROSS JOIN edges AS e INDEXED BY edges_in ON e.target = near.value CROSS JOIN nodes AS far ON far.id = e.source
WHERE (1 << e.type) & :types AND e.age >= :least AND far.age >= :least"""
_LINKS: Final = {
    (Direction.UPSTREAM, False): _OUT,
    (Direction.DOWNSTREAM, False): _IN,
    (Direction.UPSTREAM, True): _OUT_AS_OF,
    (Direction.DOWNSTREAM, True): _IN_AS_OF,
}

_PAGE: Final = {
    Direction.UPSTREAM: """
SELECT e.source, e.target, e.age, e.qualifier, e.doc, far.uid FROM edges AS e CROSS JOIN nodes AS far ON far.id = e.target
WHERE e.source = :near AND (1 << e.type) & :types AND e.age >= :from AND far.age >= :least
  AND (e.age, far.uid, e.type, e.qualifier) > (:age, :uid, :type, :qualifier)
ORDER BY e.age, far.uid, e.type, e.qualifier LIMIT :limit""",
    Direction.DOWNSTREAM: """
SELECT e.target, e.source, e.age, e.qualifier, e.doc, far.uid
FROM edges AS e INDEXED BY edges_in CROSS JOIN nodes AS far ON far.id = e.source
WHERE e.target = :near AND (1 << e.type) & :types AND e.age >= :from AND far.age >= :least
  AND (e.age, far.uid, e.type, e.qualifier) > (:age, :uid, :type, :qualifier)
ORDER BY e.age, far.uid, e.type, e.qualifier LIMIT :limit""",
}
_COUNT: Final = {
    Direction.UPSTREAM: """
SELECT count(*) FROM (
  SELECT 1 FROM edges AS e CROSS JOIN nodes AS far ON far.id = e.target
  WHERE e.source = :near AND (1 << e.type) & :types AND e.age >= :least AND far.age >= :least LIMIT :limit)""",
    Direction.DOWNSTREAM: """
SELECT count(*) FROM (
  SELECT 1 FROM edges AS e INDEXED BY edges_in CROSS JOIN nodes AS far ON far.id = e.source
  WHERE e.target = :near AND (1 << e.type) & :types AND e.age >= :least AND far.age >= :least LIMIT :limit)""",
}

_IDS: Final = """
SELECT asked.value, n.id, n.age FROM json_each(?) AS asked
CROSS JOIN ids AS i ON i.uid = asked.value CROSS JOIN nodes AS n ON n.id = i.id"""
_UIDS: Final = "SELECT n.id, n.uid FROM json_each(?) AS asked CROSS JOIN nodes AS n ON n.id = asked.value"
_DOCS: Final = "SELECT n.id, n.doc FROM json_each(?) AS asked CROSS JOIN nodes AS n ON n.id = asked.value"

_BEFORE_ALL: Final = (OLDEST_CUTOFF, "", -1, "")
_EVERY: Final = 2**62


class Hops:
    """Edges one way, of some types, as of some instant, in one snapshot."""

    def __init__(
        self, connection: sqlite3.Connection, direction: Direction, types: Sequence[EdgeType], as_of: int | None
    ) -> None:
        self._connection = connection
        self._upstream = direction is Direction.UPSTREAM
        self._direction = direction
        self._statement = _LINKS[direction, as_of is not None]
        self._bounds = {"types": type_mask(types), "least": cutoff(as_of)}

    def ids(self, uids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """(id, age) of each node there is, by the uid asked for; a replaced uid is answered by its successor's."""
        found = self._ids(uids)
        replaced = {uid: new for uid in uids if uid not in found and (new := successor(self._connection, uid)) != uid}
        if replaced:
            successors = self._ids(list(replaced.values()))
            found |= {uid: successors[new] for uid, new in replaced.items() if new in successors}
        return found

    def _ids(self, uids: Sequence[str]) -> dict[str, tuple[int, int]]:
        return {uid: (number, aged) for uid, number, aged in self._connection.execute(_IDS, (_json(uids),))}

    def links(self, ids: Collection[int]) -> Iterable[Link[int]]:
        return self._connection.execute(self._statement, {**self._bounds, "near": _json(list(ids))})

    def all_edges(self, uids: Sequence[str]) -> dict[str, tuple[Edge, ...]]:
        """All edges of each uid, in the order of lists."""
        asked = {uid: number for uid, (number, _) in self.ids(uids).items()}
        by_near: dict[int, list[Link[int]]] = {number: [] for number in asked.values()}
        for link in self.links(by_near):
            by_near[link[0]].append(link)
        names = self.uids({end for links in by_near.values() for link in links for end in link[:2]})
        edges = {number: self._ordered(links, names) for number, links in by_near.items()}
        return {uid: edges[asked[uid]] if uid in asked else () for uid in uids}

    def uids(self, ids: Collection[int]) -> dict[int, str]:
        return dict(self._connection.execute(_UIDS, (_json(list(ids)),)))

    def _ordered(self, links: list[Link[int]], names: dict[int, str]) -> tuple[Edge, ...]:
        """In the order of lists: newest first, then by far end, type and qualifier."""
        edges = self.edges(links, names)
        keys = [(link[2], names[link[1]], edge.type, link[3]) for link, edge in zip(links, edges, strict=True)]
        return tuple(edges[place] for place in sorted(range(len(edges)), key=keys.__getitem__))

    def edges(self, links: Iterable[Link[int]], names: Mapping[int, str]) -> list[Edge]:
        made = []
        for near, far, edge_age, _, doc in links:  # as few calls as can be: a large part of every walk
            known = unpack_edge(doc)
            source, target = (near, far) if self._upstream else (far, near)
            at = None if edge_age == UNKNOWN_AGE else ~edge_age
            made.append(
                Edge(
                    known.type,
                    names[source],
                    names[target],
                    at,
                    known.evidence,
                    known.role,
                    known.subset,
                    known.relation,
                    known.run,
                    known.event_seqs,
                )
            )
        return made

    def edges_by_key(self, links: Sequence[Link[int]], names: Mapping[int, str]) -> list[Edge]:
        """In the order of `Edge.key`; the qualifiers are those stored, for making them again takes longer than the sorting."""
        edges = self.edges(links, names)
        keys = [(edge.type, edge.source, edge.target, link[3]) for link, edge in zip(links, edges, strict=True)]
        return [edges[place] for place in sorted(range(len(edges)), key=keys.__getitem__)]

    def page(self, uid: str, first: int, after: FarEnd | None) -> tuple[list[Edge], bool, int]:
        """Up to `first` edges after a place, whether there are more, and how many there are in all (to the limit of counting)."""
        near = self.ids([uid]).get(uid)
        if near is None:
            return [], False, 0
        place = _BEFORE_ALL if after is None else (*after[:2], TYPE_CODES[EdgeType(after[2])], after[3])
        named = dict(zip(("age", "uid", "type", "qualifier"), place, strict=True))
        bounds = {**self._bounds, **named, "near": near[0], "from": max(place[0], self._bounds["least"])}
        rows = self._connection.execute(_PAGE[self._direction], {**bounds, "limit": first + 1}).fetchall()
        total = self._connection.execute(_COUNT[self._direction], {**bounds, "limit": COUNT_LIMIT}).fetchone()[0]
        names = self.uids([near[0]]) | {row[1]: row[5] for row in rows}
        edges = self.edges([row[:5] for row in rows[:first]], names)
        return edges, len(rows) > first, total

    def newest(self, ages: Mapping[int, int], room: int) -> list[int]:
        """As many of these ids as there is room for: least age first, then by uid, which is read only where ages are equal."""
        if room <= 0:
            return []
        last = sorted(ages.values())[min(room, len(ages)) - 1]
        younger = [number for number, aged in ages.items() if aged < last]
        names = self.uids([number for number, aged in ages.items() if aged == last])
        return younger + sorted(names, key=names.__getitem__)[: room - len(younger)]


def hop(
    connection: sqlite3.Connection,
    uids: Sequence[str],
    direction: Direction,
    types: Sequence[EdgeType],
    as_of: int | None,
    first: int | None,
    after: str | None,
) -> Hop:
    """`Store.expand`."""
    one_uid_for(after, uids)
    hops = Hops(connection, direction, types, as_of)
    start = from_cursor(after, FAR_END) if after is not None else None
    found = Hop({}, {}, {}, position(connection))
    if first is None and start is None:
        for uid, edges in hops.all_edges(uids).items():
            found.edges[uid] = edges
            found.totals[uid] = min(len(edges), COUNT_LIMIT)
        return found
    for uid in uids:
        page, has_more, total = hops.page(uid, _EVERY if first is None else first, start)
        found.edges[uid] = tuple(page)
        found.totals[uid] = total
        if page and has_more:
            found.more[uid] = to_cursor(*far_end(page[-1], direction))
    return found


def walk(
    connection: sqlite3.Connection,
    roots: Sequence[str],
    direction: Direction,
    types: Sequence[EdgeType],
    as_of: int | None,
    depth: int | None,
    max_nodes: int,
) -> Closure:
    """`Store.closure`."""
    hops = Hops(connection, direction, types, as_of)
    existing = {number: aged for number, aged in hops.ids(roots).values() if aged >= cutoff(as_of)}
    got = _drive(reach(existing, depth, max_nodes, hops.newest), hops)
    nodes = {number: unpack_node(doc) for number, doc in connection.execute(_DOCS, (_json(list(got.depths)),))}
    names = {number: node.uid for number, node in nodes.items()}
    named = Reach[str](
        depths={names[number]: depth for number, depth in got.depths.items()},
        links=[],
        cut_by=got.cut_by,
        frontier=frozenset(names[number] for number in got.frontier),
        remaining=got.remaining,
        remaining_exact=got.remaining_exact,
    )
    edges = hops.edges_by_key(got.links, names)
    return closure(named, {node.uid: node for node in nodes.values()}, edges, position(connection))


def _drive(steps: Generator[Collection[int], Iterable[Link[int]], Reach[int]], hops: Hops) -> Reach[int]:
    layer = next(steps)
    while True:
        try:
            layer = steps.send(hops.links(layer))
        except StopIteration as end:
            got: Reach[int] = end.value
            return got


def _json(values: Sequence[Any]) -> str:
    return msgspec.json.encode(values).decode()
