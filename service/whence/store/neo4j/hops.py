"""One hop: all edges of some nodes, or one page of a hub's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from whence.model.answers import Hop
from whence.model.graph import Edge
from whence.model.kinds import Direction, EdgeType
from whence.store.documents import unpack_edge
from whence.store.intake import COUNT_LIMIT
from whence.store.neo4j import hop_statements as cypher
from whence.store.neo4j.aliases import successors
from whence.store.neo4j.keys import key_of
from whence.store.neo4j.snapshot import Reading
from whence.store.order import FAR_END, OLDEST_CUTOFF, UNKNOWN_AGE, FarEnd, cutoff, far_end, from_cursor, one_uid_for
from whence.store.order import to_cursor as cursor_of

_HUB: Final = 1000
"""More edges than this are not all read where a page is asked for."""
_AT_ONCE: Final = 10_000
"""Edges that one statement is to read, about: some 5 MB of Neo4j's memory."""
_FIRST_PLACE: Final[FarEnd] = (OLDEST_CUTOFF, "", "", "")

Row = list[Any]
"""[a handle, uid of the far end, age, qualifier, document] of one edge."""


class Located(NamedTuple):
    """A node that was asked for: what it is found by, Neo4j's number of it, its uid and age."""

    key: str
    handle: int
    uid: str
    age: int


def located(reading: Reading, uids: Sequence[str]) -> dict[str, Located]:
    """Each node there is, by the uid asked for; a replaced uid is answered by its successor's."""
    found = _located(reading, uids)
    missing = [uid for uid in dict.fromkeys(uids) if uid not in found]
    if missing and (replaced := successors(reading, missing)):
        by_successor = _located(reading, list(replaced.values()))
        found |= {uid: by_successor[new] for uid, new in replaced.items() if new in by_successor}
    return found


def _located(reading: Reading, uids: Sequence[str]) -> dict[str, Located]:
    asked = {key_of(uid): uid for uid in uids}
    [[found]] = reading.rows(cypher.ROOTS, asked={"keys": list(asked)})
    return {asked[row[0]]: Located(*row) for row in found}


def edge_of(source: str, target: str, age: int, document: bytes) -> Edge:
    known = unpack_edge(document)
    at = None if age == UNKNOWN_AGE else ~age
    return Edge(
        known.type,
        source,
        target,
        at,
        known.evidence,
        known.role,
        known.subset,
        known.relation,
        known.run,
        known.event_seqs,
    )


class Hops:
    """Edges one way, of some types, as of some instant."""

    def __init__(self, reading: Reading, direction: Direction, types: Sequence[EdgeType], as_of: int | None) -> None:
        self._reading = reading
        self._direction = direction
        self._statement = (direction, as_of is not None)
        self._bounds = {"types": [kind.value for kind in types], "least": cutoff(as_of)}

    def degrees(self, handles: Sequence[int]) -> dict[int, int]:
        """How many edges each node has, to the limit of counting."""
        statement = cypher.DEGREES[self._statement]
        [[found]] = self._reading.rows(statement, asked={"ids": handles}, limit=COUNT_LIMIT, **self._bounds)
        return dict(found)

    def all(self, degrees: Mapping[int, int]) -> dict[int, list[Row]]:
        """All edges of each of these nodes, whose degrees are given, in the order of lists."""
        by_near: dict[int, list[Row]] = {near: [] for near in degrees}
        for handles in _portions(degrees):
            [[found]] = self._reading.rows(cypher.EDGES_OF[self._direction], asked={"ids": handles}, **self._bounds)
            for row in found:
                by_near[row[0]].append(row)
        for rows in by_near.values():
            rows.sort(key=place_of)
        return by_near

    def rest(self, near: int, after: FarEnd | None) -> list[Row]:
        """All edges of a hub after a place, read in portions."""
        found: list[Row] = []
        while portion := self.newest([near], _AT_ONCE, after):
            found += portion
            after = place_of(portion[-1])
        return found

    def newest(self, handles: Collection[int], limit: int, after: FarEnd | None) -> list[Row]:
        """Up to `limit` edges of these nodes after a place, in the order of lists."""
        age, uid, kind, qualifier = after or _FIRST_PLACE
        asked = {"ids": list(handles), "uid": uid, "type": kind, "q": qualifier}
        statement = cypher.NEWEST[self._statement]
        [[rows]] = self._reading.rows(statement, asked=asked, age=age, limit=limit + 1, **self._bounds)
        rows.sort(key=place_of)
        if len(rows) <= limit or rows[limit - 1][2] < rows[limit][2]:
            return list(rows[:limit])
        # Several have the age at which the page ends: which of them are on it, only their names say.
        last = rows[limit][2]
        younger = [row for row in rows if row[2] < last]
        if last != age:
            asked |= {"uid": "", "type": "", "q": ""}
        statement = cypher.OF_ONE_AGE[self._direction]
        room = limit - len(younger)
        [[rows]] = self._reading.rows(statement, asked=asked, age=last, limit=room, **self._bounds)
        return [*younger, *sorted(rows, key=place_of)]

    def edges(self, near: str, rows: Sequence[Row]) -> tuple[Edge, ...]:
        if self._direction is Direction.UPSTREAM:
            return tuple(edge_of(near, far, age, doc) for _, far, age, _, doc in rows)
        return tuple(edge_of(far, near, age, doc) for _, far, age, _, doc in rows)


def place_of(row: Row) -> FarEnd:
    """Where an edge stands among those of its near end."""
    return (row[2], row[1], unpack_edge(row[4]).type, row[3])


def hop(
    reading: Reading,
    uids: Sequence[str],
    direction: Direction,
    types: Sequence[EdgeType],
    as_of: int | None,
    first: int | None,
    after: str | None,
) -> Hop:
    """`Store.expand`."""
    one_uid_for(after, uids)
    start = from_cursor(after, FAR_END) if after is not None else None
    found = Hop({}, {}, {}, reading.position)
    if not uids:
        return found
    hops = Hops(reading, direction, types, as_of)
    nodes = located(reading, uids)
    handles = list({node.handle for node in nodes.values()})
    degrees = hops.degrees(handles)
    hub = COUNT_LIMIT - 1 if first is None else _HUB
    whole = hops.all({near: degree for near, degree in degrees.items() if degree <= hub})
    for uid in uids:
        node = nodes.get(uid)
        if node is None:
            found.edges[uid], found.totals[uid] = (), 0
            continue
        if node.handle in whole:
            left = [row for row in whole[node.handle] if start is None or place_of(row) > start]
        elif first is None:
            left = hops.rest(node.handle, start)
        else:
            left = hops.newest([node.handle], first + 1, start)
        page = left if first is None else left[:first]
        found.edges[uid] = edges = hops.edges(node.uid, page)
        found.totals[uid] = degrees[node.handle]
        if page and len(left) > len(page):
            found.more[uid] = cursor_of(*far_end(edges[-1], direction))
    return found


def _portions(degrees: Mapping[int, int]) -> Iterator[list[int]]:
    """The nodes, so many together as have about _AT_ONCE edges."""
    portion: list[int] = []
    edges = 0
    for near, degree in degrees.items():
        portion.append(near)
        edges += degree
        if edges >= _AT_ONCE:
            yield portion
            portion, edges = [], 0
    if portion:
        yield portion
