"""The graph that is drawn: nodes that may be cards, links between them, and how far each is from the focus.

Bytes are no card: versions that share them are linked with each other. All versions of an asset that is asked for, all runs of a job, are one card.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from whence.model.graph import Edge, Node
from whence.model.kinds import ASSET_KINDS, VERSION_KINDS, EdgeType, Kind, weakest
from whence.queries.instants import is_service
from whence.queries.same import equals, state_of
from whence.store.order import age

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from whence.model.answers import Closure

CODE: Final = frozenset({Kind.COMMIT, Kind.ENVIRONMENT})
_BYTES: Final = frozenset({EdgeType.HAS_CONTENT, EdgeType.CONTENT_OF})
_SAME: Final = frozenset({EdgeType.SAME_STATE, EdgeType.SAME_BYTES})
_ARTIFACTS: Final = frozenset({Kind.ARTIFACT, Kind.ARTIFACT_VERSION})
_ARTIFACT_COST: Final = 1.5
_SERVICE_COST: Final = -1.0


Link = tuple[str, str, Edge, bool]
"""An edge as it is drawn: source (the dependent), target (what it depends on), the edge, and whether it says that both are the same bytes or state."""


class Side(msgspec.Struct, frozen=True):
    """One way from the focus. `distance` in hops of everything there, the focus with 0; `farther` and `nearer`: neighbours away from and towards the focus."""

    upstream: bool
    distance: Mapping[str, int]
    farther: Mapping[str, Collection[str]]
    nearer: Mapping[str, Collection[str]]


class Picture(msgspec.Struct, frozen=True):
    """Everything that could be drawn. `links` once for each pair of twins; `copies`: versions with the focus's bytes or state; `origins`: what nothing is upstream of."""

    focus: str
    stands_for: int
    nodes: Mapping[str, Node]
    links: tuple[Link, ...]
    up: Side
    down: Side
    copies: frozenset[str]
    origins: frozenset[str]
    up_total: int
    down_total: int

    def depth(self, uid: str) -> int:
        """Hops from the focus, negative upstream."""
        above = self.up.distance.get(uid)
        return self.down.distance[uid] if above is None else -above

    def neighbours(self, uid: str) -> Iterator[str]:
        """What it is linked with on either side of the focus; some more than once."""
        for side in (self.up, self.down):
            yield from side.farther.get(uid, ())
            yield from side.nearer.get(uid, ())

    def rank(self, hops: int, uid: str) -> tuple[float, int, str]:
        """The order in which nodes are worth a place: nearest first, deployments sooner and artifacts later, then newest, then by uid."""
        node = self.nodes[uid]
        cost = float(hops)
        if node.kind in _ARTIFACTS:
            cost += _ARTIFACT_COST
        elif is_service(node):
            cost += _SERVICE_COST
        return (cost, age(node.at), uid)


def picture(asked: Node, up: Closure, down: Closure, *, code: bool) -> Picture | None:
    """Make one graph of the walks up and down from what was asked for; None when nothing of it existed."""
    if not up.roots and not down.roots:
        return None
    focus = _focus(asked, up, down)
    merged = frozenset((*up.roots, *down.roots)) if asked.kind in ASSET_KINDS or asked.kind is Kind.JOB else frozenset()

    def is_drawn(node: Node) -> bool:
        return node.kind is not Kind.CONTENT and (code or node.kind not in CODE)

    nodes = {node.uid: node for node in (*up.nodes, *down.nodes) if is_drawn(node) and node.uid not in merged}
    nodes[focus] = nodes.get(focus, asked)
    places = {**dict(zip(nodes, nodes, strict=True)), **dict.fromkeys(merged, focus)}
    above = _links(up.edges, places)
    below = [*_links(down.edges, places), *_by_bytes(asked, down, places, focus)]
    own_bytes = equals(down.roots, down.edges)
    drawn = Picture(
        focus=focus,
        stands_for=max(1, len(merged)),
        nodes=nodes,
        links=(),
        up=_side(focus, above, upstream=True),
        down=_side(focus, below, upstream=False),
        copies=own_bytes - merged - {focus},
        origins=_origins(up, nodes, above, focus),
        up_total=sum(is_drawn(node) for node in up.nodes if node.uid not in up.roots),
        down_total=sum(
            node.kind is not Kind.CONTENT and node.kind not in CODE for node in down.nodes if node.uid not in own_bytes
        ),
    )
    known = {node.uid for node in up.nodes}
    more = [link for link in below if link[2].source not in known or link[2].target not in known]
    return msgspec.structs.replace(drawn, links=tuple(_twins_once((*above, *more), drawn)))


def _focus(asked: Node, up: Closure, down: Closure) -> str:
    """Of bytes, the version that they came from: content is never a card as long as something holds it."""
    return next(iter((*up.roots, *down.roots))) if asked.kind is Kind.CONTENT else asked.uid


def _links(edges: Iterable[Edge], places: Mapping[str, str]) -> list[Link]:
    """`places`: the uid of the node that each node is drawn as."""
    found = []
    for edge in edges:  # every edge of both walks passes here
        if edge.type in _BYTES:
            continue
        source, target = places.get(edge.source), places.get(edge.target)
        if source != target and source is not None and target is not None:
            found.append((source, target, edge, edge.type in _SAME))
    return found


def _by_bytes(asked: Node, down: Closure, places: Mapping[str, str], focus: str) -> Iterator[Link]:
    """From each version that holds some bytes to the nearest one that lends them: as many links as there are others, not a clique."""
    depths = {node.uid: depth for node, depth in zip(down.nodes, down.depths, strict=True)}
    holding: defaultdict[str, list[Edge]] = defaultdict(list)
    lenders: defaultdict[str, set[str]] = defaultdict(set)
    for edge in down.edges:
        if edge.type is EdgeType.HAS_CONTENT:
            holding[edge.target].append(edge)
        elif edge.type is EdgeType.CONTENT_OF:
            lenders[edge.source].add(edge.target)
    if asked.kind is Kind.CONTENT:
        holding[asked.uid] += [
            Edge(EdgeType.HAS_CONTENT, node.uid, asked.uid, node.at)
            for node, depth in zip(down.nodes, down.depths, strict=True)
            if depth == 0
        ]
        lenders[asked.uid] = {focus}
    linked: set[tuple[str, str]] = set()
    for content, edges in sorted(holding.items()):
        whom = lenders[content] or {edge.source for edge in edges}
        lender = min(whom, key=lambda uid: (depths.get(uid, 0), uid))
        lent = next((edge for edge in edges if edge.source == lender), edges[0])
        target = places[lender]
        for edge in edges:
            source = places[edge.source]
            if source != target and (source, target) not in linked:
                linked.add((source, target))
                yield source, target, _shared(edge, lent), True


def _shared(edge: Edge, lent: Edge) -> Edge:
    """That two versions have the same bytes is as sure as the less sure of the two, and so since the later (rules 21 and 23)."""
    at = max((each.at for each in (edge, lent) if each.at is not None), default=None)
    return msgspec.structs.replace(edge, evidence=weakest(edge.evidence, lent.evidence), at=at)


def _side(focus: str, links: Iterable[Link], *, upstream: bool) -> Side:
    farther: defaultdict[str, dict[str, None]] = defaultdict(dict)
    nearer: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for source, target, _, _ in links:
        near, far = (source, target) if upstream else (target, source)
        farther[near][far] = None
        nearer[far][near] = None
    distance = {focus: 0}
    layer = [focus]
    while layer:
        beyond = [far for near in layer for far in farther.get(near, ()) if far not in distance]
        here = distance[layer[0]] + 1
        layer = list(dict.fromkeys(beyond))
        distance |= dict.fromkeys(layer, here)
    return Side(upstream, distance, {**farther}, {**nearer})


def _origins(up: Closure, nodes: Mapping[str, Node], links: Sequence[Link], focus: str) -> frozenset[str]:
    """Versions, or the asset asked for, that nothing recorded is upstream of, whatever name of the state is asked.

    Where the walk was cut, nothing is said of its last layer.
    """
    states = state_of(up.edges)
    explained = {states.get(source, source) for source, _, edge, _ in links if edge.type is not EdgeType.SAME_STATE}
    last = max(up.depths, default=0)
    unknown = {node.uid for node, depth in zip(up.nodes, up.depths, strict=True) if depth == last} if up.cut_by else ()
    reached = {node.uid for node in up.nodes} | {focus}
    return frozenset(
        uid
        for uid in reached
        if (node := nodes.get(uid)) is not None
        and (node.kind in VERSION_KINDS or node.kind in ASSET_KINDS)
        and states.get(uid, uid) not in explained
        and uid not in unknown
    )


def _twins_once(links: Sequence[Link], drawn: Picture) -> Iterator[Link]:
    """Of the two links between twins the one that points upstream; all others as they are."""
    yield from (link for link in links if link[2].type is not EdgeType.SAME_STATE)
    seen: set[tuple[str, str]] = set()
    for source, target, edge, same in (link for link in links if link[2].type is EdgeType.SAME_STATE):
        above, below = sorted((source, target), key=lambda uid: (drawn.depth(uid), uid))
        if (below, above) not in seen:
            seen.add((below, above))
            yield below, above, edge, same
