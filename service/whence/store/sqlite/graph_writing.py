"""Applying the changes of a merge inside a write transaction."""

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
from whence.store.sqlite.edge_types import TYPE_CODES
from whence.store.sqlite.known import RecordCache
from whence.store.sqlite.schema import meta

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


class GraphWriter:
    """Writes changes; keeps the numbers of the uids last used at hand."""

    def __init__(self, records: RecordCache) -> None:
        self._records = records
        self._ids: dict[str, int] = {}
        self._texts: set[str] = set()

    def forget(self) -> None:
        self._ids.clear()
        self._texts.clear()

    def apply(self, connection: sqlite3.Connection, changes: Changes) -> None:
        """Raises WhenceError for an edge to a node that is not there after the changes."""
        ends = {edge.source for edge in changes.edges}
        ends.update([edge.target for edge in changes.edges])
        ids = self._numbers(connection, changes, ends)
        _drop_edges(connection, changes, ids)
        _write_nodes(connection, changes, ids)
        _check_ends(connection, changes, ends, ids)
        _write_edges(connection, changes.edges, ids)
        self._write_texts(connection, changes.texts)
        self._write_records(connection, changes)
        _each(connection, _DROP_ENTRY, changes.entries_removed)
        _each(connection, _ADD_ENTRY, changes.entries_added)
        touches.add(connection, changes.touches, ids)

    def _numbers(self, connection: sqlite3.Connection, changes: Changes, ends: set[str]) -> dict[str, int]:
        """The numbers of all uids that the changes name, `ends` of edges among them; new uids get new ones."""
        wanted = ends.union(changes.nodes, [uid for uid, _ in changes.touches])
        wanted.update(end for key in changes.edges_removed for end in key[1:3])
        if len(self._ids) > _IDS_KEPT:
            self._ids.clear()
        missing = [uid for uid in wanted if uid not in self._ids]
        self._ids.update(connection.execute(_IDS, (_json(missing),)))
        new = sorted(uid for uid in missing if uid not in self._ids)
        if new:
            last = meta(connection, "last_id")
            given = {uid: number for number, uid in enumerate(new, last + 1)}
            _each(connection, _ADD_ID, given.items())
            connection.execute(_SET_LAST_ID, (last + len(new),))
            self._ids |= given
        return self._ids

    def _write_texts(self, connection: sqlite3.Connection, texts: dict[str, bytes]) -> None:
        new = [(name, text) for name, text in texts.items() if name not in self._texts]
        _each(connection, _ADD_TEXT, new)
        if len(self._texts) > _TEXTS_KEPT:
            self._texts.clear()
        self._texts.update(texts)

    def _write_records(self, connection: sqlite3.Connection, changes: Changes) -> None:
        _each(connection, _DROP_RECORD, [(key,) for key, record in changes.records.items() if record is None])
        kept = [(key, encode(record)) for key, record in changes.records.items() if record is not None]
        _each(connection, _SET_RECORD, kept)
        for key, record in changes.records.items():
            self._records.set(key, record)


def _drop_edges(connection: sqlite3.Connection, changes: Changes, ids: dict[str, int]) -> None:
    _each(
        connection,
        _DROP_EDGE,
        [
            (ids[source], TYPE_CODES[EdgeType(kind)], ids[target], qualifier)
            for kind, source, target, qualifier in changes.edges_removed
        ],
    )


def _write_nodes(connection: sqlite3.Connection, changes: Changes, ids: dict[str, int]) -> None:
    """Write what differs: most changes touch only the document of a node, not what it is found by."""
    before: dict[int, bytes] = dict(connection.execute(_DOCS, (_json([ids[uid] for uid in changes.nodes]),)))
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
                gone.append((number,))
                dropped.append((number, unpack_node(old_doc)))
            continue
        doc = pack_node(node)
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
        _each(connection, statement, gone)
    _drop_nodes(connection, dropped)
    _add_nodes(connection, added)
    _each(connection, _SET_DOC, changed)
    _each(connection, _SET_STATE, ended)
    _each(connection, _DROP_FACETS, bare)
    _each(connection, _SET_FACETS, facets)


def _drop_nodes(connection: sqlite3.Connection, dropped: list[tuple[int, Node]]) -> None:
    numbers = [(number,) for number, _ in dropped]
    _each(connection, _DROP_NODE, numbers)
    _each(connection, _DROP_SEARCH, numbers)
    _each(connection, _DROP_TAG, [(tag, number) for number, node in dropped for tag in node.tags])
    _each(connection, _DROP_OWNER, [(owner, number) for number, node in dropped for owner in node.owners])
    _each(
        connection,
        _DROP_FINGERPRINT,
        [(*each, number) for number, node in dropped for each in indexed(node).fingerprints],
    )


def _add_nodes(connection: sqlite3.Connection, added: list[tuple[int, Node, bytes]]) -> None:
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
    _each(connection, _ADD_NODE, rows)
    _each(connection, _ADD_SEARCH, [(number, search_text(node)) for number, node, _ in added])
    _each(connection, _ADD_TAG, sorted(tags))
    _each(connection, _ADD_OWNER, sorted(owners))
    _each(connection, _ADD_FINGERPRINT, fingerprints)


def _check_ends(connection: sqlite3.Connection, changes: Changes, ends: set[str], ids: dict[str, int]) -> None:
    elsewhere = {ids[end]: end for end in ends if end not in changes.nodes}
    present = connection.execute(_PRESENT, (_json(list(elsewhere)),))
    missing = set(elsewhere.values()).difference([elsewhere[number] for (number,) in present])
    missing.update(uid for uid, node in changes.nodes.items() if node is None and uid in ends)
    for edge in changes.edges if missing else ():
        if edge.source in missing or edge.target in missing:
            raise dangling(edge)


def _write_edges(connection: sqlite3.Connection, edges: Iterable[Edge], ids: dict[str, int]) -> None:
    _each(
        connection,
        _SET_EDGE,
        [
            (ids[edge.source], TYPE_CODES[edge.type], ids[edge.target], edge.qualifier, age(edge.at), pack_edge(edge))
            for edge in edges
        ],
    )


def _each(connection: sqlite3.Connection, statement: str, rows: Collection[Any]) -> None:
    """A statement for each row; most of a put's many kinds of rows are absent."""
    if rows:
        connection.executemany(statement, rows)


def _json(values: list[Any]) -> str:
    return msgspec.json.encode(values).decode()
