"""What is there, at a glance: how many of each kind, and what of the newest is not accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from whence.model.answers import KindCount, NodeFilter, Uncaptured
from whence.model.graph import VersionDetail
from whence.model.kinds import VERSION_KINDS, Direction, EdgeType, Kind
from whence.queries.gaps import gaps
from whence.queries.instants import all_as_they_were
from whence.queries.walked import log_now

if TYPE_CHECKING:
    from whence.store.port import Store

LOOKED_AT: Final = 1000
"""Runs and versions that are looked at for what is uncaptured, newest first."""
_LOOKED_FOR: Final = (Kind.RUN, *(kind for kind in Kind if kind in VERSION_KINDS))
_ACCOUNTS: Final = (EdgeType.GENERATED_BY, EdgeType.WRITTEN_BY, EdgeType.DERIVED_FROM, EdgeType.SAME_BYTES)
_LOOKED_ALONG: Final = (*_ACCOUNTS, EdgeType.SAME_STATE, EdgeType.USED)


async def counts(store: Store, as_of: int | None = None) -> tuple[KindCount, ...]:
    """How many nodes of each kind there are, as far as stores count: exact to 10,000. `as_of` in ns UTC."""
    pages = [(kind, await store.find(NodeFilter(kinds=(kind,), as_of=as_of), first=1)) for kind in Kind]
    return tuple(KindCount(kind, page.total, page.total_exact) for kind, page in pages)


async def uncaptured(store: Store, as_of: int | None = None) -> Uncaptured:
    """What the newest runs and versions don't tell: their gaps, and versions that nothing recorded made. `as_of` in ns UTC."""
    page = await store.find(NodeFilter(kinds=_LOOKED_FOR, as_of=as_of), first=LOOKED_AT)
    hop = await store.expand([node.uid for node in page.items], Direction.UPSTREAM, _LOOKED_ALONG, as_of=as_of)
    twins = {edge.target for edges in hop.edges.values() for edge in edges if edge.type is EdgeType.SAME_STATE}
    beyond = await store.expand(sorted(twins - hop.edges.keys()), Direction.UPSTREAM, _ACCOUNTS, as_of=as_of)
    accounted = {
        edge.source
        for each in (hop, beyond)
        for edges in each.edges.values()
        for edge in edges
        if edge.type in _ACCOUNTS
    }
    shared = {
        edge.source
        for edges in hop.edges.values()
        for edge in edges
        if edge.type is EdgeType.SAME_STATE and edge.target in accounted
    }
    nodes = all_as_they_were(page.items, as_of)
    without = tuple(
        node
        for node in nodes
        if isinstance(node.detail, VersionDetail) and node.uid not in accounted and node.uid not in shared
    )
    found = gaps(nodes, (edge for edges in hop.edges.values() for edge in edges), await log_now(store))
    return Uncaptured(len(nodes), not page.has_next, found, without)
