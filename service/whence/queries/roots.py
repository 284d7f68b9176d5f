"""Where does a walk start? From what was asked for, made concrete: versions, runs, commits, environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.model.kinds import Direction, EdgeType, Kind
from whence.queries.instants import exists
from whence.queries.origin import holding, origin
from whence.queries.resolve import contents_of, resolve_one
from whence.queries.same import group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whence.model.graph import Edge, Node
    from whence.store.port import Store


async def roots_of(
    store: Store, ref: str, direction: Direction, *, as_of: int | None = None
) -> tuple[Node, tuple[str, ...]]:
    """The node that a REF means, and the uids that a walk from it starts at, newest first. Raises NotFound and Ambiguous.

    An asset: all versions of its alias group, in both directions, so that no answer about an asset leaves out one of its states;
    a job: all its runs; bytes, by one digest or several: upstream their origin, downstream every version that holds them (rule 23);
    anything else: itself.
    An asset or a job without any is its own root. With `as_of` (ns UTC) only what existed then: empty when nothing of it did.
    """
    asked = await resolve_one(store, ref)
    if asked.kind is Kind.CONTENT:
        contents = [node.uid for node in await contents_of(store, ref)] or [asked.uid]
        held = origin if direction is Direction.UPSTREAM else holding
        return asked, await held(store, contents, as_of=as_of) or (() if as_of is not None else (asked.uid,))
    found = await _concrete(store, asked, as_of)
    if found is None:
        return asked, ((asked.uid,) if exists(asked, as_of) else ())
    return asked, found or (() if as_of is not None else (asked.uid,))


async def _concrete(store: Store, asked: Node, as_of: int | None) -> tuple[str, ...] | None:
    match asked.kind:
        case Kind.DATASET | Kind.MODEL | Kind.ARTIFACT:
            return await _sources(store, group(asked), EdgeType.VERSION_OF, as_of)
        case Kind.JOB:
            return await _sources(store, (asked.uid,), EdgeType.INSTANCE_OF, as_of)
        case _:
            return None


async def _sources(store: Store, targets: Sequence[str], kind: EdgeType, as_of: int | None) -> tuple[str, ...]:
    hop = await store.expand(targets, Direction.DOWNSTREAM, [kind], as_of=as_of)
    edges = [edge for uid in targets for edge in hop.edges.get(uid, ())]
    return tuple(dict.fromkeys(edge.source for edge in sorted(edges, key=_newest_first)))


def _newest_first(edge: Edge) -> tuple[bool, int, str]:
    return (edge.at is None, -(edge.at or 0), edge.source)
