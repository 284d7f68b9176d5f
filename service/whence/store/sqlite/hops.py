"""One hop, and the walk over many, on row ids: uids and documents are read once, for what is in the answer."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final

import msgspec

from whence.model.answers import Closure, Hop
from whence.model.graph import Edge, Node
from whence.model.kinds import Direction, EdgeType
from whence.store.documents import unpack_node
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
from whence.store.reach import Link, Reach, closure, enough, most_of_a_hub, reach
from whence.store.sqlite import hop_statements as sql
from whence.store.sqlite.aliases import successor
from whence.store.sqlite.edge_types import TYPE_CODES, type_mask
from whence.store.sqlite.log import position
from whence.store.sqlite.packed_edges import PackedEdges

_BEFORE_ALL: Final = (OLDEST_CUTOFF, "", -1, "")
_EVERY: Final = 2**62
_NUMBERS: Final = msgspec.json.Decoder(list[int])


class Hops:
    """Edges one way, of some types, as of some instant, in one snapshot."""

    def __init__(
        self, connection: sqlite3.Connection, direction: Direction, types: Sequence[EdgeType], as_of: int | None
    ) -> None:
        self._connection = connection
        self._upstream = direction is Direction.UPSTREAM
        self._direction = direction
        self._dated = as_of is not None
        self._one_by_one = sql.IN_AS_OF if self._dated else sql.IN
        self._newest_links = sql.NEWEST_IN_AS_OF if self._dated else sql.NEWEST_IN
        self._bounds = {"types": type_mask(types), "least": cutoff(as_of)}
        self._documents = PackedEdges()
        self._looked_up: set[int] = set()
        self._existing: set[int] = set()
        self.in_part: set[int] = set()
        """Hubs of which `links_for` gave the newest links only."""

    def ids(self, uids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """(id, age) of each node there is, by the uid asked for; a replaced uid is answered by its successor's."""
        found = self._ids(uids)
        replaced = {uid: new for uid in uids if uid not in found and (new := successor(self._connection, uid)) != uid}
        if replaced:
            successors = self._ids(list(replaced.values()))
            found |= {uid: successors[new] for uid, new in replaced.items() if new in successors}
        return found

    def _ids(self, uids: Sequence[str]) -> dict[str, tuple[int, int]]:
        return {uid: (number, aged) for uid, number, aged in self._connection.execute(sql.IDS, (_json(uids),))}

    def links(self, ids: Collection[int]) -> list[Link[int]]:
        """All links of these nodes; the last part of each is the place of its document."""
        return self._those_that_exist(self._layer(ids))

    def links_for(self, ids: Collection[int], max_nodes: int) -> list[Link[int]]:
        """All links that an answer of so many nodes can use: of what leaves a hub downstream not all is read."""
        if self._upstream:
            return self.links(ids)
        most = most_of_a_hub(max_nodes)
        if len(ids) > 1 and len(layer := self._layer(ids, most)) < most:
            return self._those_that_exist(layer)  # so few: none of them has as many
        found: list[Link[int]] = []
        waiting = list(ids)
        while waiting:
            hub = waiting[0] if len(waiting) == 1 else self._read_until_a_hub(waiting, most, found)
            if hub is None:
                break
            found += self._links_of(hub, most, max_nodes)
            waiting = waiting[waiting.index(hub) + 1 :]
        return found

    def _layer(self, ids: Collection[int], most: int = -1) -> list[Link[int]]:
        """Downstream no more than so many links; -1: all. Whether far ends exist is not looked at."""
        bounds = {**self._bounds, "near": _json(sorted(ids)), "most": most}  # neighbours in the file are read together
        near, far, ages, docs = self._connection.execute(sql.LINKS[self._direction], bounds).fetchone()
        nears = _NUMBERS.decode(near)
        places = self._documents.add(docs or b"", len(nears))
        return list(zip(nears, _NUMBERS.decode(far), _NUMBERS.decode(ages), places, strict=True))

    def _those_that_exist(self, links: list[Link[int]]) -> list[Link[int]]:
        """Without the links to nodes that are younger than the instant looked at."""
        if not self._dated:
            return links
        unknown = {link[1] for link in links} - self._looked_up
        bounds = {"least": self._bounds["least"], "asked": _json(list(unknown))}
        self._looked_up |= unknown
        self._existing.update(_NUMBERS.decode(self._connection.execute(sql.EXISTING, bounds).fetchone()[0]))
        return [link for link in links if link[1] in self._existing]

    def _linked(self, rows: Sequence[tuple[int, int, int, bytes]]) -> list[Link[int]]:
        places = self._documents.add(b"".join([row[3] for row in rows]), len(rows))
        return [(near, far, age, place) for (near, far, age, _), place in zip(rows, places, strict=True)]

    def _read_until_a_hub(self, ids: list[int], most: int, found: list[Link[int]]) -> int | None:
        """Read links, node after node, into `found`; the first node that has more than `most` ends that, none of its links among them."""
        rows = self._connection.execute(self._one_by_one, {**self._bounds, "near": _json(ids)})
        while portion := rows.fetchmany(most):
            hub = portion[-1][0]
            found += self._linked(portion)
            if len(portion) == most and portion[0][0] == hub:
                while found and found[-1][0] == hub:
                    found.pop()
                return int(hub)
        return None

    def _links_of(self, near: int, most: int, max_nodes: int) -> Iterable[Link[int]]:
        bounds = {**self._bounds, "near": near, "most": most}
        links = self._linked(self._connection.execute(self._newest_links, bounds).fetchall())
        if len(links) < most:
            return links
        if not enough(links, max_nodes):
            return self.links([near])
        self.in_part.add(near)
        return links

    def links_among(self, hubs: Collection[int], kept: Collection[int]) -> Iterable[Link[int]]:
        """The links downstream that lead from these to those."""
        ends = {"near": _json(list(hubs)), "kept": _json(list(kept))}
        return self._linked(self._connection.execute(sql.IN_AMONG, {**self._bounds, **ends}).fetchall())

    def all_edges(self, uids: Sequence[str]) -> dict[str, tuple[Edge, ...]]:
        """All edges of each uid, in the order of lists."""
        asked = {uid: number for uid, (number, _) in self.ids(uids).items()}
        by_near: dict[int, list[Link[int]]] = {number: [] for number in asked.values()}
        for link in self.links(by_near):
            by_near[link[0]].append(link)
        names = self.uids({end for links in by_near.values() for link in links for end in link[:2]})
        edges = {number: self._ordered(links, names) for number, links in by_near.items()}
        return {uid: tuple(edges[asked[uid]]) if uid in asked else () for uid in uids}

    def uids(self, ids: Collection[int]) -> dict[int, str]:
        return dict(self._connection.execute(sql.UIDS, (_json(list(ids)),)))

    def _ordered(self, links: list[Link[int]], names: dict[int, str]) -> Sequence[Edge]:
        """In the order of lists: newest first, then by far end, type and qualifier."""
        edges = self.edges(links, names)
        return _in_order(edges, [(link[2], names[link[1]], edge.type) for link, edge in zip(links, edges, strict=True)])

    def edges(self, links: Sequence[Link[int]], names: Mapping[int, str]) -> list[Edge]:
        documents = self._documents.up_to(max((link[3] for link in links), default=-1))
        upstream = self._upstream
        made = []
        for near, far, edge_age, place in links:  # as few calls as can be: a large part of every walk
            known = documents[place]
            made.append(
                Edge(
                    known.type,
                    names[near if upstream else far],
                    names[far if upstream else near],
                    None if edge_age == UNKNOWN_AGE else ~edge_age,
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
        """In the order of `Edge.key`. `names`: of all ends, in the order of uids, so that the places of the ends stand for their names."""
        edges = self.edges(links, names)
        size = float(len(names))  # floats are sorted in half the time of large integers, and as exact up to 2**53
        types = {kind: code * size * size for kind, code in TYPE_CODES.items()}
        sources = {number: rank * size for rank, number in enumerate(names)}
        targets = {number: rank for rank, number in enumerate(names)}
        near, far = (sources, targets) if self._upstream else (targets, sources)
        keys = [types[edge.type] + near[link[0]] + far[link[1]] for link, edge in zip(links, edges, strict=True)]
        return _in_order(edges, keys)

    def page(self, uid: str, first: int, after: FarEnd | None) -> tuple[list[Edge], bool, int]:
        """Up to `first` edges after a place, whether there are more, and how many there are in all (to the limit of counting)."""
        near = self.ids([uid]).get(uid)
        if near is None:
            return [], False, 0
        place = _BEFORE_ALL if after is None else (*after[:2], TYPE_CODES[EdgeType(after[2])], after[3])
        named = dict(zip(("age", "uid", "type", "qualifier"), place, strict=True))
        bounds = {**self._bounds, **named, "near": near[0], "from": max(place[0], self._bounds["least"])}
        rows = self._connection.execute(sql.PAGE[self._direction], {**bounds, "limit": first + 1}).fetchall()
        total = self._connection.execute(
            sql.COUNT[self._direction, self._dated], {**bounds, "limit": COUNT_LIMIT}
        ).fetchone()[0]
        names = self.uids([near[0]]) | {row[1]: row[4] for row in rows}
        edges = self.edges(self._linked([row[:4] for row in rows[:first]]), names)
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
    got = _drive(reach(existing, depth, max_nodes, hops.newest, hops), hops, max_nodes)
    numbers = sorted(got.depths)
    nodes = _nodes(connection, numbers)
    by_uid = dict(sorted(zip([node.uid for node in nodes], numbers, strict=True)))
    names = {number: uid for uid, number in by_uid.items()}
    reached = Reach[str](
        depths={uid: got.depths[number] for uid, number in by_uid.items()},
        links=[],
        cut_by=got.cut_by,
        frontier=frozenset(names[number] for number in got.frontier),
        remaining=got.remaining,
        remaining_exact=got.remaining_exact,
    )
    edges = hops.edges_by_key(got.links, names)
    return closure(reached, {node.uid: node for node in nodes}, edges, position(connection))


def _nodes(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Node]:
    lengths, docs = connection.execute(sql.DOCS, (_json(numbers),)).fetchone()
    each = _NUMBERS.decode(lengths)
    return [unpack_node(docs[end - length : end]) for length, end in zip(each, accumulate(each), strict=True)]


def _drive(
    steps: Generator[Collection[int], Iterable[Link[int]], Reach[int]], hops: Hops, max_nodes: int
) -> Reach[int]:
    layer = next(steps)
    while True:
        try:
            layer = steps.send(hops.links_for(layer, max_nodes))
        except StopIteration as end:
            got: Reach[int] = end.value
            return got


def _in_order(edges: list[Edge], keys: Sequence[Any]) -> list[Edge]:
    """By key, then by qualifier, which is made only for edges that have the same key: that takes longer than the sorting."""
    order = sorted(range(len(edges)), key=keys.__getitem__)
    if len(set(keys)) < len(keys):
        several = {key for key, number in Counter(keys).items() if number > 1}
        order.sort(key=lambda place: (keys[place], edges[place].qualifier if keys[place] in several else ""))
    return [edges[place] for place in order]


def _json(values: Sequence[Any]) -> str:
    return msgspec.json.encode(values).decode()
