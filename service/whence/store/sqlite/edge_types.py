"""Types of edges as SQLite keeps them: small numbers, and bits of a mask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from whence.model.kinds import EdgeType

TYPE_CODES: Final[dict[EdgeType, int]] = {kind: code for code, kind in enumerate(sorted(EdgeType))}
"""In alphabetical order, because lists of edges are ordered by the name of the type. A new type renumbers them: raise schema.SCHEMA."""


def type_mask(types: Iterable[EdgeType]) -> int:
    """A bit for each type, by its code."""
    return sum(1 << TYPE_CODES[kind] for kind in set(types))
