"""The digest of a graph: the same for the same graph in every store, whatever the order in which its events came.

One line an element, `{id} NUL {sha256 of its content} LF`, sorted by id as UTF-8, hashed with SHA-256. What depends on arrival (`event_seqs`) is left out.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import msgspec

from whence.model.answers import NodeFilter
from whence.model.kinds import Direction, EdgeType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from whence.model.graph import Edge, Node
    from whence.store.port import Store

PAGE: Final = 500
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


def graph_digest(prints: Mapping[str, str]) -> str:
    """Hex SHA-256 over the fingerprints of a graph's elements."""
    whole = hashlib.sha256()
    for key, value in sorted(prints.items()):
        whole.update(f"{key}\0{value}\n".encode())
    return whole.hexdigest()


async def fingerprints(store: Store) -> dict[str, str]:
    """{uid of a node or id of an edge: hex SHA-256 of its content}, of the whole graph, page by page."""
    prints: dict[str, str] = {}
    after: str | None = None
    while True:
        page = await store.find(NodeFilter(), first=PAGE, after=after)
        uids = [node.uid for node in page.items]
        prints.update(await _nodes(store, uids))
        prints.update(await _edges(store, uids))
        if not page.has_next:
            return prints
        after = page.cursors[-1]


async def _nodes(store: Store, uids: Sequence[str]) -> dict[str, str]:
    return {uid: _hash(_node(node)) for uid, node in (await store.get(uids)).items()}


async def _edges(store: Store, uids: Sequence[str]) -> dict[str, str]:
    hop = await store.expand(uids, Direction.UPSTREAM, tuple(EdgeType))
    return {edge.id: _hash(_edge(edge)) for edges in hop.edges.values() for edge in edges}


def _node(node: Node) -> dict[str, Any]:
    return {name: getattr(node, name) for name in node.__struct_fields__}


def _edge(edge: Edge) -> dict[str, Any]:
    return {name: getattr(edge, name) for name in edge.__struct_fields__ if name != "event_seqs"}


def _hash(value: object) -> str:
    return hashlib.sha256(_ENCODER.encode(value)).hexdigest()
