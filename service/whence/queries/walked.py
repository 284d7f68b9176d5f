"""A walk from a REF: what provenance, impact, models, data and path are computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from whence.errors import BadRequest
from whence.model.answers import Closure, LogFilter, Walk
from whence.queries.gaps import EXAMPLES
from whence.queries.instants import all_as_they_were, as_it_was
from whence.queries.roots import roots_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from whence.model.graph import Node
    from whence.model.kinds import Direction, EdgeType
    from whence.store.port import LogPage, Store

T = TypeVar("T")

USUAL_WALK: Final = Walk()

WHOLE: Final = 100_000
"""Budget in nodes of a question that is answered from a whole closure: models, data, path."""

_TRIES = 3


class Walked(msgspec.Struct, frozen=True):
    """`asked`: the node that the REF means; `log`: the state of the log, with the newest refused events."""

    asked: Node
    closure: Closure
    log: LogPage
    walk: Walk


async def log_now(store: Store) -> LogPage:
    """The state of the log, with a few of the newest refused events."""
    return await store.events(LogFilter(bodies=False), first=EXAMPLES, rejected=True)


async def walk_from(
    store: Store, ref: str, direction: Direction, types: Sequence[EdgeType], walk: Walk = USUAL_WALK
) -> Walked:
    """Walk as asked. Raises BadRequest for an impossible depth or budget, NotFound, Ambiguous."""
    _check(walk)
    asked, roots = await roots_of(store, ref, direction, as_of=walk.as_of)
    log = await log_now(store)
    closure = await _closure(store, roots, direction, walk.edges if walk.edges is not None else types, walk, log)
    return Walked(as_it_was(asked, walk.as_of), closure, log, walk)


def _check(walk: Walk) -> None:
    if walk.depth is not None and walk.depth < 0:
        raise BadRequest("depth counts hops: it can't be negative.", hint="Leave it out for no limit.")
    if walk.max_nodes < 1:
        raise BadRequest("maxNodes must be at least 1.", hint="Leave it out for the usual limit of 1,000 nodes.")


async def _closure(
    store: Store, roots: tuple[str, ...], direction: Direction, types: Sequence[EdgeType], walk: Walk, log: LogPage
) -> Closure:
    if not roots:
        return Closure((), (), (), (), log.state.position)
    closure = await store.closure(roots, direction, types, as_of=walk.as_of, depth=walk.depth, max_nodes=walk.max_nodes)
    if walk.as_of is None:
        return closure
    return msgspec.structs.replace(closure, nodes=all_as_they_were(closure.nodes, walk.as_of))


async def at_rest(ask: Callable[[], Awaitable[tuple[T, bool]]]) -> T:
    """Ask again, a few times, while the log moved between the calls that one answer is made of; then take the answer as it is.

    `ask` says beside its answer whether all calls saw one position. Under steady writing the position of the walk is what the answer names.
    """
    for _ in range(_TRIES - 1):
        answer, rested = await ask()
        if rested:
            return answer
    answer, _ = await ask()
    return answer
