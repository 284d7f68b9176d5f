"""The stores under test, and their whole graph through the port."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis.vendor.pretty import RepresentationPrinter as PrettyPrinter

from whence.model.answers import NodeFilter
from whence.model.graph import Edge, Node
from whence.model.kinds import Direction, EdgeType
from whence.store import Store, open_store

PAGE = 1000


@dataclass(frozen=True)
class Kind:
    """A kind of store. `open` makes or opens the one in a folder; `keeps` whether it is the same after it was closed."""

    name: str
    open: Callable[[Path], Awaitable[Store]]
    keeps: bool

    def __repr__(self) -> str:
        return self.name

    def _repr_pretty_(self, printer: PrettyPrinter, cycle: bool) -> None:
        printer.text(self.name)


async def _memory(folder: Path) -> Store:
    return open_store("memory:")


async def _sqlite(folder: Path) -> Store:
    return open_store(f"sqlite:///{folder / 'whence.db'}")


STORES = (Kind("memory", _memory, keeps=False), Kind("sqlite", _sqlite, keeps=True))


async def whole_graph(store: Store) -> tuple[dict[str, Node], dict[tuple[str, str, str, str], Edge]]:
    """All nodes by uid, with facets, and all edges by key."""
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str, str, str], Edge] = {}
    after: str | None = None
    while True:
        page = await store.find(NodeFilter(), first=PAGE, after=after)
        uids = [node.uid for node in page.items]
        nodes |= await store.get(uids)
        hop = await store.expand(uids, Direction.UPSTREAM, tuple(EdgeType))
        edges |= {edge.key: edge for each in hop.edges.values() for edge in each}
        if not page.has_next:
            return nodes, edges
        after = page.cursors[-1]
