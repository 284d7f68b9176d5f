"""The port over one Neo4j database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar

import neo4j

from whence.errors import StoreUnavailable
from whence.merge.state import Changes
from whence.model.answers import Closure, Hop, LogFilter, NodeFilter, Page
from whence.model.graph import Node
from whence.model.kinds import Direction, EdgeType
from whence.store.neo4j import finding, hops, log, paths, reading, walks
from whence.store.neo4j.connecting import Address, Connecting, Login
from whence.store.neo4j.errors import translated
from whence.store.neo4j.putting import Writer
from whence.store.neo4j.schema import migrate
from whence.store.neo4j.snapshot import LastSeen, Reading, ask
from whence.store.neo4j.trying import MIGRATING_SECONDS, until_it_passes
from whence.store.port import Buckets, Incoming, LogPage, NotMigrated, Receipt, Refused, Store

T = TypeVar("T")

READERS: Final = 4


class Neo4jStore(Store):
    """Any number of processes may write to one database: they take turns. What `put` has answered is committed; what it then reads is exact (`snapshot`)."""

    loops = "many"

    def __init__(self, address: Address, url: str, login: Login | None, *, read_only: bool = False) -> None:
        """Connects to nothing yet. `url` as it may be shown."""
        self.url = url
        self._read_only = read_only
        with translated(url):
            self._connecting = Connecting(address, login)
        self._writer = Writer()
        self._last_seen = LastSeen()
        self._write_thread = ThreadPoolExecutor(1, "whence-write")
        self._read_threads = ThreadPoolExecutor(READERS, "whence-read")
        self._closed = False

    async def migrate(self) -> None:
        await self._run(self._write_thread, self._migrate)

    async def put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        return await self._run(self._write_thread, partial(self._put, batch))

    async def apply(self, changes: Changes) -> None:
        """Write a difference without an event: for tests of graphs that no log gives."""
        await self._run(self._write_thread, partial(self._apply, changes))

    async def get(self, uids: Sequence[str], *, facets: bool = True) -> dict[str, Node]:
        return await self._read(partial(reading.nodes_by_uid, uids=uids, facets=facets))

    async def find(self, wanted: NodeFilter, *, first: int = 50, after: str | None = None) -> Page[Node]:
        return await self._read(partial(finding.find_page, wanted=wanted, first=first, after=after))

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
        return await self._read(question)

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
            walks.walk, roots=roots, direction=direction, types=types, as_of=as_of, depth=depth, max_nodes=max_nodes
        )
        return await self._read(question)

    async def distance(self, sources: Sequence[str], targets: Sequence[str], *, as_of: int | None = None) -> int | None:
        return await self._read(partial(paths.distance, sources=sources, targets=targets, as_of=as_of))

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
            return await self._read(partial(log.stats_page, buckets=buckets))
        if rejected or rejected_ids:
            question = partial(log.rejected_page, wanted=wanted, ids=rejected_ids, first=first, after=after)
        else:
            question = partial(log.accepted_page, wanted=wanted, first=first, after=after)
        return await self._read(question)

    async def close(self) -> None:
        """Wait for what was begun. Idempotent."""
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._close)

    async def _read(self, question: Callable[[Reading], T]) -> T:
        """Answer from one position of the log."""
        return await self._run(self._read_threads, partial(self._ask, question))

    async def _run(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        if self._closed:
            raise StoreUnavailable(f"the store {self.url} is closed", hint="Open it again.")
        return await asyncio.get_running_loop().run_in_executor(threads, partial(self._guarded, work))

    def _guarded(self, work: Callable[[], T]) -> T:
        with translated(self.url):
            return work()

    def _ask(self, question: Callable[[Reading], T]) -> T:
        return until_it_passes(partial(self._in_session, partial(ask, question=question, last_seen=self._last_seen)))

    def _migrate(self) -> None:
        self._check_writable()
        until_it_passes(partial(self._in_session, migrate), MIGRATING_SECONDS)

    def _put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        self._check_writable()
        self._writer.begin()
        return until_it_passes(partial(self._in_session, partial(self._try_put, batch=batch)))

    def _try_put(self, session: neo4j.Session, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        try:
            return self._writer.put(session, batch)
        except NotMigrated:
            until_it_passes(partial(migrate, session), MIGRATING_SECONDS)
        return self._writer.put(session, batch)

    def _apply(self, changes: Changes) -> None:
        self._check_writable()
        until_it_passes(partial(self._in_session, partial(self._writer.apply, changes=changes)))

    def _in_session(self, work: Callable[[neo4j.Session], T]) -> T:
        with self._connecting.session() as session:
            return work(session)

    def _check_writable(self) -> None:
        if self._read_only:
            raise StoreUnavailable(f"the store {self.url} was opened for reading only")

    def _close(self) -> None:
        self._read_threads.shutdown()
        self._write_thread.shutdown()
        with translated(self.url):
            self._connecting.close()
