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
    detail = node.detail  # plain ifs: this runs for each node of every answer
    if isinstance(detail, RunDetail):
        if detail.ended_at is not None and detail.ended_at > as_of:
            running = msgspec.structs.replace(detail, state=RunState.RUNNING, ended_at=None, error=None)
            return msgspec.structs.replace(node, detail=running)
    elif isinstance(detail, VersionDetail):
        if detail.aliases and any(alias.at > as_of for alias in detail.aliases):
            known = tuple(alias for alias in detail.aliases if alias.at <= as_of)
            return msgspec.structs.replace(node, detail=msgspec.structs.replace(detail, aliases=known))
    elif isinstance(detail, AssetDetail) and detail.dropped_at is not None and detail.dropped_at > as_of:
        return msgspec.structs.replace(node, detail=msgspec.structs.replace(detail, dropped_at=None))
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
