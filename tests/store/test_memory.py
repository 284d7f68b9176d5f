"""The store in memory passes the suite of all stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.store.memory import MemoryStore
from whence.testing import StoreTests

if TYPE_CHECKING:
    from pathlib import Path

    from whence.merge.state import Changes
    from whence.store import Store


class TestMemoryStore(StoreTests):
    async def make_store(self, folder: Path) -> Store:
        return MemoryStore()

    async def apply(self, store: Store, changes: Changes) -> None:
        assert isinstance(store, MemoryStore)
        store.apply(changes)
