"""The graph that is drawn: nodes that may be cards, links between them, and how far each is from the focus.

Bytes are no card: versions that share them are linked with each other. All versions of an asset that is asked for, all runs of a job, are one card.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from whence.model.graph import Edge, Node
from whence.model.kinds import ASSET_KINDS, VERSION_KINDS, EdgeType, Kind
from whence.queries.instants import is_service
from whence.queries.same import equals, state_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from whence.model.answers import Closure

CODE: Final = frozenset({Kind.COMMIT, Kind.ENVIRONMENT})
_BYTES: Final = frozenset({EdgeType.HAS_CONTENT, EdgeType.CONTENT_OF})
_SAME: Final = frozenset({EdgeType.SAME_STATE, EdgeType.SAME_BYTES})
_ARTIFACTS: Final = frozenset({Kind.ARTIFACT, Kind.ARTIFACT_VERSION})
_ARTIFACT_COST: Final = 1.5
_SERVICE_COST: Final = -1.0


class Link(NamedTuple):
    """An edge as it is drawn, from the dependent to what it depends on; `same`: it says that both are the same bytes or state."""

    source: str
    target: str
    edge: Edge
    same: bool


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

    def rank(self, side: Side, uid: str) -> tuple[float, int, str]:
        """The order in which nodes are worth a place: nearest first, deployments sooner and artifacts later, then newest, then by uid."""
        node = self.nodes[uid]
        cost = float(side.distance[uid])
        if node.kind in _ARTIFACTS:
            cost += _ARTIFACT_COST
        elif is_service(node):
            cost += _SERVICE_COST
        return (cost, -(node.at or 0), uid)


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
    above = list(_links(up.edges, nodes, merged, focus))
    below = [*_links(down.edges, nodes, merged, focus), *_by_bytes(asked, down, nodes, merged, focus)]
    up_side = _side(focus, above, upstream=True)
    down_side = _side(focus, below, upstream=False)
    own_bytes = equals(down.roots, down.edges)
    drawn = Picture(
        focus=focus,
        stands_for=max(1, len(merged)),
        nodes=nodes,
        links=(),
        up=up_side,
        down=down_side,
        copies=own_bytes - merged - {focus},
        origins=_origins(up, nodes, above, focus),
        up_total=sum(is_drawn(node) for node in up.nodes if node.uid not in up.roots),
        down_total=sum(
            node.kind is not Kind.CONTENT and node.kind not in CODE for node in down.nodes if node.uid not in own_bytes
        ),
    )
    return msgspec.structs.replace(drawn, links=tuple(_each_once((*above, *below), drawn)))


def _focus(asked: Node, up: Closure, down: Closure) -> str:
    """Of bytes, the version that they came from: content is never a card as long as something holds it."""
    return next(iter((*up.roots, *down.roots))) if asked.kind is Kind.CONTENT else asked.uid


def _links(edges: Iterable[Edge], nodes: Mapping[str, Node], merged: Collection[str], focus: str) -> Iterator[Link]:
    for edge in edges:
        if edge.type in _BYTES:
            continue
        source = focus if edge.source in merged else edge.source
        target = focus if edge.target in merged else edge.target
        if source != target and source in nodes and target in nodes:
            yield Link(source, target, edge, edge.type in _SAME)


def _by_bytes(
    asked: Node, down: Closure, nodes: Mapping[str, Node], merged: Collection[str], focus: str
) -> Iterator[Link]:
    """From each version that holds some bytes to the nearest one that lends them: as many links as there are others, not a clique."""
    depths = {node.uid: depth for node, depth in zip(down.nodes, down.depths, strict=True)}
    holding: defaultdict[str, list[Edge]] = defaultdict(list)
    lenders: defaultdict[str, set[str]] = defaultdict(set)
    for edge in down.edges:
        if edge.type is EdgeType.HAS_CONTENT:
            holding[edge.target].append(edge)
        elif edge.type is EdgeType.CONTENT_OF:
            lenders[edge.source].add(edge.target)
    linked: set[tuple[str, str]] = set()
    if asked.kind is Kind.CONTENT:
        everyone = [Edge(EdgeType.HAS_CONTENT, root, asked.uid, nodes[root].at) for root in down.roots if root in nodes]
        holding[asked.uid] = [*holding[asked.uid], *everyone]
        lenders[asked.uid] = {focus}
    for content, edges in sorted(holding.items()):
        whom = lenders[content] or {edge.source for edge in edges}
        lender = min(whom, key=lambda uid: (depths.get(uid, 0), uid))
        target = focus if lender in merged else lender
        for edge in edges:
            source = focus if edge.source in merged else edge.source
            if source != target and (source, target) not in linked:
                linked.add((source, target))
                yield Link(source, target, edge, same=True)


def _side(focus: str, links: Iterable[Link], *, upstream: bool) -> Side:
    farther: defaultdict[str, dict[str, None]] = defaultdict(dict)
    nearer: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for link in links:
        near, far = (link.source, link.target) if upstream else (link.target, link.source)
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
    explained = {states.get(link.source, link.source) for link in links if link.edge.type is not EdgeType.SAME_STATE}
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


def _each_once(links: Iterable[Link], drawn: Picture) -> Iterator[Link]:
    """Every link once; of the two between twins, the one that leads away from the focus upstream, towards it downstream."""
    seen: set[tuple[str, str, EdgeType, str]] = set()
    for link in links:
        twin = link.edge.type is EdgeType.SAME_STATE
        source, target = _upstream_last(link, drawn) if twin else (link.source, link.target)
        key = (
            source,
            target,
            link.edge.type,
            "" if twin else f"{link.edge.source} {link.edge.target} {link.edge.qualifier}",
        )
        if key not in seen:
            seen.add(key)
            yield Link(source, target, link.edge, link.same)


def _upstream_last(link: Link, drawn: Picture) -> tuple[str, str]:
    ends = sorted((link.source, link.target), key=lambda uid: (drawn.depth(uid), uid))
    return ends[1], ends[0]
