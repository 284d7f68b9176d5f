"""Events in over GraphQL, and refused events again."""

# mypy: disable-error-code=untyped-decorator
# strawberry types its field decorator as Any.

import json
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from whence import canonical
from whence.api.caller import require
from whence.api.graphql.answering import IngestResult
from whence.api.graphql.nodes import Info
from whence.api.keys import Scope
from whence.errors import BadRequest, Forbidden, UnusableEvent
from whence.ingest import Ingest, replay_rejected, summarise

MAX_REPLAYED = 1000


@strawberry.type(description="What changes the log.")
class Mutation:
    @strawberry.mutation(
        description="Take OpenLineage events in, as POST /api/v1/lineage/batch does. Their canonical form is kept. Needs a key with the scope write, where keys are asked for."
    )
    async def ingest(
        self, info: Info, events: Annotated[list[JSON], strawberry.argument(description="The events.")]
    ) -> IngestResult:
        require(info.context.caller, Scope.WRITE, "send events")
        lane = _lane(info)
        bodies = [_body(event) for event in events]
        return IngestResult.of(summarise(await lane.submit(bodies, info.context.caller.name)))

    @strawberry.mutation(
        description="Offer refused events again: after a limit was raised, or whence learned more. What is accepted is refused no more. Needs a key with the scope admin, where keys are asked for."
    )
    async def replay_rejected(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Their ids, at most 1,000.")],
    ) -> IngestResult:
        require(info.context.caller, Scope.ADMIN, "replay rejected events")
        if len(ids) > MAX_REPLAYED:
            raise BadRequest(f"{len(ids):,} ids are too many.", hint=f"Replay at most {MAX_REPLAYED:,} at a time.")
        return IngestResult.of(summarise(await replay_rejected(_lane(info), list(ids))))


def _body(event: object) -> bytes:
    """The canonical text; of an event that has none a text that is refused on its way in, alone and with the reason."""
    try:
        return canonical.canonical(event)
    except UnusableEvent:
        return json.dumps(event).encode()


def _lane(info: Info) -> Ingest:
    if info.context.ingest is None:
        raise Forbidden(
            "This store was opened for reading only.",
            hint="Send events to a running service, or with: whence ingest FILE",
        )
    return info.context.ingest
