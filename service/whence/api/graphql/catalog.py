"""The types of the catalogue: each part is asked of the store when it is asked for."""

# mypy: disable-error-code=untyped-decorator
# strawberry types its field decorator as Any.

from typing import Annotated

import strawberry

from whence import queries
from whence.api.graphql.enums import Kind, RunState
from whence.api.graphql.loading import View
from whence.api.graphql.nodes import Version, shown_as
from whence.api.graphql.paging import page_size
from whence.api.graphql.results import Gap
from whence.api.graphql.runs import Run, run_detail
from whence.api.graphql.scalars import Long
from whence.model import answers, graph

_FEW = 10
First = Annotated[int | None, strawberry.argument(description="At most so many, 1 to 1,000.")]


@strawberry.type(description="How many nodes of one kind there are.")
class KindCount:
    kind: Kind = strawberry.field(description="The kind.")
    count: Long = strawberry.field(description="How many, counted to 10,000.")
    exact: bool = strawberry.field(description="False: there are more.")


@strawberry.type(description="What the newest runs and versions do not tell.")
class Uncaptured:
    looked_at: int = strawberry.field(description="How many runs and versions were looked at, the newest first.")
    all_of_them: bool = strawberry.field(description="There are no older ones.")
    gaps: list[Gap] = strawberry.field(description="Their gaps, as every answer tells them.")
    without_maker_total: int = strawberry.field(
        description="How many of the versions nothing recorded made, and nothing says what they came from."
    )
    without_maker: list[Version] = strawberry.field(description="The newest of these.")

    @classmethod
    def of(cls, given: answers.Uncaptured, first: int, view: View) -> "Uncaptured":
        return cls(
            looked_at=given.looked_at,
            all_of_them=given.all_of_them,
            gaps=[Gap.of(gap) for gap in given.gaps],
            without_maker_total=len(given.without_maker),
            without_maker=[shown_as(Version, node, view) for node in given.without_maker[:first]],
        )


@strawberry.type(
    description="What there is, at a glance. Ask for the parts that are wanted: each is a search of its own."
)
class Catalog:
    view: strawberry.Private[View]

    @strawberry.field(description="How many nodes there are of each kind.")
    async def counts(self) -> list[KindCount]:
        found = await queries.counts(self.view.store, self.view.as_of)
        return [KindCount(kind=each.kind, count=Long(each.count), exact=each.exact) for each in found]

    @strawberry.field(description="The newest runs.")
    async def recent_runs(self, first: First = _FEW) -> list[Run]:
        return [shown_as(Run, node, self.view) for node in await self._newest(first, Kind.RUN)]

    @strawberry.field(description="The newest runs that failed.")
    async def failed_runs(self, first: First = _FEW) -> list[Run]:
        return [shown_as(Run, node, self.view) for node in await self._newest(first, Kind.RUN, RunState.FAIL)]

    @strawberry.field(description="The newest versions of models.")
    async def recent_models(self, first: First = _FEW) -> list[Version]:
        return [shown_as(Version, node, self.view) for node in await self._newest(first, Kind.MODEL_VERSION)]

    @strawberry.field(description="What the newest thousand runs and versions do not tell.")
    async def uncaptured(self, first: First = _FEW) -> Uncaptured:
        found = await queries.uncaptured(self.view.store, self.view.as_of)
        return Uncaptured.of(found, page_size(first, _FEW), self.view)

    async def _newest(self, first: int | None, kind: Kind, state: RunState | None = None) -> tuple[graph.Node, ...]:
        wanted = answers.NodeFilter(kinds=(kind,), state=state, as_of=self.view.as_of)
        page = await queries.find(self.view.store, wanted, first=page_size(first, _FEW))
        self.view.loader.know(page.items)
        # States are searched as they are now: a run that failed later had not failed at that instant.
        return tuple(node for node in page.items if state is None or run_detail(node).state is state)
