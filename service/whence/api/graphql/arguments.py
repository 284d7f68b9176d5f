"""Arguments that many fields share, each described once, and the input types."""

from typing import Annotated, Final

import strawberry

from whence.api.graphql.enums import EdgeType, Kind, RunState
from whence.api.graphql.scalars import DateTime
from whence.ingest.past import MOST_EVENTS
from whence.model import answers

_AS_KNOWN: Final = f"The graph as it was known at this position of the log (a whole number) or time of receipt. The log is replayed up to there: {MOST_EVENTS:,} events at most."

Ref = Annotated[
    str,
    strawberry.argument(
        description="What is meant: a uid · alg:hex of bytes, or several of the same bytes with commas between · the UUID of a run · name@version · a unique name · namespace, one space, name · 8 or more hex digits that a digest or commit begins with."
    ),
]
First = Annotated[int | None, strawberry.argument(description="At most so many, 1 to 1,000.")]
After = Annotated[str | None, strawberry.argument(description="Go on after this cursor.")]
AsOf = Annotated[
    DateTime | None,
    strawberry.argument(
        description="The graph as it stood at this instant. Facets, tags and owners are the latest all the same."
    ),
]
AsKnown = Annotated[
    str | None,
    strawberry.argument(description=_AS_KNOWN),
]


@strawberry.input(description="How to walk.")
class Walk:
    as_of: DateTime | None = strawberry.field(default=None, description="The graph as it stood at this instant.")
    as_known: str | None = strawberry.field(
        default=None,
        description=_AS_KNOWN,
    )
    depth: int | None = strawberry.field(default=None, description="At most so many hops from where the walk starts.")
    max_nodes: int | None = strawberry.field(
        default=answers.DEFAULT_MAX_NODES,
        description="At most so many nodes, 1 to 10,000: whole depths are kept, the rest is counted.",
    )
    edges: list[EdgeType] | None = strawberry.field(
        default=None, description="Follow these types of edges instead of the usual ones of the direction."
    )


@strawberry.input(description="Which nodes to find. Everything that is given must hold.")
class Filter:
    text: str | None = strawberry.field(
        default=None,
        description="Part of the name, uid, a tag or an owner, upper and lower case alike; or 8 or more hex digits that a digest or commit begins with.",
    )
    kinds: list[Kind] | None = strawberry.field(default=None, description="Any of these kinds.")
    namespace: str | None = strawberry.field(default=None, description="This namespace exactly.")
    tag: str | None = strawberry.field(default=None, description="This tag, as key or key:value.")
    owner: str | None = strawberry.field(default=None, description="This owner.")
    job: strawberry.ID | None = strawberry.field(default=None, description="Runs of this job.")
    state: RunState | None = strawberry.field(default=None, description="Runs in this state.")
    since: DateTime | None = strawberry.field(default=None, description="`at` this instant or later.")
    until: DateTime | None = strawberry.field(default=None, description="`at` before this instant.")
