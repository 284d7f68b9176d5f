"""The stores under test, and their whole graph through the port."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis.vendor.pretty import RepresentationPrinter as PrettyPrinter

from whence.model.answers import NodeFilter
from whence.model.graph import Edge, Node
from whence.model.kinds import Direction, EdgeType
from whence.store import Store, open_store
from whence.store.port import Incoming, Receipt, Refused
from whence.store.sqlite.steps import Step, run
from whence.store.sqlite.store import SqliteStore
from whence.store.sqlite.writes import DirectWrites

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


class _Ahead(DirectWrites):
    """Each event is merged before the one before it is written, or just after: as the process that writes for a service merges a put while another is written."""

    def put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        receipts: list[Receipt] = []
        waiting: Sequence[Step] = ()
        for number, item in enumerate(batch):
            if number % 3 == 0:
                run(self.connection(), waiting)
                waiting = ()
            planned = self.plan([item])
            run(self.connection(), waiting)
            waiting = planned.steps
            receipts += planned.receipts
        run(self.connection(), waiting)
        return receipts


async def _sqlite_ahead(folder: Path) -> Store:
    path = folder / "whence.db"
    store = SqliteStore(path, f"sqlite:///{path}")
    store._threads._writes = _Ahead(path, store.url)
    return store


STORES = (
    Kind("memory", _memory, keeps=False),
    Kind("sqlite", _sqlite, keeps=True),
    Kind("sqlite-ahead", _sqlite_ahead, keeps=True),
)


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
