"""Which nodes are one and the same: names of one asset, versions of one state, versions with equal bytes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from whence.model.graph import AssetDetail, Edge, Node
from whence.model.kinds import EdgeType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SAME_STATE = EdgeType.SAME_STATE  # looked up once, for it is asked of each edge
_SAME_BYTES_OR_STATE = frozenset({EdgeType.SAME_STATE, EdgeType.HAS_CONTENT, EdgeType.CONTENT_OF})


def group(asset: Node) -> tuple[str, ...]:
    """uids of all names of an asset, sorted (rule 4). Of any other node: itself."""
    if isinstance(asset.detail, AssetDetail):
        return tuple(sorted({asset.uid, *asset.detail.same_as}))
    return (asset.uid,)


def state_of(edges: Iterable[Edge]) -> dict[str, str]:
    """For each version with another name: the least uid of its state (rule 5). Versions with one name are absent."""
    least: dict[str, str] = {}
    for edge in edges:
        if edge.type is _SAME_STATE:
            pair = min(edge.source, edge.target)
            for end in (edge.source, edge.target):
                least[end] = min(least.get(end, end), pair)
    return least


def twins(roots: Iterable[str], edges: Sequence[Edge]) -> frozenset[str]:
    """The roots and the same versions under other names."""
    states = state_of(edges)
    wanted = {states.get(uid, uid) for uid in roots}
    return frozenset(roots) | {uid for uid, state in states.items() if state in wanted}


def among_equals(edges: Iterable[Edge]) -> list[Edge]:
    """The edges between versions with equal bytes, over their contents, and between the names of one state."""
    return [edge for edge in edges if edge.type in _SAME_BYTES_OR_STATE]


def versions_among(uids: Iterable[str]) -> list[str]:
    """Without the contents."""
    return [uid for uid in uids if not uid.startswith("content/")]


def equals(roots: Iterable[str], edges: Iterable[Edge]) -> frozenset[str]:
    """S of the semantics page: the versions asked for, with their other names and all versions with equal bytes.

    A version in conflict has no CONTENT_OF, so it lends its bytes to none; it counts as equal when another lends them.
    """
    incoming: defaultdict[str, list[str]] = defaultdict(list)
    for edge in among_equals(edges):
        incoming[edge.target].append(edge.source)
    found = set(roots)
    waiting = list(found)
    while waiting:
        for uid in incoming.get(waiting.pop(), ()):
            if uid not in found:
                found.add(uid)
                waiting.append(uid)
    return frozenset(versions_among(found)) | frozenset(roots)
