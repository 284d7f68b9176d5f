"""What is not shown: connected nodes of one side in one fold, a few that hang off one card in a badge on it.

A fold is called after one of its nodes, so that a link that opens it still does after others came or went.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from whence.model.focus import FocusView, Fold
from whence.model.kinds import Kind
from whence.queries.focus.keeping import is_wanted, revealed
from whence.queries.instants import is_service

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from whence.queries.focus.picture import Picture

BADGE: Final = 3
"""At most so many nodes that hang off one card are a badge on it."""
OPENED_AT_ONCE: Final = 20
OPENED_AT_MOST: Final = 1000
"""More cards than that from one fold can't be looked at; the rest stays folded and counted."""
ALL: Final = "all:"
_BESIDE: Final = {
    (True, True): "input",
    (True, False): "output",
    (False, True): "source",
    (False, False): "consumer",
}
"""What hangs off a card is to it, by whether that is a run, and upstream of it."""


class Group(msgspec.Struct, frozen=True):
    """Nodes that are folded away together. `nodes`: `members`, which are counted, and what the filter of kinds leaves out between them."""

    upstream: bool
    nodes: tuple[str, ...]
    members: tuple[str, ...]
    adjacent: tuple[str, ...]
    parts: int = 1
    """How many connected components it is made of."""

    @property
    def is_badge(self) -> bool:
        return len(self.adjacent) == 1 and len(self.members) <= BADGE

    @property
    def id(self) -> str:
        return fold_id(min(self.members))


def fold_id(uid: str) -> str:
    """`f` and 10 hex digits of the SHA-256 of the least uid in a fold."""
    return f"f{hashlib.sha256(uid.encode()).hexdigest()[:10]}"


def folded(picture: Picture, view: FocusView, cards: set[str]) -> tuple[list[Group], tuple[str, ...]]:
    """Fold away all but the cards, open what is to be opened, and add to the cards what that shows. The groups that are left, and what could not be opened."""
    groups = _groups(picture, view, cards)
    if not view.open:
        return groups, ()
    names, touched = _names(groups), set[str]()
    unopened = []
    for asked in view.open:
        name = asked.removeprefix(ALL)
        if any(touched.intersection(group.members) for group in names.get(name, ())):
            names, touched = _names(_groups(picture, view, cards)), set()
        if name not in names:
            unopened.append(asked)
        for group in names.get(name, ()):
            room = OPENED_AT_MOST if asked.startswith(ALL) else OPENED_AT_ONCE
            cards.update(revealed(picture, cards, group.nodes, group.members, room))
            touched.update(group.members)
    return _groups(picture, view, cards), tuple(unopened)


def _names(groups: Iterable[Group]) -> dict[str, list[Group]]:
    """What each group may be called: any of its nodes as the id of a fold, a badge also by its card."""
    names: defaultdict[str, list[Group]] = defaultdict(list)
    for group in groups:
        for uid in group.members:
            names[fold_id(uid)].append(group)
        if group.is_badge:
            names[group.adjacent[0]].append(group)
    return {**names}


def _groups(picture: Picture, view: FocusView, cards: set[str]) -> list[Group]:
    """Cards grow by what would be a fold of one node: a pill in its place would take as much room and say less."""
    while True:
        groups = list(_pooled(_components(picture, view, cards)))
        alone = [group.members[0] for group in groups if len(group.members) == 1 and not group.is_badge]
        if not alone:
            return groups
        cards.update(alone)


def _components(picture: Picture, view: FocusView, cards: set[str]) -> Iterator[Group]:
    """Connected parts of what is no card. Sides are connected by what lies on both: twins, and the origin of copied bytes."""
    hidden = [uid for side in (picture.up, picture.down) for uid in side.distance if uid not in cards]
    inside = set(hidden)
    for start in hidden:
        if start not in inside:
            continue
        inside.discard(start)
        nodes, adjacent = [start], set()
        for uid in nodes:
            for neighbour in picture.neighbours(uid):
                if neighbour in inside:
                    inside.discard(neighbour)
                    nodes.append(neighbour)
                elif neighbour in cards:
                    adjacent.add(neighbour)
        members = tuple(sorted(uid for uid in nodes if is_wanted(view, picture, uid)))
        if members:
            yield Group(start in picture.up.distance, tuple(nodes), members, tuple(sorted(adjacent)))


def _pooled(components: Iterator[Group]) -> Iterator[Group]:
    """Groups that lie between the same cards are one: drawn apart they would say nothing more."""
    between: defaultdict[tuple[bool, tuple[str, ...]], list[Group]] = defaultdict(list)
    for group in components:
        between[group.upstream, group.adjacent].append(group)
    for groups in between.values():
        nodes = tuple(uid for group in groups for uid in group.nodes)
        members = tuple(sorted(uid for group in groups for uid in group.members))
        yield Group(groups[0].upstream, nodes, members, groups[0].adjacent, parts=len(groups))


def as_fold(picture: Picture, group: Group) -> Fold:
    """A group as it is told."""
    nodes = [picture.nodes[uid] for uid in group.members]
    kinds = Counter(node.kind for node in nodes)
    return Fold(
        id=group.id,
        title=_title(picture, group, kinds),
        count=len(group.members),
        by_kind={kind: kinds[kind] for kind in Kind if kinds[kind]},
        services=sum(map(is_service, nodes)),
        upstream=group.upstream,
        adjacent=group.adjacent,
        members=group.members,
    )


def _title(picture: Picture, group: Group, kinds: Mapping[Kind, int]) -> str:
    if picture.copies.issuperset(group.members):
        return _counted(len(group.members), "copy", "copies")
    if group.parts > 1 and len(group.adjacent) == 1:
        card = group.adjacent[0]
        beside = len(set(picture.neighbours(card)).intersection(group.nodes))
        is_run = picture.nodes[card].kind is Kind.RUN
        return _counted(beside, _BESIDE[is_run, group.upstream])
    if group.parts == 1 and _is_chain(picture, group):
        return _counted(kinds.get(Kind.RUN) or len(group.members), "step")
    return f"{len(group.members):,} {'earlier' if group.upstream else 'later'}"


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _is_chain(picture: Picture, group: Group) -> bool:
    """Whether nothing in it branches."""
    side = picture.up if group.upstream else picture.down
    return all(len(side.farther.get(uid, ())) < 2 and len(side.nearer.get(uid, ())) < 2 for uid in group.nodes)
