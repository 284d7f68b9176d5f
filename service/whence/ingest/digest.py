"""The digest of a graph: the same for the same graph in every store, whatever the order in which its events came.

SHA-256 over one line an element, first all nodes, then all edges, either sorted by their bytes, each ended by LF. A line is the canonical JSON (RFC 8785) of the
element in the words of GraphQL; docs/operations.md shows one of each. What depends on arrival (`eventSeqs`) is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from whence.canonical import canonical
from whence.ingest.sorting import SortedLines
from whence.model import plain
from whence.model.answers import NodeFilter
from whence.model.kinds import Direction, EdgeType

if TYPE_CHECKING:
    from whence.model.graph import Edge, Node
    from whence.store.port import Store

PAGE: Final = 500


class GraphLines:
    """All lines of a graph, kept beside memory where they are many."""

    def __init__(self, nodes: SortedLines, edges: SortedLines) -> None:
        self.nodes = nodes
        self.edges = edges

    def __iter__(self) -> Iterator[bytes]:
        yield from self.nodes
        yield from self.edges

    def digest(self) -> str:
        """Hex SHA-256 over the lines."""
        whole = hashlib.sha256()
        for line in self:
            whole.update(line + b"\n")
        return whole.hexdigest()


@asynccontextmanager
async def graph_lines(store: Store) -> AsyncIterator[GraphLines]:
    """Read the whole graph of a store, page by page. Raises what `Store.find`, `get` and `expand` raise, and OSError for temporary files."""
    with SortedLines() as nodes, SortedLines() as edges:
        after: str | None = None
        while True:
            page = await store.find(NodeFilter(), first=PAGE, after=after)
            uids = [node.uid for node in page.items]
            nodes.add(map(node_line, (await store.get(uids)).values()))
            hop = await store.expand(uids, Direction.UPSTREAM, tuple(EdgeType))
            edges.add(edge_line(edge) for found in hop.edges.values() for edge in found)
            if not page.has_next:
                break
            after = page.cursors[-1]
        yield GraphLines(nodes, edges)


async def graph_digest(store: Store) -> str:
    """The digest of the graph that a store holds: 64 hex digits."""
    async with graph_lines(store) as lines:
        return lines.digest()


def node_line(node: Node) -> bytes:
    """A node with its facets, as it is hashed."""
    facets = {name: msgspec.json.decode(text) for name, text in (node.facets or {}).items()}
    return canonical({**plain.node(node), "facets": facets})


def edge_line(edge: Edge) -> bytes:
    """An edge as it is hashed."""
    told = plain.edge(edge)
    del told["eventSeqs"]
    return canonical(told)
