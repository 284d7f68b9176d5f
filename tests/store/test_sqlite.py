"""The SQLite store passes the suite of all stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.store import open_store
from whence.store.sqlite import SqliteStore
from whence.testing import DurableStoreTests

if TYPE_CHECKING:
    from pathlib import Path

    from whence.merge.state import Changes
    from whence.store import Store


class TestSqliteStore(DurableStoreTests):
    async def make_store(self, folder: Path) -> Store:
        return open_store(f"sqlite:///{folder / 'whence.db'}")

    async def apply(self, store: Store, changes: Changes) -> None:
        assert isinstance(store, SqliteStore)
        await store.apply(changes)
