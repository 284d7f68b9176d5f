"""The one DataLoader: what the fields of many nodes ask for becomes one question to the store for all of them.

A key is (question, uid). Fields of the same level that ask the same question of different nodes are answered by one call.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import msgspec
from strawberry.dataloader import DataLoader

from whence import queries
from whence.api.caller import THIS_MACHINE
from whence.errors import NotFound
from whence.ingest.past import Past
from whence.model.answers import LogFilter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from whence.api.caller import Caller
    from whence.ingest import Ingest
    from whence.model.answers import LogEntry, ModelsInShort, Page
    from whence.model.graph import Edge, Node
    from whence.model.kinds import Direction, EdgeType, ModelRole
    from whence.store.port import Store


class Ask(Protocol):
    """A question about many nodes: equal questions are asked together."""

    async def answer(self, store: Store, keys: Sequence[Any]) -> Mapping[Any, Any]:
        """The answers by key; a key without one is absent."""


class NodesAsk(msgspec.Struct, frozen=True):
    """The nodes under these uids."""

    facets: bool

    async def answer(self, store: Store, keys: Sequence[str]) -> Mapping[str, Node]:
        return await store.get(keys, facets=self.facets)


class EdgesFound(NamedTuple):
    """Edges of one node and how many there are in all (exact to 10,000)."""

    edges: tuple[Edge, ...]
    total: int


class EdgesAsk(msgspec.Struct, frozen=True):
    """The newest edges of these types from each uid; all of them when `first` is None."""

    direction: Direction
    types: tuple[EdgeType, ...]
    as_of: int | None
    first: int | None

    async def answer(self, store: Store, keys: Sequence[str]) -> Mapping[str, EdgesFound]:
        hop = await store.expand(keys, self.direction, self.types, as_of=self.as_of, first=self.first)
        return {uid: EdgesFound(edges, hop.totals.get(uid, len(edges))) for uid, edges in hop.edges.items()}


class NeighboursAsk(msgspec.Struct, frozen=True):
    """A page of the edges of each uid. A cursor fits one uid only."""

    upstream: bool
    types: tuple[EdgeType, ...] | None
    first: int
    after: str | None
    as_of: int | None

    async def answer(self, store: Store, keys: Sequence[str]) -> Mapping[str, Page[Edge]]:
        together = [keys] if self.after is None else [[uid] for uid in keys]
        pages: dict[str, Page[Edge]] = {}
        for uids in together:
            pages |= await queries.neighbours(
                store, uids, self.types, self.upstream, first=self.first, after=self.after, as_of=self.as_of
            )
        return pages


class RolesAsk(msgspec.Struct, frozen=True):
    """The role of these model versions."""

    as_of: int | None

    async def answer(self, store: Store, keys: Sequence[str]) -> Mapping[str, ModelRole | None]:
        return await queries.model_role(store, keys, self.as_of)


class ModelsAsk(msgspec.Struct, frozen=True):
    """The models that used these versions."""

    as_of: int | None

    async def answer(self, store: Store, keys: Sequence[str]) -> Mapping[str, ModelsInShort]:
        return await queries.models_of_each(store, keys, self.as_of)


class EventsAsk(msgspec.Struct, frozen=True):
    """The events at these positions of the log."""

    async def answer(self, store: Store, keys: Sequence[int]) -> Mapping[int, LogEntry]:
        page = await store.events(LogFilter(seqs=tuple(keys)), first=len(keys))
        return {entry.seq: entry for entry in page.entries}


WITH_FACETS: Final = NodesAsk(facets=True)
WITHOUT_FACETS: Final = NodesAsk(facets=False)
EVENTS: Final = EventsAsk()


class Loader:
    """Loads for one request, and remembers for as long."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._keys: DataLoader[tuple[Ask, Any], Any] = DataLoader(load_fn=self._load)

    async def _load(self, keys: list[tuple[Ask, Any]]) -> list[Any]:
        by_question: defaultdict[Ask, list[Any]] = defaultdict(list)
        for question, key in keys:
            by_question[question].append(key)
        answers = {question: await question.answer(self.store, asked) for question, asked in by_question.items()}
        return [answers[question].get(key) for question, key in keys]

    def know(self, nodes: Iterable[Node]) -> None:
        """Remember nodes that an answer brought along."""
        self._keys.prime_many({(WITHOUT_FACETS, node.uid): node for node in nodes})

    async def node(self, uid: str) -> Node | None:
        """The node without its facets."""
        found: Node | None = await self._keys.load((WITHOUT_FACETS, uid))
        return found

    async def whole(self, uid: str) -> Node | None:
        """The node with its facets."""
        found: Node | None = await self._keys.load((WITH_FACETS, uid))
        return found

    async def nodes(self, uids: Iterable[str]) -> list[Node]:
        """Those of these nodes that there are, in the order asked for."""
        found = await self._keys.load_many([(WITHOUT_FACETS, uid) for uid in uids])
        return [node for node in found if node is not None]

    async def edges(
        self, uid: str, direction: Direction, *types: EdgeType, as_of: int | None = None, first: int | None = None
    ) -> EdgesFound:
        """Edges of one node: outgoing for UPSTREAM, incoming for DOWNSTREAM."""
        found: EdgesFound | None = await self._keys.load((EdgesAsk(direction, types, as_of, first), uid))
        return found or EdgesFound((), 0)

    async def neighbours(self, uid: str, ask: NeighboursAsk) -> Page[Edge]:
        """A page of the edges of one node. Raises NotFound when the graph changed meanwhile."""
        found: Page[Edge] | None = await self._keys.load((ask, uid))
        if found is None:
            raise gone(uid)
        return found

    async def role(self, uid: str, as_of: int | None = None) -> ModelRole | None:
        """The role of a model version."""
        found: ModelRole | None = await self._keys.load((RolesAsk(as_of), uid))
        return found

    async def models(self, uid: str, as_of: int | None = None) -> ModelsInShort:
        """The models that used a version."""
        found: ModelsInShort = await self._keys.load((ModelsAsk(as_of), uid))
        return found

    async def events(self, seqs: Iterable[int]) -> list[LogEntry]:
        """The events at these positions."""
        found = await self._keys.load_many([(EVENTS, seq) for seq in seqs])
        return [entry for entry in found if entry is not None]


def gone(uid: str) -> NotFound:
    """The error for a node that another named and that is not there any more."""
    return NotFound(f"{uid} is not in the graph any more.", hint="Events that came meanwhile replaced it: ask again.")


class View(NamedTuple):
    """What an answer and the fields below it are read from: a position of the log, and an instant (ns UTC) when one is asked for."""

    loader: Loader
    as_of: int | None = None

    @property
    def store(self) -> Store:
        return self.loader.store

    async def edges(self, uid: str, direction: Direction, *types: EdgeType, first: int | None = None) -> EdgesFound:
        """Edges of one node at that instant: outgoing for UPSTREAM, incoming for DOWNSTREAM."""
        return await self.loader.edges(uid, direction, *types, as_of=self.as_of, first=first)


class Context:
    """What resolvers have at hand: the store, the ingest lane where events may be sent, who asks, one loader for each position of the log.

    One for each request. Without `ingest` nothing can be written. `past` may be shared by requests, so that they share what it remembers.
    """

    def __init__(
        self, store: Store, ingest: Ingest | None = None, *, caller: Caller = THIS_MACHINE, past: Past | None = None
    ) -> None:
        self.store = store
        self.ingest = ingest
        self.caller = caller
        self.loader = Loader(store)
        self._past = past or Past(store)
        self._loaders = {store: self.loader}

    async def view(self, as_of: int | None = None, as_known: str | None = None) -> View:
        """The graph now, or as the log knew it (`as_known`: a seq or a time of receipt). Raises BadRequest and TooCostly (whence.ingest.past)."""
        if as_known is None:
            return View(self.loader, as_of)
        known = await self._past.store(as_known)
        return View(self._loaders.setdefault(known, Loader(known)), as_of)
