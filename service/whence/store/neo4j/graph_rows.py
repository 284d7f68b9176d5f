"""Changes of a merge as rows of parameters: what is new, what differs, what goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from whence.merge.records import Record, encode
from whence.merge.state import Changes, Entry
from whence.model.graph import Edge, Node, VersionDetail
from whence.store.documents import Indexed, facets_of, indexed, pack_edge, pack_facets, pack_node, unpack_node
from whence.store.matching import Fingerprint, search_text
from whence.store.neo4j.keys import cut_uid, entry_key, key_of, touch_key
from whence.store.neo4j.labels import labels_of
from whence.store.neo4j.remembering import Written
from whence.store.order import age

Row = list[Any]

SEARCH_BYTES: Final = 30_000
"""Neo4j's text index takes 32,766 bytes."""
VALUE_CHARACTERS: Final = 1000
"""As much of a fingerprint's value as is indexed; a longer one stands whole in `full`."""


class NodeRows:
    """Rows for the nodes of a batch, by what they need."""

    def __init__(self, changes: Changes, before: Mapping[str, Written]) -> None:
        """`before`: those of the changed nodes that there are, by uid."""
        self.gone: list[str] = []
        self.new: list[Row] = []
        self.changed: list[Row] = []
        """Only document, facets and state differ."""
        self.refound: list[Row] = []
        """What they are found by differs."""
        self.tags: list[Row] = []
        self.owners: list[Row] = []
        self.fingerprints: list[Row] = []
        self.written: dict[str, Written | None] = {}
        """Every node as it stands after the write; None: gone."""
        for uid, node in changes.nodes.items():
            self._add(uid, node, before.get(uid), changes)

    def _add(self, uid: str, node: Node | None, old: Written | None, changes: Changes) -> None:
        if node is None:
            if old is not None:
                self.gone.append(key_of(uid))
            self.written[uid] = None
            return
        shown = facets_of(node, changes)
        now = self.written[uid] = Written(pack_node(node), pack_facets(shown) if shown else None)
        if old is None:
            self._add_row(self.new, node, indexed(node), now)
        elif old != now:
            was_found_by, found_by = indexed(unpack_node(old.doc)), indexed(node)
            if found_by._replace(state=None) == was_found_by._replace(state=None) and _same_labels(old, node):
                self.changed.append([key_of(uid), found_by.state, now.doc, now.facets])
            else:
                self._add_row(self.refound, node, found_by, now)

    def _add_row(self, rows: list[Row], node: Node, found_by: Indexed, now: Written) -> None:
        rows.append(_node_row(node, found_by, now))
        id_ = key_of(node.uid)
        self.tags += [[id_, key_of(tag)] for tag in dict.fromkeys(found_by.tags)]
        self.owners += [[id_, key_of(owner)] for owner in dict.fromkeys(found_by.owners)]
        self.fingerprints += [[id_, *_fingerprint_row(each)] for each in dict.fromkeys(found_by.fingerprints)]


def _same_labels(old: Written, node: Node) -> bool:
    return labels_of(unpack_node(old.doc), long_text=False) == labels_of(node, long_text=False)


def _node_row(node: Node, found_by: Indexed, written: Written) -> Row:
    search = search_text(node)
    is_long = len(search.encode()) > SEARCH_BYTES
    return [
        key_of(node.uid),
        labels_of(node, long_text=is_long),
        node.uid,
        found_by.kind,
        node.name,
        node.at,
        found_by.age,
        None if found_by.namespace is None else key_of(found_by.namespace),
        found_by.state,
        None if found_by.whole is None else key_of(found_by.whole),
        key_of(node.name),
        None if is_long else search,
        search if is_long else None,
        list(node.tags) or None,
        list(node.owners) or None,
        node.detail.version if isinstance(node.detail, VersionDetail) else None,
        written.doc,
        written.facets,
    ]


def _fingerprint_row(fingerprint: Fingerprint) -> Row:
    value, algorithm = fingerprint
    full = value if len(value) > VALUE_CHARACTERS else None
    return [key_of(f"{value} {algorithm}"), value[:VALUE_CHARACTERS], full, algorithm]


def edge_row(edge: Edge, source: str | int, target: str | int) -> Row:
    """`source` and `target`: how the statement finds its ends."""
    return [
        source,
        target,
        edge.type.value,
        edge.qualifier,
        edge.at,
        age(edge.at),
        pack_edge(edge),
        edge.evidence.value,
        edge.role.value if edge.role else None,
        edge.relation,
    ]


def edge_name(key: tuple[str, str, str, str]) -> Row:
    """How the edge of this `Edge.key` is looked for."""
    kind, source, target, qualifier = key
    return [key_of(source), key_of(target), kind, qualifier]


def record_rows(
    records: Mapping[str, Record | None], absent: Collection[str]
) -> tuple[list[str], list[Row], list[Row]]:
    """(gone, new, changed or perhaps new). `absent`: keys under which there is none."""
    gone: list[str] = []
    new: list[Row] = []
    others: list[Row] = []
    for key, record in records.items():
        if record is None:
            gone.append(key_of(key))
        else:
            (new if key in absent else others).append([key_of(key), encode(record)])
    return gone, new, others


def entry_row(entry: Entry) -> Row:
    uid = entry.uid
    return [entry_key(entry), entry.extra or None, None if cut_uid(uid) == uid else uid]


def touch_rows(touches: Iterable[tuple[str, int]]) -> list[Row]:
    """One row for each node that the batch speaks of, with all positions."""
    seqs: dict[str, list[int]] = defaultdict(list)
    for uid, seq in touches:
        seqs[uid].append(seq)
    return [[touch_key(uid, min(found)), found] for uid, found in seqs.items()]
