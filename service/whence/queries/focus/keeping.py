"""What is shown: best-first from the focus, so many a side, and what never folds away."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final

from whence.model.graph import Node, VersionDetail
from whence.model.kinds import Kind
from whence.queries.instants import is_service, is_serving

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from whence.model.focus import FocusView
    from whence.queries.focus.picture import Picture, Side

CHILDREN_AT_ONCE: Final = 5
PINNED_ORIGINS: Final = 2
PINNED_SERVICES: Final = 4


def is_wanted(view: FocusView, picture: Picture, uid: str) -> bool:
    """Whether the node is of a kind that is to be shown; the focus always is."""
    return view.kinds is None or uid == picture.focus or picture.nodes[uid].kind in view.kinds


def kept(picture: Picture, view: FocusView) -> set[str]:
    """uids of the cards: the focus, a half of the budget each side, then what is pinned."""
    cards = {picture.focus}
    for side, hops, pins in ((picture.up, view.up, _origins), (picture.down, view.down, _deployments)):
        _grow(picture, view, side, cards, hops)
        wanted = [uid for uid in pins(picture) if is_wanted(view, picture, uid)]
        cards.update(wanted[: PINNED_ORIGINS if side.upstream else PINNED_SERVICES])
    return cards


def _grow(picture: Picture, view: FocusView, side: Side, cards: set[str], hops: int) -> None:
    """Take the best next node as long as there is room. Of a hub a few children at a time: the rest come when there is nothing else left."""
    room = view.budget // 2
    waiting = [picture.rank(side, picture.focus)]
    queued = {picture.focus}
    held_back: list[tuple[float, int, str]] = []

    def offer(near: str) -> None:
        children = [far for far in side.farther.get(near, ()) if far not in queued]
        ranks = heapq.nsmallest(CHILDREN_AT_ONCE, (picture.rank(side, far) for far in children))
        for rank in ranks:
            queued.add(rank[2])
            heapq.heappush(waiting, rank)
        if len(children) > len(ranks):
            heapq.heappush(held_back, picture.rank(side, near))

    while room > 0:
        if not waiting:
            if not held_back:
                return
            for _, _, hub in [heapq.heappop(held_back) for _ in range(len(held_back))]:
                offer(hub)
            continue
        uid = heapq.heappop(waiting)[2]
        if uid not in cards and is_wanted(view, picture, uid):
            cards.add(uid)
            room -= 1
        if side.distance[uid] < hops:
            offer(uid)


def revealed(
    picture: Picture,
    side: Side,
    cards: Collection[str],
    members: Collection[str],
    wanted: Callable[[str], bool],
    room: int,
) -> list[str]:
    """The next nodes of what is folded away: best-first from the cards that it is next to, so that none comes without its neighbour."""
    inside = set(members)
    beside = [uid for uid in members if any(card in cards for card in side.nearer.get(uid, ()))] or members
    waiting = [picture.rank(side, uid) for uid in beside]
    heapq.heapify(waiting)
    queued = set(beside)
    shown: list[str] = []
    while waiting and len(shown) < room:
        uid = heapq.heappop(waiting)[2]
        if wanted(uid):
            shown.append(uid)
        for neighbour in (*side.farther.get(uid, ()), *side.nearer.get(uid, ())):
            if neighbour in inside and neighbour not in queued:
                queued.add(neighbour)
                heapq.heappush(waiting, picture.rank(side, neighbour))
    return shown


def _origins(picture: Picture) -> list[str]:
    """What it is made of: base checkpoints, then other origins, each nearest first."""
    found = [uid for uid in picture.origins if uid != picture.focus]
    return sorted(found, key=lambda uid: (not _is_base(picture.nodes[uid]), *picture.rank(picture.up, uid)))


def _deployments(picture: Picture) -> list[str]:
    """What it serves: deployments that serve now, then those that have ended, each nearest first."""
    found = [uid for uid in picture.down.distance if uid != picture.focus and is_service(picture.nodes[uid])]
    return sorted(found, key=lambda uid: (not is_serving(picture.nodes[uid]), *picture.rank(picture.down, uid)))


def _is_base(node: Node) -> bool:
    return node.kind is Kind.MODEL_VERSION or (isinstance(node.detail, VersionDetail) and node.detail.base)
