"""Which of the versions that hold some bytes did the bytes come from? Rule 23, for contents of the same bytes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from whence.model.kinds import Direction, EdgeType
from whence.queries.same import state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from whence.model.answers import Hop
    from whence.model.graph import Edge, Node
    from whence.store.port import Store

_EXPLAINS = (EdgeType.GENERATED_BY, EdgeType.WRITTEN_BY, EdgeType.DERIVED_FROM, EdgeType.SAME_STATE)
_NEVER = 2**63


async def holding(store: Store, contents: Sequence[str], *, as_of: int | None = None) -> tuple[str, ...]:
    """uids of all versions with these bytes, newest first for each content; also those in conflict about them."""
    hop = await store.expand(contents, Direction.DOWNSTREAM, [EdgeType.HAS_CONTENT], as_of=as_of)
    return tuple(dict.fromkeys(edge.source for content in contents for edge in hop.edges.get(content, ())))


async def origin(store: Store, contents: Sequence[str], *, as_of: int | None = None) -> tuple[str, ...]:
    """The uid of the version that the bytes came from; empty when nothing holds them. `contents`: the same bytes under one digest each.

    The first original, else the first that nothing explains, else (copies of each other) the first; versions in conflict only when all are.
    """
    lent = await store.expand(contents, Direction.UPSTREAM, [EdgeType.CONTENT_OF], as_of=as_of)
    held = list(dict.fromkeys(edge.target for content in contents for edge in lent.edges.get(content, ())))
    held = held or list(await holding(store, contents, as_of=as_of))
    if len(held) < 2:
        return tuple(held)
    why = _outgoing(await store.expand(held, Direction.UPSTREAM, _EXPLAINS, as_of=as_of))
    runs = sorted({edge.target for edge in why if edge.target.startswith("run/")})
    used = _outgoing(await store.expand(runs, Direction.UPSTREAM, [EdgeType.USED], as_of=as_of))
    nodes = await store.get([*held, *runs], facets=False)
    return (first_holder(held, why, used, nodes),)


def _outgoing(hop: Hop) -> list[Edge]:
    return [edge for many in hop.edges.values() for edge in many]


def first_holder(held: Iterable[str], why: Iterable[Edge], used: Iterable[Edge], nodes: Mapping[str, Node]) -> str:
    """`why`: outgoing edges of the holders that explain them; `used`: what their makers read; `nodes`: holders and makers."""
    why = list(why)
    states = state_of(why)
    holding = set(held)
    reads: defaultdict[str, set[str]] = defaultdict(set)
    for edge in used:
        reads[edge.source].add(edge.target)
    pooled: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in why:
        if edge.type is not EdgeType.SAME_STATE:
            pooled[states.get(edge.source, edge.source)].append(edge)

    def rank(version: str) -> tuple[int, int, str]:
        explained = pooled[states.get(version, version)]
        time = _at(nodes.get(version))
        if not explained:
            return (1, time, version)
        made = [edge.target for edge in explained if edge.type is EdgeType.GENERATED_BY]
        derived = any(edge.type is EdgeType.DERIVED_FROM and edge.target in holding for edge in explained)
        if derived or (made and all(reads[run] & holding for run in made)):
            return (2, time, version)
        starts = [_at(nodes.get(edge.target)) for edge in explained if edge.target.startswith("run/")]
        return (0, min(time, *starts) if starts else time, version)

    return min(rank(version) for version in holding)[2]


def _at(node: Node | None) -> int:
    return _NEVER if node is None or node.at is None else node.at
