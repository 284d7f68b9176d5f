"""The questions. Each resolver is a few lines over the query function of its name."""

# mypy: disable-error-code=untyped-decorator
# strawberry types its field decorator as Any.

from collections.abc import Awaitable
from typing import Annotated

import msgspec
import strawberry
from strawberry.scalars import JSON

from whence import __version__, queries
from whence.api.graphql import catalog as catalogue
from whence.api.graphql import focus as focused
from whence.api.graphql import map as mapped
from whence.api.graphql.answering import (
    DataUse,
    Impact,
    ModelUse,
    PathAnswer,
    Resolution,
    Service,
    Stat,
    Subgraph,
)
from whence.api.graphql.arguments import After, AsKnown, AsOf, Filter, First, Ref, Walk
from whence.api.graphql.enums import Bucket
from whence.api.graphql.loading import View
from whence.api.graphql.nodes import Info, Node, shown
from whence.api.graphql.paging import connection, page_size
from whence.api.graphql.results import Connection, Event, Rejected
from whence.api.graphql.scalars import DateTime, Long
from whence.api.graphql.selected import asks_for
from whence.api.graphql.unaccounted import as_json
from whence.errors import BadRequest
from whence.model import answers
from whence.queries.export import Question, Unwritten
from whence.queries.instants import exists

MAX_NODES = 10_000
MAX_IDS = 1000
USES = 100

WalkArgument = Annotated[Walk | None, strawberry.argument(description="How to walk; all the way when absent.")]
Since = Annotated[DateTime | None, strawberry.argument(description="That happened at this instant or later.")]
Until = Annotated[DateTime | None, strawberry.argument(description="That happened before this instant.")]


def walk_of(given: Walk | None) -> answers.Walk:
    """The walk asked for; at which position of the log is the view's. Raises BadRequest for bounds that are none."""
    if given is None:
        return answers.Walk()
    max_nodes = answers.DEFAULT_MAX_NODES if given.max_nodes is None else given.max_nodes
    if not 1 <= max_nodes <= MAX_NODES:
        raise BadRequest(f"maxNodes is {max_nodes}.", hint=f"Ask for 1 to {MAX_NODES:,} nodes.")
    if given.depth is not None and given.depth < 0:
        raise BadRequest(f"depth is {given.depth}.", hint="Ask for a depth of 0 or more.")
    edges = None if given.edges is None else tuple(given.edges)
    return answers.Walk(as_of=given.as_of, depth=given.depth, max_nodes=max_nodes, edges=edges)


def view_of(info: Info, walk: Walk | None) -> Awaitable[View]:
    """The view that a walk asks for."""
    return info.context.view(walk.as_of, walk.as_known) if walk else info.context.view()


def filter_of(given: Filter, as_of: int | None) -> answers.NodeFilter:
    """The filter asked for."""
    return answers.NodeFilter(
        text=given.text,
        kinds=tuple(given.kinds or ()),
        namespace=given.namespace,
        tag=given.tag,
        owner=given.owner,
        job=given.job,
        state=given.state,
        since=given.since,
        until=given.until,
        as_of=as_of,
    )


@strawberry.type(description="The questions.")
class Query:
    @strawberry.field(description="The node under a uid or an earlier uid of it; null when there is none.")
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="A uid.")],  # noqa: A002
        as_of: AsOf = None,
        as_known: AsKnown = None,
    ) -> Node | None:
        view = await info.context.view(as_of, as_known)
        found = await view.loader.whole(id)
        return shown(found, view) if found is not None and exists(found, as_of) else None

    @strawberry.field(description="The nodes under these uids, in this order; null where there is none.")
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="uids, at most 1,000.")],
        as_of: AsOf = None,
        as_known: AsKnown = None,
    ) -> list[Node | None]:
        if len(ids) > MAX_IDS:
            raise BadRequest(f"{len(ids):,} ids are too many.", hint=f"Ask for at most {MAX_IDS:,} at a time.")
        view = await info.context.view(as_of, as_known)
        found = await view.store.get(list(dict.fromkeys(ids)))
        there = {uid: node for uid, node in found.items() if exists(node, as_of)}
        return [shown(there[uid], view) if uid in there else None for uid in ids]

    @strawberry.field(description="What a reference means: one thing, one of several, or nothing that is known.")
    async def resolve(self, info: Info, ref: Ref, as_known: AsKnown = None) -> Resolution:
        view = await info.context.view(as_known=as_known)
        return Resolution.of(await queries.resolve(view.store, ref), view)

    @strawberry.field(description="Search nodes, the newest first.")
    async def find(
        self,
        info: Info,
        filter: Annotated[Filter, strawberry.argument(description="Which.")],  # noqa: A002
        as_of: AsOf = None,
        as_known: AsKnown = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Node]:
        view = await info.context.view(as_of, as_known)
        page = await queries.find(view.store, filter_of(filter, as_of), first=page_size(first), after=after)
        view.loader.know(page.items)
        return connection(page, lambda node: shown(node, view), after)

    @strawberry.field(description="What there is, at a glance.")
    async def catalog(self, info: Info, as_of: AsOf = None, as_known: AsKnown = None) -> catalogue.Catalog:
        return catalogue.Catalog(view=await info.context.view(as_of, as_known))

    @strawberry.field(description="Where this came from: all that it depends on.")
    async def provenance(self, info: Info, ref: Ref, walk: WalkArgument = None) -> Subgraph:
        wanted = walk_of(walk)
        view = await view_of(info, walk)
        return Subgraph.of(await queries.provenance(view.store, ref, wanted), view)

    @strawberry.field(description="What came from this: all that depends on it.")
    async def impact(self, info: Info, ref: Ref, walk: WalkArgument = None) -> Impact:
        wanted = walk_of(walk)
        view = await view_of(info, walk)
        return Impact.of(await queries.impact(view.store, ref, wanted), view)

    @strawberry.field(
        description="What is around this, to be looked at: the nearest as cards, the rest folded away and counted."
    )
    async def focus(
        self,
        info: Info,
        ref: Ref,
        view: Annotated[
            focused.FocusView | None, strawberry.argument(description="How much to show, and what is opened.")
        ] = None,
    ) -> focused.Focus:
        wanted = focused.view_of(view)
        at = await info.context.view(wanted.as_of, view.as_known if view else None)
        return focused.Focus.of(await queries.focus(at.store, ref, wanted), at)

    @strawberry.field(
        description="All runs and versions by time and pipeline, in columns; the newest, where they are too many."
    )
    async def map(
        self,
        info: Info,
        view: Annotated[mapped.MapView | None, strawberry.argument(description="Which; all when absent.")] = None,
    ) -> mapped.LineageMap:
        wanted = mapped.view_of(view)
        at = await info.context.view(wanted.as_of, view.as_known if view else None)
        return mapped.LineageMap.of(await queries.lineage_map(at.store, wanted))

    @strawberry.field(description="Which models used this, how, and the proof.")
    async def models_using(
        self,
        info: Info,
        ref: Ref,
        as_of: AsOf = None,
        as_known: AsKnown = None,
        first: First = USES,
        after: After = None,
    ) -> Connection[ModelUse]:
        view = await info.context.view(as_of, as_known)
        page = await queries.models_using(view.store, ref, as_of=as_of, first=page_size(first, USES), after=after)
        return connection(page, lambda use: ModelUse.of(use, view), after)

    @strawberry.field(description="Which dataset versions this came from.")
    async def datasets_of(
        self,
        info: Info,
        ref: Ref,
        as_of: AsOf = None,
        as_known: AsKnown = None,
        first: First = USES,
        after: After = None,
    ) -> Connection[DataUse]:
        view = await info.context.view(as_of, as_known)
        page = await queries.datasets_of(view.store, ref, as_of=as_of, first=page_size(first, USES), after=after)
        return connection(page, lambda use: DataUse.of(use, view), after)

    @strawberry.field(description="Whether and by which way the source depends on the target.")
    async def path(
        self,
        info: Info,
        source: Annotated[str, strawberry.argument(description="What may depend, as any ref.")],
        target: Annotated[str, strawberry.argument(description="What it may depend on, as any ref.")],
        as_of: AsOf = None,
        as_known: AsKnown = None,
    ) -> PathAnswer:
        view = await info.context.view(as_of, as_known)
        return PathAnswer.of(await queries.path(view.store, source, target, as_of=as_of), view)

    @strawberry.field(description="The versions of an asset under all its names, the newest first.")
    async def versions(
        self,
        info: Info,
        ref: Ref,
        as_of: AsOf = None,
        as_known: AsKnown = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Node]:
        view = await info.context.view(as_of, as_known)
        page = await queries.versions(view.store, ref, first=page_size(first), after=after, as_of=as_of)
        view.loader.know(page.items)
        return connection(page, lambda node: shown(node, view), after)

    @strawberry.field(description="The log, the newest event first.")
    async def events(
        self,
        info: Info,
        touching: Annotated[
            str | None, strawberry.argument(description="Events that speak of this, as any ref.")
        ] = None,
        since: Since = None,
        until: Until = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Event]:
        page = await queries.events(
            info.context.store, touching=touching, since=since, until=until, first=page_size(first), after=after
        )
        return connection(page, Event.of, after)

    @strawberry.field(description="The event at a position of the log; null where there is none.")
    async def event(
        self, info: Info, seq: Annotated[Long, strawberry.argument(description="Its position, from 1.")]
    ) -> Event | None:
        found = await queries.event(info.context.store, seq)
        return None if found is None else Event.of(found)

    @strawberry.field(description="The events that were refused and not accepted since, the newest first.")
    async def rejected(self, info: Info, first: First = 50, after: After = None) -> Connection[Rejected]:
        page = await queries.rejected(info.context.store, first=page_size(first), after=after)
        return connection(page, Rejected.of, after)

    @strawberry.field(description="How much happened, by buckets of time.")
    async def stats(
        self,
        info: Info,
        bucket: Annotated[Bucket, strawberry.argument(description="How wide a bucket is.")],
        since: Annotated[
            DateTime, strawberry.argument(description="The first bucket is the one that holds this instant.")
        ],
        until: Annotated[DateTime, strawberry.argument(description="Up to this instant, without it.")],
    ) -> list[Stat]:
        nodes = asks_for(info, "runsByState", "newByKind")
        found = await queries.stats(info.context.store, bucket, since, until, nodes=nodes)
        return [Stat.of(stat) for stat in found]

    @strawberry.field(
        description="The manifest of an export: what was asked, at which position of the log, whether the answer is complete, its gaps, and each file with its SHA-256. docs/export.md specifies it; POST /api/v1/export sends the files."
    )
    async def export(self, info: Info, ref: Ref, as_of: AsOf = None, as_known: AsKnown = None) -> JSON:
        view = await info.context.view(as_of, as_known)
        asked = Question(ref, as_of, as_known)
        return JSON(msgspec.Raw((await queries.export(view.store, asked, Unwritten(), __version__)).text))

    @strawberry.field(
        description="What nothing accounts for: versions of models without a run that made them, runs without data, code or environment; in all, by namespace and by team, as counts, percentages and the newest few. docs/graphql.md specifies it."
    )
    async def unaccounted(
        self,
        info: Info,
        namespace: Annotated[
            str | None, strawberry.argument(description="Only models of this namespace, and runs of jobs of it.")
        ] = None,
        team: Annotated[
            str | None,
            strawberry.argument(description="Only models that this team owns, and runs of jobs that it owns."),
        ] = None,
    ) -> JSON:
        return JSON(as_json(await queries.unaccounted(info.context.store, namespace, team)))

    @strawberry.field(description="This service and its store.")
    async def service(self, info: Info) -> Service:
        return Service.of(await queries.service_info(info.context.store, __version__))
