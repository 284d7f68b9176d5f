"""The store in memory, on networkx: the oracle that every other adapter is compared with. Simple before fast; nothing outlives it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from whence.merge.batch import merge_batch
from whence.merge.state import Changes
from whence.model.answers import Hop, LogFilter, NodeFilter, Page
from whence.model.graph import Edge, Node
from whence.model.kinds import Direction, EdgeType
from whence.store.intake import COUNT_LIMIT, admit, dangling
from whence.store.matching import check, matches
from whence.store.memory_known import MemoryKnown
from whence.store.memory_log import MemoryLog
from whence.store.order import FAR_END, FarEnd, age, cutoff, far_end, from_cursor, one_uid_for, to_cursor
from whence.store.port import Buckets, Incoming, LogPage, Receipt, Refused, Store

if TYPE_CHECKING:
    from networkx import MultiDiGraph


class MemoryStore(Store):
    """Events and graph in this process only."""

    def __init__(self) -> None:
        import networkx  # a large import that only this adapter needs

        self.url = "memory:"
        self._graph: MultiDiGraph[str] = networkx.MultiDiGraph()
        self._known = MemoryKnown()
        self._log = MemoryLog()
        self._touches: dict[str, set[int]] = defaultdict(set)
        self._texts: dict[str, bytes] = {}

    @classmethod
    def from_graph(cls, nodes: Iterable[Node], edges: Iterable[Edge]) -> MemoryStore:
        """A store with this graph and an empty log, for tests of questions. Raises WhenceError for an edge to no node."""
        store = cls()
        store.apply(graph_changes(nodes, edges))
        return store

    async def migrate(self) -> None:
        """Nothing to do: there is no schema."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        admission = admit(batch, self._log.position, self._log.seqs, self._log.last_rejected)
        if admission.logged:
            self.apply(merge_batch(self._known, admission.logged))
        self._log.keep(admission)
        self._known.log(admission.logged)
        return admission.receipts

    def apply(self, changes: Changes) -> None:
        """Make the changes, or none of them: nothing after the check can fail."""
        self._check(changes)
        self._texts |= changes.texts
        for kind, source, target, qualifier in changes.edges_removed:
            if self._graph.has_edge(source, target, (kind, qualifier)):
                self._graph.remove_edge(source, target, (kind, qualifier))
        for uid, node in changes.nodes.items():
            if node is not None:
                self._graph.add_node(uid, node=self._whole(node, changes.facets.get(uid)))
            elif uid in self._graph:
                self._graph.remove_node(uid)
        for edge in changes.edges:
            self._graph.add_edge(edge.source, edge.target, (edge.type.value, edge.qualifier), edge=edge)
        self._known.apply(changes)
        for uid, seq in changes.touches:
            self._touches[uid].add(seq)

    def _whole(self, node: Node, facets: dict[str, str] | None) -> Node:
        """With its facets, which a merge names by their texts."""
        if node.facets is not None:
            return node
        shown = {name: msgspec.Raw(self._texts[text]) for name, text in (facets or {}).items()}
        return msgspec.structs.replace(node, facets=shown)

    def _check(self, changes: Changes) -> None:
        for edge in changes.edges:
            for end in (edge.source, edge.target):
                if changes.nodes[end] is None if end in changes.nodes else end not in self._graph:
                    raise dangling(edge)

    def _current(self, uid: str) -> str:
        return uid if uid in self._graph else self._known.successor(uid)

    def _node(self, uid: str) -> Node | None:
        current = self._current(uid)
        node: Node | None = self._graph.nodes[current]["node"] if current in self._graph else None
        return node

    def _nodes(self) -> Iterator[Node]:
        return (each["node"] for each in self._graph.nodes.values())

    async def get(self, uids: Sequence[str], *, facets: bool = True) -> dict[str, Node]:
        found = {uid: node for uid in uids if (node := self._node(uid))}
        return found if facets else {uid: _without_facets(node) for uid, node in found.items()}

    async def find(self, wanted: NodeFilter, *, first: int = 50, after: str | None = None) -> Page[Node]:
        check(wanted)
        found = sorted((age(node.at), node.uid) for node in self._nodes() if matches(node, wanted))
        begin = bisect_right(found, from_cursor(after, tuple[int, str])) if after is not None else 0
        page = found[begin : begin + first]
        return Page(
            items=tuple(_without_facets(self._graph.nodes[uid]["node"]) for _, uid in page),
            cursors=tuple(to_cursor(*place) for place in page),
            has_next=len(found) > begin + first,
            total=min(len(found), COUNT_LIMIT),
            total_exact=len(found) <= COUNT_LIMIT,
            position=self._log.position,
        )

    async def expand(
        self,
        uids: Sequence[str],
        direction: Direction,
        types: Sequence[EdgeType],
        *,
        as_of: int | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Hop:
        one_uid_for(after, uids)
        start = from_cursor(after, FAR_END) if after is not None else None
        hop = Hop({}, {}, {}, self._log.position)
        for uid in uids:
            found = self._edges(uid, direction, frozenset(types), cutoff(as_of))
            begin = bisect_right(found, start, key=lambda each: each[0]) if start else 0
            page = found[begin:] if first is None else found[begin : begin + first]
            hop.edges[uid] = tuple(edge for _, edge in page)
            hop.totals[uid] = min(len(found), COUNT_LIMIT)
            if page and begin + len(page) < len(found):
                hop.more[uid] = to_cursor(*page[-1][0])
        return hop

    def _edges(
        self, uid: str, direction: Direction, types: frozenset[EdgeType], least_age: int
    ) -> list[tuple[FarEnd, Edge]]:
        node = self._node(uid)
        if node is None:
            return []
        around = self._graph.out_edges if direction is Direction.UPSTREAM else self._graph.in_edges
        found = []
        for _, _, data in around(node.uid, data=True):
            edge: Edge = data["edge"]
            place = far_end(edge, direction)
            far: Node = self._graph.nodes[place[1]]["node"]
            if edge.type in types and age(edge.at) >= least_age and age(far.at) >= least_age:
                found.append((place, edge))
        return sorted(found, key=lambda each: each[0])

    async def events(
        self,
        wanted: LogFilter,
        *,
        first: int = 50,
        after: str | None = None,
        rejected: bool = False,
        rejected_ids: Sequence[str] = (),
        buckets: Buckets | None = None,
    ) -> LogPage:
        if buckets is not None:
            return self._log.stats(buckets, self._nodes())
        if rejected or rejected_ids:
            return self._log.rejected_page(wanted, rejected_ids, first, after)
        touching = None if wanted.touching is None else self._touching(wanted.touching)
        return self._log.accepted_page(wanted, touching, first, after)

    def _touching(self, uid: str) -> set[int]:
        return self._touches.get(uid, set()) | self._touches.get(self._current(uid), set())


def graph_changes(nodes: Iterable[Node], edges: Iterable[Edge]) -> Changes:
    """The changes that add this graph, facets empty where they are None."""
    whole = (node if node.facets is not None else msgspec.structs.replace(node, facets={}) for node in nodes)
    return Changes({}, [], [], {node.uid: node for node in whole}, list(edges), [], [])


def _without_facets(node: Node) -> Node:
    return msgspec.structs.replace(node, facets=None)
