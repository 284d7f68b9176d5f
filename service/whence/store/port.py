"""The port: what every store can do. Seven abstract methods, one default walk.

Every method may raise StoreUnavailable (can't be reached, locked, full, read-only) or StoreUnusable (not a whence store, or a newer one's).
No driver error crosses an adapter. Timelines and records of the merge are an adapter's private business behind `put`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Literal, Self

import msgspec

from whence.errors import StoreUnavailable, StoreUnusable
from whence.model.answers import (
    Closure,
    Hop,
    LogEntry,
    LogFilter,
    NodeFilter,
    Page,
    Position,
    RejectedEntry,
    Stat,
)
from whence.model.facts import Facts
from whence.model.graph import Node
from whence.model.kinds import Bucket, Direction, EdgeType
from whence.store.walk import closure_over_expand

PROJECTION = 5
"""Number of the projection: raised with every change of facts or merge that changes the graph of some log."""


class Incoming(msgspec.Struct, frozen=True):
    """An event on its way in: the bytes received, its facts, when (ns UTC) and by whose key it came.

    `replay_of` is the id of a refused event that this is another try of: once this has a position, that one counts as refused no more.
    """

    body: bytes
    facts: Facts
    received_at: int
    sender: str | None = None
    replay_of: str | None = None


class Refused(msgspec.Struct, frozen=True):
    """An event that could not be used: kept with its bytes and the reason, so that it can be looked at and replayed.

    `replay_of` is the id of a refused event that this was another try of: it gets this reason and time, and nothing is added.
    """

    body: bytes
    code: str
    reason: str
    retriable: bool
    received_at: int
    sender: str | None = None
    replay_of: str | None = None


class Receipt(msgspec.Struct, frozen=True):
    """What became of an Incoming: its position in the log; `duplicate` when it was there already. For a Refused, `seq` is 0 and `rejected_id` set."""

    seq: int
    duplicate: bool = False
    rejected_id: str | None = None


class LogState(msgspec.Struct, frozen=True):
    """The log as a whole: position, how many were refused and not accepted since, and the number of the projection that the graph was built with."""

    position: Position
    rejected: int
    projection: int


class LogPage(msgspec.Struct, frozen=True):
    """A page of the log; `entries` or `rejected` or `stats`, by what was asked for.

    `became`: of those in `rejected` that were accepted since, the position that they have, by id.
    """

    state: LogState
    entries: tuple[LogEntry, ...] = ()
    rejected: tuple[RejectedEntry, ...] = ()
    became: dict[str, int] = {}
    stats: tuple[Stat, ...] = ()
    has_next: bool = False
    total: int = 0
    total_exact: bool = True


class Buckets(msgspec.Struct, frozen=True):
    """Ask for counts by bucket over [since, until), ns UTC; the first bucket begins at the boundary at or before `since`.

    Without `nodes` only events are counted, which takes much less: a history of millions is drawn from an index.
    """

    width: Bucket
    since: int
    until: int
    nodes: bool = True


class NotMigrated(StoreUnusable):
    """The store is empty or has the layout of an earlier release; `migrate` brings it to this one's."""


def check_projection(found: int) -> None:
    """Raises StoreUnavailable when a graph was built by other rules than ours: what we would add to it would fit neither."""
    if found != PROJECTION:
        raise StoreUnavailable(
            f"the graph of this store was built by projection {found}, and this release has {PROJECTION}: nothing is added to it",
            hint="Build it anew: whence rebuild, for Neo4j whence migrate --to an empty store. Then send the same events again.",
        )


class Store(ABC):
    """Events and graph in one place. Open one with `open_store(url)`; use it as an async context manager."""

    url: str
    """As given, without credentials."""

    loops: ClassVar[Literal["one", "many"]] = "one"
    """Whether it may be asked from event loops in several threads at once."""

    puts_at_once: int = 1
    """How many calls of `put` are worth making before the first has returned. They are done one after another, in the order of the calls."""

    @abstractmethod
    async def migrate(self) -> None:
        """Create or update the schema. Idempotent. StoreUnusable when another release's is newer."""

    @abstractmethod
    async def put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        """Log the events, merge their facts, apply the difference to the graph: all in one transaction, durable when this returns.

        A repeat of a key, within the batch or of an earlier event, is answered with the first seq and changes nothing but this: a refused event that
        the Incoming is a `replay_of` is marked with the seq that it became, repeat or not, and keeps the first such mark. Receipts are in the order of the batch.
        """

    @abstractmethod
    async def get(self, uids: Sequence[str], *, facets: bool = True) -> dict[str, Node]:
        """The nodes there are, with or without facets, by the uid asked for. A uid that later events replaced (rule 9) is answered by its successor's node."""

    @abstractmethod
    async def find(self, wanted: NodeFilter, *, first: int = 50, after: str | None = None) -> Page[Node]:
        """Nodes by filter, keyset-paged, newest first, without facets. BadRequest for a cursor that is none."""

    @abstractmethod
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
        """One hop from each uid over edges of these types: outgoing for UPSTREAM, incoming for DOWNSTREAM.

        With `as_of` (ns UTC) only edges with `at` <= as_of (SAME_AS always) and far ends that exist then. `first` None: all. `after` needs one uid. BadRequest for a cursor that is none.
        """

    @abstractmethod
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
        """A page of the log, of the refused events, or counts by bucket of time; always with the state of the log. A cursor is the decimal seq (or rejected id) last seen.

        With `rejected` those refused events that were not accepted since; with `rejected_ids` exactly these, accepted since or not. Ids are dense, from 1.
        """

    @abstractmethod
    async def close(self) -> None:
        """Let go of everything; nothing acknowledged is lost. Idempotent."""

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
        """All nodes that a walk from `roots` reaches, breadth first, cut at whole depths (semantics page, Answers). Adapters override it for speed only."""
        return await closure_over_expand(self, roots, direction, types, as_of=as_of, depth=depth, max_nodes=max_nodes)

    async def distance(self, sources: Sequence[str], targets: Sequence[str], *, as_of: int | None = None) -> int | None:
        """Hops of a shortest chain over the edges of an upstream walk, from any of `sources` to any of `targets`, so that who asks for the
        path walks no farther. None: there is none, or finding it is no cheaper than a walk. Adapters override it for speed only.
        """
        return None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()
