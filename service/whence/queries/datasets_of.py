"""Which datasets did this come from, in which role, and how far away?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from whence.model.answers import DataUse, Page, Walk
from whence.model.graph import Edge, Node, VersionDetail
from whence.model.kinds import UPSTREAM_EDGES, Direction, EdgeType, InputRole, Kind
from whence.queries.complete import completeness
from whence.queries.gaps import gaps
from whence.queries.instants import as_it_was
from whence.queries.owners import behind
from whence.queries.pages import answered, page_of
from whence.queries.paths import Tree, as_path, chain, spread
from whence.queries.remarks import remarks
from whence.queries.same import state_of, twins
from whence.queries.walked import WHOLE, Walked, at_rest, walk_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence.store.port import Store

_ROLE_ORDER = {role: place for place, role in enumerate(InputRole)}
_SAME = frozenset({EdgeType.SAME_STATE, EdgeType.SAME_BYTES})


class _Answer(msgspec.Struct, frozen=True):
    walked: Walked
    nodes: Mapping[str, Node]
    up: Tree
    roles: _Roles
    found: tuple[Node, ...]


async def datasets_of(
    store: Store, ref: str, as_of: int | None = None, first: int = 100, after: str | None = None
) -> Page[DataUse]:
    """Every dataset version upstream of what a REF means: nearest first, then by name. `as_of` in ns UTC.

    The role is that of its nearest use; a version with several names is listed once, under the nearest. Raises NotFound, Ambiguous,
    and BadRequest for a cursor that is none.
    """
    answer = await at_rest(lambda: _ask(store, ref, as_of))
    closure = answer.walked.closure
    distance = answer.up.distance
    page = page_of(
        answer.found,
        lambda node: (distance[node.uid], node.name, node.uid),
        first=first,
        after=after,
        position=closure.position,
    )
    assets = await behind(store, page.items)
    said = remarks(answer.walked, Direction.UPSTREAM)
    if closure.roots and not answer.found:
        said = (*said, "No dataset is recorded upstream of it.")
    found = gaps(closure.nodes, closure.edges, answer.walked.log)
    shown = (_data_use(answer, node, assets, as_of) for node in page.items)
    return answered(page, shown, closure, completeness(closure, found, remarks=said, as_of=as_of))


async def _ask(store: Store, ref: str, as_of: int | None) -> tuple[_Answer, bool]:
    walked = await walk_from(store, ref, Direction.UPSTREAM, UPSTREAM_EDGES, Walk(as_of=as_of, max_nodes=WHOLE))
    closure = walked.closure
    up = spread(closure.roots, closure.edges, Direction.UPSTREAM)
    stated = sorted({edge.run for edge in closure.edges if edge.type is EdgeType.DERIVED_FROM and edge.run})
    hop = await store.expand(stated, Direction.UPSTREAM, [EdgeType.USED], as_of=as_of)
    uses = [edge for edge in closure.edges if edge.type is EdgeType.USED]
    uses += [edge for edges in hop.edges.values() for edge in edges]
    nodes = {node.uid: node for node in closure.nodes}
    own_names = twins(closure.roots, closure.edges)
    states = state_of(closure.edges)
    nearest: dict[str, Node] = {}
    for node in sorted(closure.nodes, key=lambda node: (up.distance.get(node.uid, WHOLE), node.uid)):
        if node.kind is Kind.DATASET_VERSION and node.uid not in own_names and node.uid in up.distance:
            nearest.setdefault(states.get(node.uid, node.uid), node)
    answer = _Answer(walked, nodes, up, _Roles.of(uses), tuple(nearest.values()))
    return answer, hop.position == closure.position


class _Roles(msgspec.Struct, frozen=True):
    """The role in which a run read a version: of several, the first in the order of InputRole; none only when no read has one."""

    by_read: dict[tuple[str, str], InputRole | None]

    @classmethod
    def of(cls, uses: list[Edge]) -> _Roles:
        roles: dict[tuple[str, str], InputRole | None] = {}
        for use in uses:
            read = (use.source, use.target)
            given = [role for role in (roles.get(read), use.role) if role is not None]
            roles[read] = min(given, key=_ROLE_ORDER.__getitem__) if given else None
        return cls(roles)

    def along(self, start: str, edges: tuple[Edge, ...]) -> InputRole | None:
        """The role of the last read on a path from the dependent on; other names and equal bytes share the role of what they stand for."""
        for edge, reader in reversed(list(zip(edges, chain(start, edges), strict=False))):
            if edge.type is EdgeType.USED:
                return self.by_read.get((reader, edge.target))
            if edge.type is EdgeType.DERIVED_FROM:
                return self.by_read.get((edge.run, edge.target)) if edge.run else None
            if edge.type not in _SAME:
                return None
        return None


def _data_use(answer: _Answer, node: Node, assets: Mapping[str, Node], as_of: int | None) -> DataUse:
    assert isinstance(node.detail, VersionDetail)
    back = answer.up.trail(node.uid)
    start = chain(node.uid, back)[-1]
    edges = tuple(reversed(back))
    return DataUse(
        dataset=as_it_was(assets[node.detail.asset], as_of),
        version=node,
        role=answer.roles.along(start, edges),
        distance=len(edges),
        via=as_path(start, edges, answer.nodes),
    )
