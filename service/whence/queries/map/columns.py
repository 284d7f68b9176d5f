"""Nodes and edges turned into columns."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from whence.model.graph import Node, RunDetail, VersionDetail
from whence.model.kinds import EdgeType, Kind, RunState
from whence.model.map import BASE, CONFLICT, FAILED, SERVICE, UNVERSIONED, Hub, Lane, LineageMap
from whence.queries.instants import is_service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from whence.model.answers import Completeness, Position
    from whence.model.graph import Edge
    from whence.queries.map.lanes import Home

SHARED_LANE: Final = -1
NO_STATE: Final = -1
_NS_PER_MS: Final = 1_000_000
_KINDS: Final = {kind: place for place, kind in enumerate(Kind)}
_STATES: Final = {state: place for place, state in enumerate(RunState)}
_TYPES: Final = {kind: place for place, kind in enumerate(EdgeType)}


def columns(
    nodes: Sequence[Node],
    homes: Sequence[Home],
    lanes: Sequence[str],
    edges: Iterable[Edge],
    shared: Mapping[str, int],
    *,
    completeness: Completeness,
    position: Position,
) -> LineageMap:
    """`homes` and `lanes` are in the order of `nodes`; every end of `edges` and everything `shared` (uid and uses) is among them."""
    places = {node.uid: place for place, node in enumerate(nodes)}
    table = _lanes(nodes, homes, lanes, shared)
    lane_codes = {lane.name: code for code, lane in enumerate(table)}
    drawn = [edge for edge in edges if edge.type is not EdgeType.SAME_STATE or edge.source > edge.target]
    kinds = Counter(node.kind for node in nodes)
    return LineageMap(
        ids=[node.uid for node in nodes],
        names=[node.name for node in nodes],
        kinds=[_KINDS[node.kind] for node in nodes],
        lanes=[
            SHARED_LANE if node.uid in shared else lane_codes[lane] for node, lane in zip(nodes, lanes, strict=True)
        ],
        at=[_ms(node.at) for node in nodes],
        until=[_ms(node.detail.ended_at) if isinstance(node.detail, RunDetail) else None for node in nodes],
        states=[_STATES[node.detail.state] if isinstance(node.detail, RunDetail) else NO_STATE for node in nodes],
        flags=[_flags(node) for node in nodes],
        sources=[places[edge.source] for edge in drawn],
        targets=[places[edge.target] for edge in drawn],
        edge_types=[_TYPES[edge.type] for edge in drawn],
        kind_table=tuple(Kind),
        lane_table=table,
        state_table=tuple(RunState),
        edge_type_table=tuple(EdgeType),
        shared=tuple(Hub(places[uid], uses) for uid, uses in shared.items()),
        total_by_kind={kind: kinds[kind] for kind in Kind if kinds[kind]},
        left_out=0,
        left_out_exact=True,
        completeness=completeness,
        position=position,
    )


def _lanes(
    nodes: Sequence[Node], homes: Sequence[Home], lanes: Sequence[str], shared: Mapping[str, int]
) -> tuple[Lane, ...]:
    """The fullest lane first, then by name."""
    own = [place for place, node in enumerate(nodes) if node.uid not in shared]
    sizes = Counter(lanes[place] for place in own)
    namespaces = {lanes[place]: homes[place].namespace for place in own}
    ordered = sorted(sizes, key=lambda name: (-sizes[name], name))
    return tuple(Lane(name, namespaces[name], sizes[name]) for name in ordered)


def _ms(nanoseconds: int | None) -> int | None:
    return None if nanoseconds is None else nanoseconds // _NS_PER_MS


def _flags(node: Node) -> int:
    match node.detail:
        case RunDetail():
            return SERVICE * is_service(node)
        case VersionDetail() as version:
            return (
                FAILED * version.failed
                + UNVERSIONED * version.unversioned
                + CONFLICT * version.conflict
                + BASE * version.base
            )
    return 0
