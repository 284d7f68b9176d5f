"""The question: the newest nodes that fit, page by page, with the edges that leave them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from whence.errors import BadRequest
from whence.model.answers import Closure, NodeFilter, Page
from whence.model.graph import Edge, Node, RunDetail
from whence.model.kinds import VERSION_KINDS, CutBy, Direction, EdgeType, Kind
from whence.model.map import MapView
from whence.queries.complete import completeness
from whence.queries.gaps import gaps
from whence.queries.instants import all_as_they_were
from whence.queries.map.columns import columns
from whence.queries.map.lanes import Home, home, hubs, lane_names, maker_of
from whence.queries.pages import MOST
from whence.queries.walked import at_rest, log_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whence.model.answers import Completeness
    from whence.model.map import LineageMap
    from whence.store.port import LogPage, Store

MOST_NODES: Final = 20_000
MOST_LOOKED_AT: Final = 50_000
"""Nodes that are looked at, newest first, for those of one namespace."""
USUAL: Final = MapView()
KINDS: Final = (Kind.RUN, *(kind for kind in Kind if kind in VERSION_KINDS))
EDGES: Final = (
    *(EdgeType.USED, EdgeType.GENERATED_BY, EdgeType.WRITTEN_BY),
    *(EdgeType.DERIVED_FROM, EdgeType.SAME_BYTES, EdgeType.SAME_STATE),
)


class _Found(msgspec.Struct):
    """What was gathered, page by page; `rested`: all at one position of the log."""

    nodes: list[Node] = []
    homes: list[Home] = []
    edges: list[Edge] = []
    left_out: int = 0
    exact: bool = True
    rested: bool = True


async def lineage_map(store: Store, view: MapView = USUAL) -> LineageMap:
    """Versions and runs with the edges between them, newest first, as columns. Raises BadRequest for a view with impossible bounds."""
    _check(view)
    return await at_rest(lambda: _ask(store, view))


def _check(view: MapView) -> None:
    if not 1 <= view.max_nodes <= MOST_NODES:
        raise BadRequest(f"maxNodes is {view.max_nodes:,}.", hint=f"Give 1 to {MOST_NODES:,}.")
    if view.since is not None and view.until is not None and view.until < view.since:
        raise BadRequest("until is before since.", hint="Times are [since, until).")
    if view.kinds and not set(KINDS).intersection(view.kinds):
        raise BadRequest("None of these kinds is on the map.", hint="The map shows runs and versions.")


async def _ask(store: Store, view: MapView) -> tuple[LineageMap, bool]:
    log = await log_now(store)
    found = await _gather(store, view, log)
    names = lane_names(found.homes)
    lane_of = {node.uid: name for node, name in zip(found.nodes, names, strict=True)}
    there = lane_of.keys()
    edges = [edge for edge in found.edges if edge.source in there and edge.target in there]
    runs = [node for node in found.nodes if node.kind is Kind.RUN]
    users: defaultdict[str, list[str]] = defaultdict(list)
    for edge in edges:
        if edge.type is EdgeType.USED:
            users[edge.target].append(edge.source)
    for run in runs:
        if isinstance(run.detail, RunDetail) and run.detail.environment is not None:
            users[run.detail.environment].append(run.uid)
    shared = hubs(users, lane_of, len(runs))
    environments = await store.get([uid for uid in shared if uid not in there], facets=False)
    edges += [Edge(EdgeType.IN_ENVIRONMENT, run, uid, None) for uid in environments for run in users[uid]]
    answer = columns(
        [*found.nodes, *environments.values()],
        [*found.homes, *(Home("") for _ in environments)],
        [*names, *("" for _ in environments)],
        edges,
        shared,
        completeness=_completeness(found, log, view),
        position=log.state.position,
    )
    return msgspec.structs.replace(answer, left_out=found.left_out, left_out_exact=found.exact), found.rested


async def _gather(store: Store, view: MapView, log: LogPage) -> _Found:
    kinds = tuple(kind for kind in KINDS if not view.kinds or kind in view.kinds)
    wanted = NodeFilter(kinds=kinds, since=view.since, until=view.until, as_of=view.as_of)
    found = _Found()
    after: str | None = None
    looked_at = 0
    while True:
        page = await store.find(wanted, first=min(MOST, view.max_nodes), after=after)
        hop = await store.expand([node.uid for node in page.items], Direction.UPSTREAM, EDGES, as_of=view.as_of)
        found.rested &= page.position == hop.position == log.state.position
        edges = [edge for many in hop.edges.values() for edge in many]
        homes = await _homes(store, page.items, edges)
        fitting = [
            (node, where)
            for node, where in zip(all_as_they_were(page.items, view.as_of), homes, strict=True)
            if view.namespace is None or where.namespace == view.namespace
        ]
        room = view.max_nodes - len(found.nodes)
        found.nodes += [node for node, _ in fitting[:room]]
        found.homes += [where for _, where in fitting[:room]]
        found.edges += edges
        looked_at += len(page.items)
        full = len(found.nodes) == view.max_nodes
        if not page.has_next or full or looked_at >= MOST_LOOKED_AT:
            await _count_the_rest(store, view, wanted, page, found, looked_at, max(0, len(fitting) - room))
            return found
        after = page.cursors[-1]


async def _homes(store: Store, nodes: Sequence[Node], edges: Sequence[Edge]) -> list[Home]:
    makers = maker_of(edges)
    runs = {node.uid: node for node in nodes if node.kind is Kind.RUN}
    missing = sorted({run for run in makers.values() if run not in runs})
    if missing:
        runs |= await store.get(missing, facets=False)
    return [home(node, runs.get(makers.get(node.uid, ""))) for node in nodes]


async def _count_the_rest(
    store: Store, view: MapView, wanted: NodeFilter, page: Page[Node], found: _Found, looked_at: int, beyond: int
) -> None:
    """How many older ones there are: exactly as far as stores count, and at least so many where only those of a namespace are wanted."""
    found.left_out = beyond
    if not page.has_next:
        return
    if view.namespace is not None:
        found.left_out, found.exact = max(1, beyond), False
    elif page.total_exact:
        found.left_out = page.total - looked_at + beyond
    else:
        last = page.items[-1].at
        older = await store.find(msgspec.structs.replace(wanted, until=last), first=1) if last is not None else None
        found.left_out, found.exact = beyond + max(1, older.total if older is not None else 0), False


def _completeness(found: _Found, log: LogPage, view: MapView) -> Completeness:
    cut = (CutBy.NODES,) if found.left_out else ()
    walked = Closure(
        (), (), (), (), log.state.position, cut_by=cut, remaining=found.left_out, remaining_exact=found.exact
    )
    none = () if found.nodes else ("Nothing recorded fits.",)
    return completeness(walked, gaps(found.nodes, found.edges, log), remarks=none, as_of=view.as_of)
