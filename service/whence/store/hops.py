"""What the default walk needs of a store, and no more: so that the port can offer the walk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from whence.model.answers import Hop
from whence.model.graph import Node
from whence.model.kinds import Direction, EdgeType


class Hopping(Protocol):
    """`get` and `expand` as the port describes them."""

    async def get(self, uids: Sequence[str], *, facets: bool = True) -> dict[str, Node]: ...

    async def expand(
        self, uids: Sequence[str], direction: Direction, types: Sequence[EdgeType], *, as_of: int | None = None
    ) -> Hop: ...
