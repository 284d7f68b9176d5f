"""The store in one SQLite file: one process writes, any number of them read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from whence.merge.state import Changes
from whence.model.answers import Closure, Hop, LogFilter, NodeFilter, Page
from whence.model.graph import Node
from whence.model.kinds import Direction, EdgeType
from whence.store.port import Buckets, Incoming, LogPage, Receipt, Refused, Store
from whence.store.sqlite import finding, hops, log, schema
from whence.store.sqlite.connections import Connections
from whence.store.sqlite.writing import Writer


class SqliteStore(Store):
    """WAL and synchronous=FULL: what `put` has answered outlives a crash. A second writing process gets StoreUnavailable;
    readers, in this process or others, see each batch whole as soon as it is acknowledged.
    """

    loops = "many"

    def __init__(self, path: Path, url: str, *, read_only: bool = False) -> None:
        """Touches nothing yet: the file is opened when it is first asked, made when it is first written to."""
        self.url = url
        self._connections = Connections(path, url, read_only=read_only)
        self._writer = Writer()

    async def migrate(self) -> None:
        await self._connections.write(schema.check)

    async def put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        return await self._connections.write(partial(self._writer.put, batch=batch))

    async def apply(self, changes: Changes) -> None:
        """Write a difference without an event: for tests of graphs that no log gives."""
        await self._connections.write(partial(self._writer.apply, changes=changes))

    async def get(self, uids: Sequence[str], *, facets: bool = True) -> dict[str, Node]:
        return await self._connections.read(partial(finding.nodes_by_uid, uids=uids, facets=facets))

    async def find(self, wanted: NodeFilter, *, first: int = 50, after: str | None = None) -> Page[Node]:
        return await self._connections.read(partial(finding.find_page, wanted=wanted, first=first, after=after))

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
        question = partial(hops.hop, uids=uids, direction=direction, types=types, as_of=as_of, first=first, after=after)
        return await self._connections.read(question)

    async def closure(
        self,
        roots: Sequence[str],
        direction: Direction,
        types: Sequence[EdgeType],
        *,
        as_of: int | None = None,
        depth: int | None = None,
        max_nodes: int = 1000,
    ) -> Closure:
        question = partial(
            hops.walk, roots=roots, direction=direction, types=types, as_of=as_of, depth=depth, max_nodes=max_nodes
        )
        return await self._connections.read(question)

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
            return await self._connections.read(partial(log.stats_page, buckets=buckets))
        if rejected or rejected_ids:
            question = partial(log.rejected_page, wanted=wanted, ids=rejected_ids, first=first, after=after)
        else:
            question = partial(log.accepted_page, wanted=wanted, first=first, after=after)
        return await self._connections.read(question)

    async def close(self) -> None:
        await self._connections.close()
