"""What is shown: best-first from the focus, so many a side, and what never folds away."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final

from whence.model.kinds import Kind
from whence.queries.instants import is_service, is_serving

if TYPE_CHECKING:
    from collections.abc import Collection

    from whence.model.focus import FocusView
    from whence.queries.focus.picture import Picture, Side

CHILDREN_AT_ONCE: Final = 5
PINNED_ORIGINS: Final = 2
PINNED_SERVICES: Final = 4


def is_wanted(view: FocusView, picture: Picture, uid: str) -> bool:
    """Whether the node is of a kind that is to be shown; the focus always is."""
    if uid == picture.focus or (view.kinds is None and view.services is None):
        return True
    node = picture.nodes[uid]
    if view.services is not None and is_service(node):
        return view.services
    return view.kinds is None or node.kind in view.kinds


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

    def rank(uid: str) -> tuple[float, int, str]:
        return picture.rank(side.distance[uid], uid)

    def offer(near: str) -> None:
        children = [far for far in side.farther.get(near, ()) if far not in queued]
        best = heapq.nsmallest(CHILDREN_AT_ONCE, map(rank, children))
        for each in best:
            queued.add(each[2])
            heapq.heappush(waiting, each)
        if len(children) > len(best):
            held_back.append(near)

    room = view.budget // 2
    waiting = [rank(picture.focus)]
    queued = {picture.focus}
    held_back: list[str] = []
    while room > 0 and (waiting or held_back):
        if not waiting:
            hubs, held_back = sorted(held_back, key=rank), []
            for hub in hubs:
                offer(hub)
            continue
        uid = heapq.heappop(waiting)[2]
        if uid not in cards and is_wanted(view, picture, uid):
            cards.add(uid)
            room -= 1
        if side.distance[uid] < hops:
            offer(uid)


def revealed(
    picture: Picture, cards: Collection[str], folded: Collection[str], members: Collection[str], room: int
) -> list[str]:
    """The next of the `members` of what is folded away: best-first from the cards that it is next to, so that none comes without its neighbour."""
    inside, counted = set(folded), set(members)
    beside = [uid for uid in folded if any(neighbour in cards for neighbour in picture.neighbours(uid))]
    waiting = [picture.rank(abs(picture.depth(uid)), uid) for uid in beside]
    heapq.heapify(waiting)
    queued = set(beside)
    shown: list[str] = []
    while waiting and len(shown) < room:
        uid = heapq.heappop(waiting)[2]
        if uid in counted:
            shown.append(uid)
        for neighbour in picture.neighbours(uid):
            if neighbour in inside and neighbour not in queued:
                queued.add(neighbour)
                heapq.heappush(waiting, picture.rank(abs(picture.depth(neighbour)), neighbour))
    return shown


def _origins(picture: Picture) -> list[str]:
    """What it is made of: base checkpoints, then other origins, each nearest first."""
    nodes, distance = picture.nodes, picture.up.distance
    found = [uid for uid in picture.origins if uid != picture.focus]
    return sorted(found, key=lambda uid: (nodes[uid].kind is not Kind.MODEL_VERSION, *picture.rank(distance[uid], uid)))


def _deployments(picture: Picture) -> list[str]:
    """What it serves: deployments that serve now, then those that have ended, each nearest first."""
    nodes, distance = picture.nodes, picture.down.distance
    found = [uid for uid in distance if uid != picture.focus and is_service(nodes[uid])]
    return sorted(found, key=lambda uid: (not is_serving(nodes[uid]), *picture.rank(distance[uid], uid)))
