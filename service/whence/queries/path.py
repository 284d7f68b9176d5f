"""Does this depend on that, and by which steps?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.model.answers import Path, PathAnswer, Walk
from whence.model.kinds import UPSTREAM_EDGES, Direction
from whence.queries.complete import completeness, whole
from whence.queries.gaps import gaps
from whence.queries.paths import as_path, spread
from whence.queries.remarks import remarks
from whence.queries.roots import roots_of
from whence.queries.walked import WHOLE, Walked, walk_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whence.model.graph import Node
    from whence.store.port import Store


async def path(store: Store, source: str, target: str, as_of: int | None = None) -> PathAnswer:
    """A shortest chain by which `source` depends on `target`, over the edges of an upstream walk; None and complete when there is none.

    It starts at what provenance of `source` starts at and ends at any version of an asset, any holder of bytes, any run of a job asked
    for. Of several shortest chains, the one with the least uid at each step. A thing is joined to itself by a path without edges.
    A path that was found is whole even if the walk was cut, since a walk is cut at whole depths. Raises NotFound and Ambiguous.
    """
    sought, ends = await roots_of(store, target, Direction.DOWNSTREAM, as_of=as_of)
    _, roots = await roots_of(store, source, Direction.UPSTREAM, as_of=as_of)
    hops = await store.distance(roots, ends, as_of=as_of)
    walked, found = await _walk(store, source, ends, Walk(as_of=as_of, max_nodes=WHOLE, depth=hops))
    if found is None and hops is not None:  # the log moved meanwhile
        walked, found = await _walk(store, source, ends, Walk(as_of=as_of, max_nodes=WHOLE))
    if found is None:
        return _none(walked, sought)
    told = whole(gaps(found.nodes, found.edges, walked.log), as_of=as_of)
    return PathAnswer(found, told, walked.closure.position)


async def _walk(store: Store, source: str, ends: Sequence[str], walk: Walk) -> tuple[Walked, Path | None]:
    walked = await walk_from(store, source, Direction.UPSTREAM, UPSTREAM_EDGES, walk)
    closure = walked.closure
    nodes = {node.uid: node for node in closure.nodes}
    # From the targets back, so that each step of the chain can choose the least uid among those on a shortest way.
    tree = spread((uid for uid in ends if uid in nodes), closure.edges, Direction.DOWNSTREAM)
    starts = [(tree.distance[uid], uid) for uid in closure.roots if uid in tree.distance]
    if not starts:
        return walked, None
    start = min(starts)[1]
    return walked, as_path(start, tree.trail(start), nodes)


def _none(walked: Walked, sought: Node) -> PathAnswer:
    closure = walked.closure
    said = remarks(walked, Direction.UPSTREAM)
    if closure.cut_by:
        said = (*said, f"No dependence on {sought.name} was found as far as it was followed.")
    else:
        said = (*said, f"It does not depend on {sought.name}.")
    found = gaps(closure.nodes, closure.edges, walked.log)
    return PathAnswer(None, completeness(closure, found, remarks=said, as_of=walked.walk.as_of), closure.position)
