"""The port over one SQLite file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from whence.merge.state import Changes
from whence.model.answers import Closure, Hop, LogFilter, NodeFilter, Page
from whence.model.graph import Node
from whence.model.kinds import Direction, EdgeType
from whence.store.port import Buckets, Incoming, LogPage, Receipt, Refused, Store
from whence.store.sqlite import finding, hops, log
from whence.store.sqlite.process_writes import ProcessWrites
from whence.store.sqlite.threads import Threads
from whence.store.sqlite.writes import DirectWrites, Writes


class SqliteStore(Store):
    """WAL and synchronous=FULL: what `put` has answered outlives a crash. A second writing process gets StoreUnavailable;
    readers, in this process or others, see each batch whole as soon as it is acknowledged.
    """

    loops = "many"

    def __init__(self, path: Path, url: str, *, read_only: bool = False, writer_process: bool = False) -> None:
        """Touches no file yet: it is opened when it is first asked, made when it is first written to.

        With `writer_process` a process that writes is started now, to be ready by then: for services, which else would merge and answer in turn.
        """
        self.url = url
        writes: Writes
        if writer_process and not read_only and sys.platform != "win32":  # no sockets can be handed on there
            writes = ProcessWrites(path, url)
        else:
            writes = DirectWrites(path, url, read_only=read_only)
        self.puts_at_once = writes.at_once
        self._threads = Threads(path, url, writes, prompt=isinstance(writes, ProcessWrites))

    async def migrate(self) -> None:
        await self._threads.write(lambda writes: writes.migrate())

    async def put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        return await self._threads.write(lambda writes: writes.put(batch))

    async def apply(self, changes: Changes) -> None:
        """Write a difference without an event: for tests of graphs that no log gives."""
        await self._threads.write(lambda writes: writes.apply(changes))

    async def get(self, uids: Sequence[str], *, facets: bool = True) -> dict[str, Node]:
        return await self._threads.read(partial(finding.nodes_by_uid, uids=uids, facets=facets))

    async def find(self, wanted: NodeFilter, *, first: int = 50, after: str | None = None) -> Page[Node]:
        return await self._threads.read(partial(finding.find_page, wanted=wanted, first=first, after=after))

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
        return await self._threads.read(question)

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
        return await self._threads.read(question)

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
            return await self._threads.read(partial(log.stats_page, buckets=buckets))
        if rejected or rejected_ids:
            question = partial(log.rejected_page, wanted=wanted, ids=rejected_ids, first=first, after=after)
        else:
            question = partial(log.accepted_page, wanted=wanted, first=first, after=after)
        return await self._threads.read(question)

    async def close(self) -> None:
        await self._threads.close()
