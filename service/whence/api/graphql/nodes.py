"""The interfaces of nodes: Node, Asset, Version; and `shown`, which gives a node of the model its GraphQL type.

`id` is the uid itself, never an encoding of type and id: a uid contains no type that may be learned later.
"""

# mypy: disable-error-code=untyped-decorator
# strawberry types its field decorator as Any.

from types import GenericAlias
from typing import Annotated, Any, ClassVar, Final, TypeVar

import strawberry
from strawberry.scalars import JSON
from strawberry.types.lazy_type import LazyType

from whence import queries
from whence.api.graphql.arguments import After, First
from whence.api.graphql.enums import EdgeType, How, Kind
from whence.api.graphql.loading import Context, NeighboursAsk, View, gone
from whence.api.graphql.paging import connection, page_size
from whence.api.graphql.results import Connection, Digest, Edge, Event, instant_or_none
from whence.api.graphql.scalars import DateTime, Long
from whence.model import answers, graph
from whence.model.kinds import Direction
from whence.queries.instants import as_it_was

Info = strawberry.Info[Context, None]
N = TypeVar("N", bound="Node")

RUNS: Final = GenericAlias(list, (LazyType("Run", "whence.api.graphql.runs"),))
"""Versions name runs and runs name versions: the module of runs is told of by its name, because it imports this one."""

FEW_MODELS: Final = 10

CLASSES: dict[Kind, type["Node"]] = {}
"""The GraphQL type of each kind; each type enters itself."""

EdgeTypes = Annotated[
    list[EdgeType] | None, strawberry.argument(description="Only edges of these types; all types when absent.")
]
Upstream = Annotated[bool, strawberry.argument(description="True: what this depends on. False: what depends on this.")]


@strawberry.interface(description="Anything in the graph.")
class Node:
    kinds: ClassVar[tuple[Kind, ...]] = ()

    node: strawberry.Private[graph.Node]
    view: strawberry.Private[View]
    id: strawberry.ID = strawberry.field(description="Its uid.")
    kind: Kind = strawberry.field(description="What it is.")
    name: str = strawberry.field(description="Its name, for a person.")
    at: DateTime | None = strawberry.field(
        description="Of a version, when it came to be; of a run, its start; of the rest, the first time that it was mentioned; null when nothing says."
    )
    tags: list[str] = strawberry.field(description="Tags, as key or key:value.")
    owners: list[str] = strawberry.field(description="Owners.")

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        CLASSES.update(dict.fromkeys(cls.kinds, cls))

    @strawberry.field(description="All its facets by name, the latest of each, known to whence or not.")
    async def facets(self) -> JSON:
        if self.node.facets is not None:
            return JSON(self.node.facets)
        whole = await self.view.loader.whole(self.node.uid)
        return JSON({} if whole is None or whole.facets is None else whole.facets)

    @strawberry.field(description="Its edges, the newest first. A hub has many: go on with `after`.")
    async def neighbours(
        self, upstream: Upstream, edges: EdgeTypes = None, first: First = 50, after: After = None
    ) -> Connection[Edge]:
        types = None if edges is None else tuple(edges)
        ask = NeighboursAsk(upstream, types, page_size(first), after, self.view.as_of)
        page = await self.view.loader.neighbours(self.node.uid, ask)
        return connection(page, Edge.of, after)

    @strawberry.field(description="The events that speak of it, the newest first.")
    async def events(self, first: First = 50, after: After = None) -> Connection[Event]:
        page = await queries.events(self.view.store, touching=self.node.uid, first=page_size(first), after=after)
        return connection(page, Event.of, after)


@strawberry.interface(description="A logical dataset, model or artifact: what has versions.")
class Asset(Node):
    @strawberry.field(description="Its namespace: where it is kept.")
    def namespace(self) -> str:
        return self._detail.namespace

    @strawberry.field(description="uids of its other names.")
    def same_as(self) -> list[strawberry.ID]:
        return [strawberry.ID(uid) for uid in self._detail.same_as]

    @strawberry.field(description="Its newest version, under any of its names.")
    async def latest(self) -> "Version | None":
        newest = [edge for found in await self._versions() for edge in found.edges]
        if not newest:
            return None
        edge = min(newest, key=lambda each: (-(each.at or 0), each.source))
        return shown_as(Version, await load(self.view, edge.source), self.view)

    @strawberry.field(description="How many versions it has, under all its names; counted to 10,000 a name.")
    async def version_count(self) -> int:
        return sum(found.total for found in await self._versions())

    @strawberry.field(description="When it was dropped; null when it was not, or was written again.")
    def dropped_at(self) -> DateTime | None:
        return instant_or_none(self._detail.dropped_at)

    async def _versions(self) -> list[Any]:
        names = (self.node.uid, *self._detail.same_as)
        return [await self.view.edges(uid, Direction.DOWNSTREAM, EdgeType.VERSION_OF, first=1) for uid in names]

    @property
    def _detail(self) -> graph.AssetDetail:
        assert isinstance(self.node.detail, graph.AssetDetail)
        return self.node.detail


@strawberry.interface(description="One immutable state of an asset.")
class Version(Node):
    @strawberry.field(description="What it is a version of, under the name by which it was mentioned.")
    async def asset(self) -> Asset:
        return shown_as(Asset, await load(self.view, self._detail.asset), self.view)

    @strawberry.field(
        description="Its name; where no producer named it run:{run}, {algorithm}:{digest}, or ~ for a state of which nothing is known."
    )
    def version(self) -> str:
        return self._detail.version

    @strawberry.field(description="A name for people, from its producer.")
    def label(self) -> str | None:
        return self._detail.label

    @strawberry.field(description="Registry aliases that name it.")
    def aliases(self) -> list[str]:
        latest = {alias.name: alias.action for alias in sorted(self._detail.aliases, key=lambda alias: alias.at)}
        return sorted(name for name, action in latest.items() if action.upper() != "DELETE")

    @strawberry.field(description="Its digests, the most telling first.")
    def digests(self) -> list[Digest]:
        return [Digest.of(digest) for digest in self._detail.digests]

    @strawberry.field(description="Its size in bytes.")
    def bytes(self) -> Long | None:
        return None if self._detail.bytes is None else Long(self._detail.bytes)

    @strawberry.field(description="How many rows it has.")
    def rows(self) -> Long | None:
        return None if self._detail.rows is None else Long(self._detail.rows)

    @strawberry.field(description="What changed, as its producer says.")
    def change_note(self) -> str | None:
        return self._detail.change_note

    @strawberry.field(description="The versions that came before it, as its producer says.")
    async def parents(self) -> "list[Version]":
        found = await far_nodes(self, Direction.UPSTREAM, EdgeType.PREVIOUS)
        return [shown_as(Version, node, self.view) for node in found]

    @strawberry.field(description="The runs that wrote it.", graphql_type=RUNS)
    async def generated_by(self) -> "list[Node]":
        found = await far_nodes(self, Direction.UPSTREAM, EdgeType.GENERATED_BY, EdgeType.WRITTEN_BY)
        return [shown(node, self.view) for node in found]

    @strawberry.field(
        description="The model versions that used it, or what was made of it, in short. Asked of many versions it is one walk."
    )
    async def models_using(
        self, first: Annotated[int | None, strawberry.argument(description="At most so many, 1 to 1,000.")] = FEW_MODELS
    ) -> "ModelsInShort":
        found = await self.view.loader.models(self.node.uid, self.view.as_of)
        return ModelsInShort.of(found, page_size(first, FEW_MODELS), self.view)

    @strawberry.field(description="Every run that wrote it failed.")
    def failed(self) -> bool:
        return self._detail.failed

    @strawberry.field(description="It has two different digests of one algorithm: what its bytes are is not known.")
    def conflict(self) -> bool:
        return self._detail.conflict

    @strawberry.field(description="It stands for a state of which nothing is known.")
    def unversioned(self) -> bool:
        return self._detail.unversioned

    @property
    def _detail(self) -> graph.VersionDetail:
        assert isinstance(self.node.detail, graph.VersionDetail)
        return self.node.detail


@strawberry.type(description="A model version that used something.")
class ModelInShort:
    version: Version = strawberry.field(description="The model version.")
    how: list[How] = strawberry.field(description="In which ways.")


@strawberry.type(
    description="The model versions that used something; `modelsUsing` of the query tells the ways and proves them."
)
class ModelsInShort:
    total: int = strawberry.field(description="How many.")
    complete: bool = strawberry.field(description="False: the walk was cut, there may be more.")
    models: list[ModelInShort] = strawberry.field(description="The newest of them.")

    @classmethod
    def of(cls, given: answers.ModelsInShort, first: int, view: View) -> "ModelsInShort":
        return cls(
            total=len(given.models),
            complete=given.complete,
            models=[
                ModelInShort(version=shown_as(Version, use.version, view), how=list(use.how))
                for use in given.models[:first]
            ],
        )


def shown(node: graph.Node, view: View) -> Node:
    """The node in its GraphQL type, as it was at the instant of the view."""
    node = as_it_was(node, view.as_of)
    return CLASSES[node.kind](
        node=node,
        view=view,
        id=strawberry.ID(node.uid),
        kind=node.kind,
        name=node.name,
        at=instant_or_none(node.at),
        tags=list(node.tags),
        owners=list(node.owners),
    )


def shown_as(wanted: type[N], node: graph.Node, view: View) -> N:
    """The same, where only nodes of one type can stand."""
    found = shown(node, view)
    assert isinstance(found, wanted), f"{node.uid} is no {wanted.__name__}"
    return found


async def load(view: View, uid: str) -> graph.Node:
    """The node under a uid that another node names. Raises NotFound when the graph changed meanwhile."""
    node = await view.loader.node(uid)
    if node is None:
        raise gone(uid)
    return as_it_was(node, view.as_of)


async def far_nodes(near: Node, direction: Direction, *types: EdgeType) -> list[graph.Node]:
    """The nodes at the other ends of a node's edges, each once, the newest edge first."""
    found = await near.view.edges(near.node.uid, direction, *types)
    ends = (edge.target if direction is Direction.UPSTREAM else edge.source for edge in found.edges)
    return await near.view.loader.nodes(dict.fromkeys(ends))
