"""The question: two walks, one picture."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from whence.errors import BadRequest
from whence.model.answers import Closure, Completeness, Walk
from whence.model.focus import Card, Focus, FocusView
from whence.model.kinds import DOWNSTREAM_EDGES, UPSTREAM_EDGES, CutBy, Direction, EdgeType, Kind
from whence.queries.complete import completeness
from whence.queries.focus.chips import chips, pinned
from whence.queries.focus.drawing import edges_between
from whence.queries.focus.folding import Group, as_fold, folded
from whence.queries.focus.keeping import is_wanted, kept
from whence.queries.focus.picture import picture
from whence.queries.gaps import gaps
from whence.queries.instants import is_service
from whence.queries.owners import behind, unknown_reads
from whence.queries.remarks import remarks
from whence.queries.walked import Walked, at_rest, walk_from
from whence.store.reach import FRONTIER_SHOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from whence.model.answers import Hop
    from whence.model.graph import Node
    from whence.queries.focus.picture import Link, Picture
    from whence.store.port import Store

MOST_CARDS: Final = 500
MOST_HOPS: Final = 100
MOST_OPEN: Final = 100
MOST_NODES: Final = 20_000
USUAL: Final = FocusView()
_ACROSS: Final = (EdgeType.USED, EdgeType.GENERATED_BY, EdgeType.DERIVED_FROM)


async def focus(store: Store, ref: str, view: FocusView = USUAL) -> Focus:
    """What is around what a REF means: the nearest of it as cards, the rest folded away and counted, as provenance and impact count it.

    The same graph and view give the same answer. Raises NotFound, Ambiguous, and BadRequest for a view with impossible bounds.
    """
    _check(view)
    return await at_rest(lambda: _ask(store, ref, view))


def _check(view: FocusView) -> None:
    bounds = (
        ("up", view.up, 0, MOST_HOPS),
        ("down", view.down, 0, MOST_HOPS),
        ("budget", view.budget, 0, MOST_CARDS),
        ("maxNodes", view.max_nodes, 1, MOST_NODES),
    )
    for name, given, least, most in bounds:
        if not least <= given <= most:
            raise BadRequest(f"{name} is {given:,}.", hint=f"Give {least:,} to {most:,}.")
    if len(view.open) > MOST_OPEN:
        raise BadRequest(f"{len(view.open):,} folds are to be opened.", hint=f"Open at most {MOST_OPEN:,} at a time.")


async def _ask(store: Store, ref: str, view: FocusView) -> tuple[Focus, bool]:
    walk = Walk(as_of=view.as_of, max_nodes=view.max_nodes)
    up = await walk_from(store, ref, Direction.UPSTREAM, UPSTREAM_EDGES, walk)
    down = await walk_from(store, ref, Direction.DOWNSTREAM, DOWNSTREAM_EDGES, walk)
    whole = await _completeness(store, up, down)
    rested = up.closure.position == down.closure.position
    drawn = picture(up.asked, up.closure, down.closure, code=view.code)
    if drawn is None:
        nothing = Focus(focus=up.asked.uid, unopened=view.open, completeness=whole, position=up.closure.position)
        return nothing, rested
    cards = kept(drawn, view)
    groups, unopened = folded(drawn, view, cards)
    below = sorted(uid for uid in cards if drawn.depth(uid) > 0)
    across = await store.expand(below, Direction.UPSTREAM, _ACROSS, as_of=view.as_of)
    known = await pinned(store, (drawn.nodes[uid] for uid in cards))
    kinds = Counter(node.kind for node in drawn.nodes.values())
    answer = Focus(
        focus=drawn.focus,
        cards=_cards(drawn, cards, groups, known),
        edges=edges_between((*drawn.links, *_across(across, drawn, cards)), _places(cards, groups)),
        folds=tuple(sorted((as_fold(drawn, each) for each in groups if not each.is_badge), key=lambda fold: fold.id)),
        shown=len(cards),
        folded=sum(len(group.members) for group in groups),
        filtered=sum(not is_wanted(view, drawn, uid) for uid in drawn.nodes),
        total=len(drawn.nodes),
        up_total=drawn.up_total,
        down_total=drawn.down_total,
        total_by_kind={kind: kinds[kind] for kind in Kind if kinds[kind]},
        services_total=sum(map(is_service, drawn.nodes.values())),
        unopened=unopened,
        completeness=whole,
        position=up.closure.position,
    )
    return answer, rested and across.position == up.closure.position


def _cards(
    drawn: Picture, cards: Iterable[str], groups: Iterable[Group], known: Mapping[str, Node]
) -> tuple[Card, ...]:
    """`known`: commits and environments of the runs among them."""
    more: Counter[str] = Counter()
    for group in groups:
        if group.is_badge:
            more[group.adjacent[0]] += len(group.members)
    return tuple(
        Card(
            node=drawn.nodes[uid],
            depth=drawn.depth(uid),
            more=more[uid],
            stands_for=drawn.stands_for if uid == drawn.focus else 1,
            origin=uid in drawn.origins,
            serving=is_service(drawn.nodes[uid]),
            **chips(drawn.nodes[uid], known),
        )
        for uid in sorted(cards, key=lambda uid: (drawn.depth(uid), uid))
    )


def _places(cards: Iterable[str], groups: Iterable[Group]) -> dict[str, str | None]:
    """What each node is drawn as; what is left out by kind has no place."""
    places: dict[str, str | None] = {uid: uid for uid in cards}
    for group in groups:
        places |= dict.fromkeys(group.members, None if group.is_badge else group.id)
    return places


def _across(hop: Hop, drawn: Picture, cards: Collection[str]) -> list[Link]:
    """Reads downstream of what is upstream: no walk passes them, and leaving them out would say that they do not happen."""
    found = (edge for edges in hop.edges.values() for edge in edges)
    return [
        (edge.source, edge.target, edge, False)
        for edge in found
        if edge.target in cards and drawn.depth(edge.target) < 0
    ]


async def _completeness(store: Store, up: Walked, down: Walked) -> Completeness:
    """Of both walks together: cut when one was, with the gaps of either."""
    as_of = up.walk.as_of
    both = (up.closure, down.closure)
    nodes = {node.uid: node for closure in both for node in closure.nodes}
    named = await behind(store, down.closure.nodes)
    found = gaps(
        nodes.values(),
        (edge for closure in both for edge in closure.edges),
        up.log,
        await unknown_reads(store, named.values(), as_of),
    )
    said = dict.fromkeys((*remarks(up, Direction.UPSTREAM), *remarks(down, Direction.DOWNSTREAM)))
    walks = Closure(
        roots=(),
        nodes=(),
        depths=(),
        edges=(),
        position=up.closure.position,
        cut_by=tuple(cut for cut in CutBy if any(cut in closure.cut_by for closure in both)),
        frontier=tuple(sorted({uid for closure in both for uid in closure.frontier})[:FRONTIER_SHOWN]),
        remaining=sum(closure.remaining for closure in both),
        remaining_exact=all(closure.remaining_exact for closure in both),
    )
    return completeness(walks, found, remarks=tuple(said), as_of=as_of)
