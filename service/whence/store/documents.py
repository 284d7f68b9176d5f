"""What adapters keep of nodes and edges in packed form (MessagePack), and what they find nodes by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from whence.merge.records import text_name
from whence.merge.state import Changes
from whence.model.graph import Edge, Node, RunDetail
from whence.model.kinds import EdgeType, Evidence, InputRole
from whence.store.matching import Fingerprint, fingerprints, namespace_of, whole_of
from whence.store.order import age

_ENCODER: Final = msgspec.msgpack.Encoder()
_NODE: Final = msgspec.msgpack.Decoder(Node)
_FACETS: Final = msgspec.msgpack.Decoder(dict[str, str])


class Indexed(NamedTuple):
    """What a node is found by: while this stays the same, only its document has to be written."""

    age: int
    kind: str
    namespace: str | None
    state: str | None
    whole: str | None
    name: str
    tags: tuple[str, ...]
    owners: tuple[str, ...]
    fingerprints: tuple[Fingerprint, ...]


def indexed(node: Node) -> Indexed:
    return Indexed(
        age=age(node.at),
        kind=node.kind.value,
        namespace=namespace_of(node),
        state=node.detail.state.value if isinstance(node.detail, RunDetail) else None,
        whole=whole_of(node),
        name=node.name,
        tags=node.tags,
        owners=node.owners,
        fingerprints=fingerprints(node),
    )


def pack_node(node: Node) -> bytes:
    return _ENCODER.encode(node if node.facets is None else msgspec.structs.replace(node, facets=None))


@lru_cache(maxsize=16_384)
def unpack_node(doc: bytes) -> Node:
    """Remembered by the bytes themselves, so never out of date: walks meet the same nodes again, and decoding is their largest cost."""
    return _NODE.decode(doc)


def facets_of(node: Node, changes: Changes) -> dict[str, str]:
    """Facet name -> name of its text; a node that carries its own facets adds their texts to the changes."""
    if node.facets is None:
        return changes.facets.get(node.uid, {})
    named = {name: text_name(bytes(raw)).hex() for name, raw in node.facets.items()}
    changes.texts.update((named[name], bytes(raw)) for name, raw in node.facets.items())
    return named


def pack_facets(names: Mapping[str, str]) -> bytes:
    """Facet name -> name of its text."""
    return _ENCODER.encode(names)


def unpack_facets(doc: bytes | None) -> dict[str, str]:
    return _FACETS.decode(doc) if doc else {}


def with_facets(node: Node, names: Mapping[str, str], texts: Mapping[str, bytes]) -> Node:
    return msgspec.structs.replace(node, facets={name: msgspec.Raw(texts[text]) for name, text in names.items()})


class EdgeDocument(msgspec.Struct, frozen=True, gc=False, array_like=True, omit_defaults=True):
    """What an edge carries besides its ends, its age and its qualifier."""

    type: EdgeType
    evidence: Evidence
    event_seqs: tuple[int, ...]
    role: InputRole | None = None
    subset: str | None = None
    relation: str | None = None
    run: str | None = None


_EDGE: Final = msgspec.msgpack.Decoder(EdgeDocument)
_EDGES: Final = msgspec.msgpack.Decoder(list[EdgeDocument])


def pack_edge(edge: Edge) -> bytes:
    return _ENCODER.encode(
        EdgeDocument(edge.type, edge.evidence, edge.event_seqs, edge.role, edge.subset, edge.relation, edge.run)
    )


unpack_edge: Final = _EDGE.decode
"""(doc) -> EdgeDocument."""


def unpack_edges(docs: bytes, number: int) -> list[EdgeDocument]:
    """So many documents that lie one behind the other, in one call."""
    return _EDGES.decode(b"\xdd" + number.to_bytes(4, "big") + docs)
