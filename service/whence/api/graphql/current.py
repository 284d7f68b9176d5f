"""Was the graph built by the rules of this release? Where not, every answer says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from whence.errors import WhenceError
from whence.model.answers import LogFilter
from whence.store.port import PROJECTION

if TYPE_CHECKING:
    from whence.store.port import Store

REMEDY: Final = "whence rebuild"
_CURRENT: Final[WeakSet[Store]] = WeakSet()
"""Stores that are known to be current: a graph never gets older while it is open, so these are not asked again."""


async def warnings(store: Store) -> list[str]:
    """What whoever asks should know of the graph as a whole; nothing where it can't be asked, because the answer itself says that."""
    if store in _CURRENT:
        return []
    try:
        found = (await store.events(LogFilter(bodies=False), first=1)).state.projection
    except WhenceError:
        return []
    if found != PROJECTION:
        return [
            f"The graph was built by projection {found}, this release has {PROJECTION}: answers may differ. Build it again: {REMEDY}"
        ]
    _CURRENT.add(store)
    return []
