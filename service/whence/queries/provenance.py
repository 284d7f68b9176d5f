"""Where did this come from?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.model.answers import Subgraph, Walk
from whence.model.kinds import UPSTREAM_EDGES, Direction
from whence.queries.complete import completeness
from whence.queries.gaps import gaps
from whence.queries.remarks import remarks
from whence.queries.walked import USUAL_WALK, walk_from

if TYPE_CHECKING:
    from whence.store.port import Store


async def provenance(store: Store, ref: str, walk: Walk = USUAL_WALK) -> Subgraph:
    """Everything upstream of what a REF means (rule 23). Raises NotFound, Ambiguous, BadRequest."""
    walked = await walk_from(store, ref, Direction.UPSTREAM, UPSTREAM_EDGES, walk)
    closure = walked.closure
    return Subgraph(
        roots=closure.roots,
        nodes=closure.nodes,
        edges=closure.edges,
        depths=closure.depths,
        completeness=completeness(
            closure,
            gaps(closure.nodes, closure.edges, walked.log),
            remarks=remarks(walked, Direction.UPSTREAM),
            as_of=walk.as_of,
        ),
        position=closure.position,
    )
