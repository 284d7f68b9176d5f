"""What the changes of a merge take to be written: statements with their rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from typing import Any, Final

import msgspec

from whence.merge.records import encode
from whence.merge.state import Changes
from whence.model.graph import Edge, Node
from whence.model.kinds import EdgeType
from whence.store.documents import facets_of, indexed, pack_edge, pack_facets, pack_node, unpack_node
from whence.store.intake import dangling
from whence.store.matching import search_text
from whence.store.order import age
from whence.store.sqlite import touches
from whence.store.sqlite.ahead import Ahead, Written
from whence.store.sqlite.edge_types import TYPE_CODES
from whence.store.sqlite.known import RecordCache
from whence.store.sqlite.schema import meta
from whence.store.sqlite.steps import Step

_IDS: Final = "SELECT i.uid, i.id FROM json_each(?) AS asked JOIN ids AS i ON i.uid = asked.value"
_ADD_ID: Final = "INSERT INTO ids (uid, id) VALUES (?, ?)"
_SET_LAST_ID: Final = "UPDATE meta SET value = ? WHERE name = 'last_id'"
_DOCS: Final = "SELECT n.id, n.doc FROM json_each(?) AS asked JOIN nodes AS n ON n.id = asked.value"
_PRESENT: Final = "SELECT n.id FROM json_each(?) AS asked JOIN nodes AS n ON n.id = asked.value"

_ADD_NODE: Final = """
INSERT INTO nodes (id, uid, age, kind, namespace, state, whole, name, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_SET_DOC: Final = "UPDATE nodes SET doc = ? WHERE id = ?"
_SET_STATE: Final = "UPDATE nodes SET doc = ?, state = ? WHERE id = ?"
_SET_FACETS: Final = "INSERT INTO facets (node, doc) VALUES (?, ?) ON CONFLICT (node) DO UPDATE SET doc = excluded.doc"
_ADD_SEARCH: Final = "INSERT INTO search (node, text) VALUES (?, ?)"
_ADD_TAG: Final = "INSERT INTO tags (tag, node) VALUES (?, ?)"
_ADD_OWNER: Final = "INSERT INTO owners (owner, node) VALUES (?, ?)"
_ADD_FINGERPRINT: Final = "INSERT INTO fingerprints (value, algorithm, node) VALUES (?, ?, ?)"

_DROP_NODE: Final = "DELETE FROM nodes WHERE id = ?"
_DROP_FACETS: Final = "DELETE FROM facets WHERE node = ?"
_DROP_SEARCH: Final = "DELETE FROM search WHERE node = ?"
_DROP_TAG: Final = "DELETE FROM tags WHERE tag = ? AND node = ?"
_DROP_OWNER: Final = "DELETE FROM owners WHERE owner = ? AND node = ?"
_DROP_FINGERPRINT: Final = "DELETE FROM fingerprints WHERE value = ? AND algorithm = ? AND node = ?"

_DROP_EDGES_FROM: Final = "DELETE FROM edges WHERE source = ?"
_DROP_EDGES_TO: Final = "DELETE FROM edges WHERE target = ?"
_DROP_EDGE: Final = "DELETE FROM edges WHERE source = ? AND type = ? AND target = ? AND qualifier = ?"
_SET_EDGE: Final = """
INSERT INTO edges (source, type, target, qualifier, age, doc) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (source, type, target, qualifier) DO UPDATE SET age = excluded.age, doc = excluded.doc"""

_SET_RECORD: Final = "INSERT INTO records (key, doc) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET doc = excluded.doc"
_DROP_RECORD: Final = "DELETE FROM records WHERE key = ?"
_ADD_ENTRY: Final = "INSERT OR IGNORE INTO entries (space, key, time, rank, uid, extra) VALUES (?, ?, ?, ?, ?, ?)"
_DROP_ENTRY: Final = (
    "DELETE FROM entries WHERE space = ? AND key = ? AND time = ? AND rank = ? AND uid = ? AND extra = ?"
)
_ADD_TEXT: Final = "INSERT OR IGNORE INTO texts (name, text) VALUES (?, ?)"

_IDS_KEPT: Final = 200_000
_TEXTS_KEPT: Final = 50_000


class GraphSteps:
    """What changes take; keeps the numbers of the uids last used at hand."""

    def __init__(self, records: RecordCache) -> None:
        self._records = records
        self._ids: dict[str, int] = {}
        self._texts: set[str] = set()

    def forget(self) -> None:
        self._ids.clear()
        self._texts.clear()

    def of(self, connection: sqlite3.Connection, changes: Changes, ahead: Ahead | None) -> tuple[list[Step], Written]:
        """The steps, and what the next needs to know of them while they are not done. Raises WhenceError for an edge to a node that is not there after the changes."""
        ends = {edge.source for edge in changes.edges}
        ends.update([edge.target for edge in changes.edges])
        steps: list[Step] = []
        ids, new = self._numbers(connection, changes, ends, ahead, steps)
        _drop_edges(steps, changes, ids)
        docs = _put_nodes(connection, changes, ids, ahead, steps)
        _check_ends(connection, changes, ends, ids, ahead)
        _put_edges(steps, changes.edges, ids)
        self._put_texts(steps, changes.texts)
        self._put_records(steps, changes)
        _add(steps, _DROP_ENTRY, changes.entries_removed)
        _add(steps, _ADD_ENTRY, changes.entries_added)
        steps += touches.steps(changes.touches, ids)
        return steps, Written(changes, new, docs)

    def _numbers(
        self,
        connection: sqlite3.Connection,
        changes: Changes,
        ends: set[str],
        ahead: Ahead | None,
        steps: list[Step],
    ) -> tuple[dict[str, int], dict[str, int]]:
        """The numbers of all uids that the changes name, `ends` of edges among them, and those of the uids that are new."""
        wanted = ends.union(changes.nodes, [uid for uid, _ in changes.touches])
        wanted.update(end for key in changes.edges_removed for end in key[1:3])
        given = ahead.ids if ahead is not None else {}
        if len(self._ids) > _IDS_KEPT:
            self._ids = dict(given)
        missing = [uid for uid in wanted if uid not in self._ids]
        self._ids.update(connection.execute(_IDS, (_json(missing),)))
        unknown = sorted(uid for uid in missing if uid not in self._ids)
        new: dict[str, int] = {}
        if unknown:
            last = max(meta(connection, "last_id"), max(given.values(), default=0))
            new = {uid: number for number, uid in enumerate(unknown, last + 1)}
            _add(steps, _ADD_ID, list(new.items()))
            _add(steps, _SET_LAST_ID, [(last + len(new),)])
            self._ids |= new
        return self._ids, new

    def _put_texts(self, steps: list[Step], texts: dict[str, bytes]) -> None:
        _add(steps, _ADD_TEXT, [(name, text) for name, text in texts.items() if name not in self._texts])
        if len(self._texts) > _TEXTS_KEPT:
            self._texts.clear()
        self._texts.update(texts)

    def _put_records(self, steps: list[Step], changes: Changes) -> None:
        _add(steps, _DROP_RECORD, [(key,) for key, record in changes.records.items() if record is None])
        _add(steps, _SET_RECORD, [(key, encode(each)) for key, each in changes.records.items() if each is not None])
        for key, record in changes.records.items():
            self._records.set(key, record)


def _drop_edges(steps: list[Step], changes: Changes, ids: dict[str, int]) -> None:
    _add(
        steps,
        _DROP_EDGE,
        [
            (ids[source], TYPE_CODES[EdgeType(kind)], ids[target], qualifier)
            for kind, source, target, qualifier in changes.edges_removed
        ],
    )


def _put_nodes(
    connection: sqlite3.Connection, changes: Changes, ids: dict[str, int], ahead: Ahead | None, steps: list[Step]
) -> dict[int, bytes | None]:
    """Write what differs: most changes touch only the document of a node, not what it is found by. The documents of all nodes that change."""
    before = _documents(connection, [ids[uid] for uid in changes.nodes], ahead)
    docs: dict[int, bytes | None] = {}
    gone: list[tuple[int]] = []
    dropped: list[tuple[int, Node]] = []
    added: list[tuple[int, Node, bytes]] = []
    changed: list[tuple[bytes, int]] = []
    ended: list[tuple[bytes, str | None, int]] = []
    facets: list[tuple[int, bytes]] = []
    bare: list[tuple[int]] = []
    for uid, node in changes.nodes.items():
        number = ids[uid]
        old_doc = before.get(number)
        if node is None:
            if old_doc is not None:
                docs[number] = None
                gone.append((number,))
                dropped.append((number, unpack_node(old_doc)))
            continue
        docs[number] = doc = pack_node(node)
        if old_doc is None:
            added.append((number, node, doc))
        elif old_doc != doc:
            old = unpack_node(old_doc)
            found_by, was_found_by = indexed(node), indexed(old)
            if found_by == was_found_by:
                changed.append((doc, number))
            elif found_by == was_found_by._replace(state=found_by.state):
                ended.append((doc, found_by.state, number))
            else:
                dropped.append((number, old))
                added.append((number, node, doc))
        shown = facets_of(node, changes)
        if shown:
            facets.append((number, pack_facets(shown)))
        elif old_doc is not None:
            bare.append((number,))
    # A node that goes takes its edges along; one that is only found by other words keeps them.
    for statement in (_DROP_EDGES_FROM, _DROP_EDGES_TO, _DROP_FACETS):
        _add(steps, statement, gone)
    _drop_nodes(steps, dropped)
    _add_nodes(steps, added)
    _add(steps, _SET_DOC, changed)
    _add(steps, _SET_STATE, ended)
    _add(steps, _DROP_FACETS, bare)
    _add(steps, _SET_FACETS, facets)
    return docs


def _documents(connection: sqlite3.Connection, numbers: list[int], ahead: Ahead | None) -> dict[int, bytes]:
    """Of those nodes that there are."""
    found: dict[int, bytes | None] = dict(connection.execute(_DOCS, (_json(numbers),)))
    if ahead is not None:
        found.update({number: ahead.docs[number] for number in numbers if number in ahead.docs})
    return {number: doc for number, doc in found.items() if doc is not None}


def _drop_nodes(steps: list[Step], dropped: list[tuple[int, Node]]) -> None:
    numbers = [(number,) for number, _ in dropped]
    _add(steps, _DROP_NODE, numbers)
    _add(steps, _DROP_SEARCH, numbers)
    _add(steps, _DROP_TAG, [(tag, number) for number, node in dropped for tag in node.tags])
    _add(steps, _DROP_OWNER, [(owner, number) for number, node in dropped for owner in node.owners])
    _add(
        steps,
        _DROP_FINGERPRINT,
        [(*each, number) for number, node in dropped for each in indexed(node).fingerprints],
    )


def _add_nodes(steps: list[Step], added: list[tuple[int, Node, bytes]]) -> None:
    rows: list[tuple[Any, ...]] = []
    tags: set[tuple[str, int]] = set()
    owners: set[tuple[str, int]] = set()
    fingerprints: list[tuple[str, str, int]] = []
    for number, node, doc in added:
        found_by = indexed(node)
        rows.append((number, node.uid, *found_by[:6], doc))
        tags.update((tag, number) for tag in found_by.tags)
        owners.update((owner, number) for owner in found_by.owners)
        fingerprints.extend((*each, number) for each in found_by.fingerprints)
    _add(steps, _ADD_NODE, rows)
    _add(steps, _ADD_SEARCH, [(number, search_text(node)) for number, node, _ in added])
    _add(steps, _ADD_TAG, sorted(tags))
    _add(steps, _ADD_OWNER, sorted(owners))
    _add(steps, _ADD_FINGERPRINT, fingerprints)


def _check_ends(
    connection: sqlite3.Connection, changes: Changes, ends: set[str], ids: dict[str, int], ahead: Ahead | None
) -> None:
    elsewhere = {ids[end]: end for end in ends if end not in changes.nodes}
    present = {number for (number,) in connection.execute(_PRESENT, (_json(list(elsewhere)),))}
    if ahead is not None:
        for number, doc in ahead.docs.items():
            if doc is None:
                present.discard(number)
            else:
                present.add(number)
    missing = {uid for number, uid in elsewhere.items() if number not in present}
    missing.update(uid for uid, node in changes.nodes.items() if node is None and uid in ends)
    for edge in changes.edges if missing else ():
        if edge.source in missing or edge.target in missing:
            raise dangling(edge)


def _put_edges(steps: list[Step], edges: Iterable[Edge], ids: dict[str, int]) -> None:
    _add(
        steps,
        _SET_EDGE,
        [
            (ids[edge.source], TYPE_CODES[edge.type], ids[edge.target], edge.qualifier, age(edge.at), pack_edge(edge))
            for edge in edges
        ],
    )


def _add(steps: list[Step], statement: str, rows: Collection[Any]) -> None:
    """Most of a put's many kinds of rows are absent."""
    if rows:
        steps.append((statement, list(rows)))


def _json(values: list[Any]) -> str:
    return msgspec.json.encode(values).decode()
