"""Nodes, edges and completeness as plain JSON values, named as GraphQL names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whence.model.plain import detail, edge, members, moment, node

if TYPE_CHECKING:
    from whence.model.answers import Completeness

__all__ = ["completeness", "detail", "edge", "moment", "node"]


def completeness(given: Completeness) -> dict[str, Any]:
    """Whether an answer is whole, and its gaps."""
    return members(given)
