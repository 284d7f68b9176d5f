"""Breadth first, and the one definition of how an answer is cut (semantics page, Answers), without any input or output.

    fits      layer after layer is kept whole while all of it fits into the budget and lies within the depth
    cut       the first layer that does not is left out; when that is the first hop, as many of it as fit are kept, newest edge first,
              so that `neighbours` goes on where the answer stops; when the roots alone don't fit, the newest of them are kept
    counted   what was left out is counted by walking on without regard to depth, up to ten times the budget
    hubs      a node with more links than any answer can use may be read in part: as many of its links as decide the rest (`enough`)

A store drives `reach`: it is sent the links of each layer that it asks for, by whatever keys (uids, row ids) that store walks fastest. A store
whose database walks by itself asks `whole_layers` where to cut what that found.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec

from whence.model.answers import Closure, Position
from whence.model.graph import Edge, Node
from whence.model.kinds import CutBy

K = TypeVar("K", str, int)

COUNTED_BUDGETS: Final = 10
FRONTIER_SHOWN: Final = 100

Link = tuple[K, K, int, *tuple[Any, ...]]
"""One edge as the walk sees it: near end, far end, age, and whatever the store needs to make the edge of it."""

Newest = Callable[[Mapping[K, int], int], Collection[K]]
"""As many of these keys as there is room for: least age first, then by uid."""


class Hubs(Protocol[K]):
    """Nodes whose links a store sent in part: their newest, and `enough` of them."""

    @property
    def in_part(self) -> Collection[K]: ...

    def links_among(self, hubs: Collection[K], kept: Collection[K]) -> Iterable[Link[K]]:
        """All links that lead from these hubs to these nodes."""


class Reach(msgspec.Struct, Generic[K], frozen=True):
    """How far a walk got: kept keys with their depths, the links between them, and what was left out."""

    depths: dict[K, int]
    links: list[Link[K]]
    cut_by: tuple[CutBy, ...] = ()
    frontier: frozenset[K] = frozenset()
    remaining: int = 0
    remaining_exact: bool = True


class Cut(msgspec.Struct, frozen=True):
    """Why a layer is left out, and for how many of its nodes there is room all the same: of the first hop only."""

    by: CutBy
    room: int = 0


def cut(distance: int, size: int, kept: int, depth: int | None, max_nodes: int) -> Cut | None:
    """What keeps `size` nodes at this distance (from 1) out of an answer that has `kept` nearer ones; None when they are in it."""
    if depth is not None and distance > depth:
        return Cut(CutBy.DEPTH)
    room = max_nodes - kept
    if size > room:
        return Cut(CutBy.NODES, room if distance == 1 else 0)
    return None


def whole_layers(depths: Mapping[K, int], depth: int | None, max_nodes: int) -> tuple[dict[K, int], Cut | None]:
    """The layers that an answer keeps whole, and what cut off the next. `depths`: all that is reached, or the nearest `max_nodes` + 1 of it."""
    kept: dict[K, int] = {}
    for distance, layer in itertools.groupby(sorted(depths, key=depths.__getitem__), key=depths.__getitem__):
        keys = list(layer)
        ended = cut(distance, len(keys), len(kept), depth, max_nodes) if distance else None
        if ended is not None:
            return kept, ended
        kept |= dict.fromkeys(keys, distance)
    return kept, None


def remaining(left_out: int, max_nodes: int) -> tuple[int, bool]:
    """How many nodes an answer says were left out, and whether exactly so many were."""
    limit = COUNTED_BUDGETS * max_nodes
    return min(left_out, limit), left_out <= limit


def newest_uids(ages: Mapping[str, int], room: int) -> list[str]:
    """`Newest` where the keys are uids."""
    return sorted(ages, key=lambda uid: (ages[uid], uid))[: max(room, 0)]


def most_of_a_hub(max_nodes: int) -> int:
    """How many links of one node are worth a try, before all of them are read."""
    return (COUNTED_BUDGETS + 2) * max_nodes


def enough(newest_links: Iterable[Link[K]], max_nodes: int) -> bool:
    """Whether the newest links of one node tell all that its other links could say of the answer, but for those to nodes that are kept.

    They lead to more nodes than are kept and counted, so the layer is cut and what remains is beyond counting. And as many as could be kept, with
    as many again that may be kept already, are newer than the last link that was read: no link that wasn't belongs to the newest of the first hop.
    """
    links = list(newest_links)
    last = max((link[2] for link in links), default=0)
    newer = {link[1] for link in links if link[2] < last}
    return len({link[1] for link in links}) > (COUNTED_BUDGETS + 1) * max_nodes and len(newer) >= 2 * max_nodes


def reach(
    roots: Mapping[K, int], depth: int | None, max_nodes: int, newest: Newest[K], hubs: Hubs[K] | None = None
) -> Generator[Collection[K], Iterable[Link[K]], Reach[K]]:
    """Walk from `roots` (keys with their ages). Yields each layer, without repeats over the walk; is sent all links that leave it, but for `hubs`."""
    kept: dict[K, int] = dict.fromkeys(newest(roots, max_nodes) if len(roots) > max_nodes else roots, 0)
    left_out = roots.keys() - kept.keys()
    links: list[Link[K]] = []
    layer: Collection[K] = tuple(kept)
    why = CutBy.NODES
    for distance in itertools.count(1):
        leaving: list[Link[K]] = list((yield layer))
        links += leaving
        reached: set[K] = _beyond(leaving, kept)
        if left_out:
            left_out |= reached
            break
        if not reached:
            return Reach(kept, links)
        ended = cut(distance, len(reached), len(kept), depth, max_nodes)
        if ended is not None:
            why = ended.by
            part = newest(_ages(leaving, kept), ended.room) if ended.room > 0 else ()
            kept |= dict.fromkeys(part, 1)
            leaving = list((yield part))
            links += leaving
            left_out = reached | _beyond(leaving, kept)
            break
        kept |= dict.fromkeys(reached, distance)
        layer = reached
    beyond = yield from _count(left_out - kept.keys(), kept, COUNTED_BUDGETS * max_nodes)
    told, exact = remaining(beyond, max_nodes)
    in_part = kept.keys() & hubs.in_part if hubs is not None else frozenset()
    among = [link for link in links if link[1] in kept and link[0] not in in_part]
    if hubs is not None and in_part:
        among += hubs.links_among(in_part, kept)
    return Reach(
        depths=kept,
        links=among,
        cut_by=(why,),
        frontier=frozenset(link[0] for link in links if link[1] not in kept),
        remaining=told,
        remaining_exact=exact,
    )


def _beyond(leaving: Iterable[Link[K]], kept: Mapping[K, int]) -> set[K]:
    """The far ends that are not kept."""
    return {link[1] for link in leaving} - kept.keys()


def _ages(leaving: Iterable[Link[K]], kept: Mapping[K, int]) -> dict[K, int]:
    """The far ends that are not kept, each with the age of the newest link to it."""
    reached: dict[K, int] = {}
    for link in leaving:
        far, age = link[1], link[2]
        if far not in kept and age <= reached.get(far, age):
            reached[far] = age
    return reached


def _count(left_out: set[K], kept: Mapping[K, int], limit: int) -> Generator[Collection[K], Iterable[Link[K]], int]:
    """How many nodes lie beyond what was kept; a little more than `limit` when there are more."""
    layer: set[K] = set(left_out)
    while layer and len(left_out) <= limit:
        found: set[K] = set()
        for link in (yield layer):
            far = link[1]
            if far not in kept and far not in left_out:
                left_out.add(far)
                found.add(far)
                if len(left_out) > limit:
                    break
        layer = found
    return len(left_out)


def closure(got: Reach[str], nodes: Mapping[str, Node], edges: Iterable[Edge], position: Position) -> Closure:
    """The answer, its nodes ordered as every store orders them; `edges` come in the order of their keys."""
    order = sorted(got.depths)
    order.sort(key=got.depths.__getitem__)
    return Closure(
        roots=tuple(itertools.takewhile(lambda uid: got.depths[uid] == 0, order)),
        nodes=tuple(map(nodes.__getitem__, order)),
        depths=tuple(map(got.depths.__getitem__, order)),
        edges=tuple(edges),
        position=position,
        cut_by=got.cut_by,
        frontier=tuple(sorted(got.frontier)[:FRONTIER_SHOWN]),
        remaining=got.remaining,
        remaining_exact=got.remaining_exact,
    )
