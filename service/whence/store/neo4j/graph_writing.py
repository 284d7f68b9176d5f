"""Applying the changes of a merge inside a write transaction: what there is already is read in one or two statements, all else is written in one."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any, Final

import neo4j

from whence.merge.state import Changes
from whence.store.intake import dangling
from whence.store.neo4j.connecting import collected
from whence.store.neo4j.graph_rows import (
    NodeRows,
    Row,
    edge_name,
    edge_row,
    entry_row,
    record_rows,
    touch_rows,
)
from whence.store.neo4j.keys import entry_key, key_of
from whence.store.neo4j.remembering import Remembered, Written

EdgeKey = tuple[str, str, str, str]

NODES: Final = "UNWIND $ids AS id MATCH (n:Entity {id: id}) RETURN collect([n.id, n.doc, n.facets])"
EDGES: Final = """
UNWIND $edges AS r
MATCH (a:Entity {id: r[1]}) MATCH (b:Entity {id: r[2]})
CALL (a, b, r) {
  MATCH (a)-[es*1..1]->(b) WHERE all(e IN es WHERE type(e) = r[3] AND e.q = r[4])
  RETURN count(es) AS found
}
WITH r, found WHERE found > 0
RETURN collect(r[0])"""

_NAME: Final = itemgetter(0)
_PLACE: Final = itemgetter(slice(4))


class GraphWriting:
    """The rows that a difference comes to. Reads what it has to know of the database when it is made."""

    def __init__(
        self, transaction: neo4j.Transaction, remembered: Remembered, changes: Changes, absent: Iterable[str]
    ) -> None:
        """`absent`: keys known to have no record. Raises WhenceError for an edge to a node that is not there after the changes."""
        self._changes = changes
        self._absent = set(absent)
        self._remembered = remembered
        ends = {end for edge in changes.edges for end in (edge.source, edge.target)}
        before = self._nodes_before(transaction, ends)
        self._nodes = NodeRows(changes, before)
        new_texts = changes.texts.keys() - remembered.texts
        self._texts = [(name, changes.texts[name]) for name in sorted(new_texts)]
        self._check_ends(ends, before)
        self._old_edges = self._edges_before(transaction, before)

    def rows(self) -> dict[str, Any]:
        """Rows for `statements`, by name; sorted, so that the server meets what lies together together."""
        changes, nodes = self._changes, self._nodes
        nodes_new = sorted(nodes.new, key=_NAME)
        ends, edges_new, edges_changed = self._edge_rows([row[2] for row in nodes_new])
        records_gone, records_new, records_set = record_rows(changes.records, self._absent)
        return {
            "edgesGone": sorted(map(edge_name, changes.edges_removed)),
            "ends": ends,
            "edgesNew": edges_new,
            "edgesChanged": edges_changed,
            "nodesGone": nodes.gone,
            "nodesNew": nodes_new,
            "nodesChanged": nodes.changed,
            "nodesRefound": nodes.refound,
            "tags": nodes.tags,
            "owners": nodes.owners,
            "fingerprints": nodes.fingerprints,
            "texts": self._texts,
            "recordsGone": records_gone,
            "recordsNew": records_new,
            "recordsSet": records_set,
            "entriesGone": [entry_key(entry) for entry in changes.entries_removed],
            "entriesNew": sorted(map(entry_row, changes.entries_added), key=_NAME),
            "touches": sorted(touch_rows(changes.touches)),
        }

    def committed(self) -> None:
        """Remember what was written: it is what the database has now."""
        for uid, written in self._nodes.written.items():
            self._remembered.nodes.set(uid, written)
        for key, record in self._changes.records.items():
            self._remembered.records.set(key, record)
        self._remembered.texts.update(name for name, _ in self._texts)

    def _edge_rows(self, made: list[str]) -> tuple[list[str], list[Row], list[Row]]:
        """(nodes that new edges lead from or to and that there were, new, changed). `made`: uids of the new nodes, in the order of their rows.

        A new edge has its ends as places in the list of both.
        """
        edges, changed = self._changes.edges, []
        if self._old_edges:
            changed = [edge for edge in edges if edge.key in self._old_edges]
            edges = [edge for edge in edges if edge.key not in self._old_edges]
        old = sorted({end for edge in edges for end in (edge.source, edge.target)}.difference(made))
        places = {uid: place for place, uid in enumerate((*made, *old))}
        new = [edge_row(edge, places[edge.source], places[edge.target]) for edge in edges]
        changed_rows = [edge_row(edge, key_of(edge.source), key_of(edge.target)) for edge in changed]
        return list(map(key_of, old)), sorted(new, key=_PLACE), sorted(changed_rows, key=_PLACE)

    def _nodes_before(self, transaction: neo4j.Transaction, ends: Iterable[str]) -> dict[str, Written]:
        """Of all nodes that the changes name, those that there are."""
        wanted = self._changes.nodes.keys() | ends
        found = {uid: written for uid in wanted if (written := self._remembered.nodes.get(uid)) is not None}
        missing = {key_of(uid): uid for uid in wanted if uid not in found}
        if missing:
            for id_, doc, facets in collected(transaction, NODES, ids=sorted(missing)):
                found[missing[id_]] = written = Written(doc, facets)
                self._remembered.nodes.set(missing[id_], written)
        return found

    def _edges_before(self, transaction: neo4j.Transaction, before: dict[str, Written]) -> set[EdgeKey]:
        """Keys of those edges of the changes that there are: only where both ends were there before."""
        keys = [edge.key for edge in self._changes.edges if edge.source in before and edge.target in before]
        asked = [[number, *edge_name(key)] for number, key in enumerate(keys)]
        return {keys[number] for number in collected(transaction, EDGES, edges=asked)} if asked else set()

    def _check_ends(self, ends: Iterable[str], before: dict[str, Written]) -> None:
        nodes = self._changes.nodes
        lost = {end for end in ends if (nodes[end] is None if end in nodes else end not in before)}
        if lost:
            raise dangling(next(edge for edge in self._changes.edges if edge.source in lost or edge.target in lost))
