"""The graph as of an instant: what a node says of itself is filtered as the graph is (rule 24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from whence.model.graph import AssetDetail, Node, RunDetail, VersionDetail
from whence.model.kinds import RunState

if TYPE_CHECKING:
    from collections.abc import Iterable


def exists(node: Node, as_of: int | None) -> bool:
    """Whether the node was there at `as_of` (ns UTC). What has no time of its own always was."""
    return as_of is None or node.at is None or node.at <= as_of


def as_it_was(node: Node, as_of: int | None) -> Node:
    """The node with states, ends, drops and dated aliases as of `as_of`; facets, tags and owners stay the latest."""
    if as_of is None:
        return node
    match node.detail:
        case RunDetail(ended_at=int(end)) as run if end > as_of:
            return msgspec.structs.replace(
                node, detail=msgspec.structs.replace(run, state=RunState.RUNNING, ended_at=None, error=None)
            )
        case VersionDetail() as version if any(alias.at > as_of for alias in version.aliases):
            known = tuple(alias for alias in version.aliases if alias.at <= as_of)
            return msgspec.structs.replace(node, detail=msgspec.structs.replace(version, aliases=known))
        case AssetDetail(dropped_at=int(dropped)) as asset if dropped > as_of:
            return msgspec.structs.replace(node, detail=msgspec.structs.replace(asset, dropped_at=None))
    return node


def all_as_they_were(nodes: Iterable[Node], as_of: int | None) -> tuple[Node, ...]:
    return tuple(nodes) if as_of is None else tuple(as_it_was(node, as_of) for node in nodes)


def is_service(node: Node) -> bool:
    """A run of a SERVICE job."""
    return isinstance(node.detail, RunDetail) and (node.detail.processing_type or "").upper() == "SERVICE"


def is_running(node: Node) -> bool:
    """A run that has begun and not ended."""
    return isinstance(node.detail, RunDetail) and node.detail.state is RunState.RUNNING and node.detail.ended_at is None


def is_serving(node: Node) -> bool:
    """A run of a SERVICE job that has not ended: a deployment, when it used a model."""
    return is_service(node) and is_running(node)
